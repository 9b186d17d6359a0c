"""One package per network: its limits, its way of counting, its dialog's address."""

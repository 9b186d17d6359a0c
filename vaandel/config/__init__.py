"""The house: settings, addresses, the vaandel command. The only place that knows every room."""

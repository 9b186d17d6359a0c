"""One package per network: its limits, its way of counting, its dialog's address.

Knows nothing of posts or shares. `registry.CHANNELS` is what others use.
"""

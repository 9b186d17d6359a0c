"""Tests against a real Bluesky server, when it is installed: `scripts/pds.py`."""

"""Bluesky: a server of our own for what a real one cannot be made to do."""

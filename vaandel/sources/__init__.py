"""Feeds that bring raw material into the editors' inbox."""

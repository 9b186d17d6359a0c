"""Telling those who shared a post what changed. Nobody learns who they are."""

"""Somebody's own calendar as a source of days off. Only days leave this package, no titles."""

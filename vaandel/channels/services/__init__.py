"""Connecting accounts, opening them to post, and letting go of them again."""

"""Mails by the hundred thousand."""

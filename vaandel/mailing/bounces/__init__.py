"""Mails that come back: from the receiving server, from a provider, or to the bounce mailbox.

Whoever reports it must hold the signed token of a message that we sent; what is suppressed is
the address that this message went to, never one that the report names.
"""

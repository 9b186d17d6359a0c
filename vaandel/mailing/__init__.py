"""Mail: composed when it is queued, sent by the worker, at least once and almost always once.

A caller hands over the name of a template, a context and an address. This room knows
nothing of what the mail is about.
"""

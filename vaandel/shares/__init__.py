"""What people shared themselves: a text, a channel, a link of its own.

Holds the share page, for people who signed in and for those who come from a mail. Knows
nothing of how posts were offered (`delivery`) or of what is made of the figures (`impact`).
"""

"""What comes in from outside about conversions: is it genuine, and what does it say?

Nothing here touches a table.
"""

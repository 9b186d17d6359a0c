"""Template tags, icons, flags, figures and charts shared by every screen.

Knows no table: what it draws is handed over as text and numbers.
"""

"""Lists of people from files: reading damaged tables, matching columns, checking rows.

Knows files and text; writes nothing.
"""

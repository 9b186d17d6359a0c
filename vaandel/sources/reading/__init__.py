"""Turns what a website sends into entries: RSS, Atom and JSON Feed. No tables, no Django.

Everything in here is given bytes that somebody else wrote. It never raises anything but
``NotAFeed``, never opens a file or a connection, and returns clean text and clean HTML.
"""

"""The lists of everything that runs in the background. A room adds its function here.

Two modules, so that the worker does not load what only the clock needs.
"""

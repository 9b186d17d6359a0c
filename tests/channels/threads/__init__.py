"""Threads, against the one of ``tests.networks``."""

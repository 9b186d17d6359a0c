"""LinkedIn, against the one of ``tests.networks``."""

"""The same cases over every adapter, against a server on this machine that behaves as the network.

A network joins with a ``Harness`` (``harness.py``) in ``tests/channels/<network>/harness.py`` and
a line in ``harnesses.py``; an adapter without one makes ``test_every_network_is_here.py`` fail.
"""

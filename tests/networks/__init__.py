"""Networks on this machine, written from the documentation of LinkedIn, X, Threads and two servers
that speak Mastodon's language, and a proxy that loses answers.

Each is a small real HTTP server that refuses what the network itself refuses and answers in its
words. In a test::

    with serve(LinkedIn()) as linkedin:
        token = linkedin.connect("p1")  # skips the page where a person says "Allow"
        linkedin.fail_next("POST", "/rest/posts", status=503)
        linkedin.posts, linkedin.duplicates(), linkedin.requests

As a process of its own, told what to do by ``/_stub/`` addresses (see ``stub.py``)::

    python -m tests.networks linkedin --port 9101
    python -m tests.networks lossy --port 9100 --to 127.0.0.1:9101

``linkedin``, ``x`` and ``threads`` are in the modules of those names, ``snac`` and ``takahe`` in
``mastodon_lenient``. ``settings`` has their limits and what an application may; ``skip``, faults
and ``reset`` are the same for all. ``lossy`` loses answers of any server.

``allow(url)`` and ``cancel(url)`` do what a person does on the network's page; a browser finds the
two buttons there. ``skip(seconds)`` lets time pass for the network alone.
"""

"""One network, or the proxy, as a process: see the package."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import Proxy, lossy
from tests.networks.mastodon_lenient import SNAC, TAKAHE, Lenient
from tests.networks.stub import Stub, serve
from tests.networks.threads import Threads
from tests.networks.x import X

NETWORKS: dict[str, Callable[[], Stub]] = {
    "linkedin": LinkedIn,
    "snac": lambda: Lenient(SNAC),
    "takahe": lambda: Lenient(TAKAHE),
    "threads": Threads,
    "x": X,
}


def opened(arguments: argparse.Namespace) -> AbstractContextManager[Stub | Proxy]:
    if arguments.network == "lossy":
        return lossy(arguments.to, arguments.port)
    return serve(NETWORKS[arguments.network](), arguments.port)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.networks", description=__doc__)
    parser.add_argument("network", choices=[*sorted(NETWORKS), "lossy"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--to", help="what the proxy stands in front of, such as 127.0.0.1:9101")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened(parser.parse_args()) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()

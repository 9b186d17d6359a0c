"""One network, or the proxy, as a process: see the package."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.networks.linkedin import LinkedIn
from tests.networks.stub import Stub, serve

NETWORKS: dict[str, Callable[[], Stub]] = {
    "linkedin": LinkedIn,
}


def opened(arguments: argparse.Namespace) -> AbstractContextManager[Stub]:
    return serve(NETWORKS[arguments.network](), arguments.port)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.networks", description=__doc__)
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("--port", type=int, default=0)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with opened(parser.parse_args()) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()

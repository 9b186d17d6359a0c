"""Is the port free?"""

from __future__ import annotations

import errno
import socket


def free(host: str, port: int) -> bool:
    """Whether this address can be listened on.

    The web server shares its port among workers (SO_REUSEPORT), so that a second server
    would quietly take half of the requests of the first; this asks without sharing.
    """
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def taken_message(host: str, port: int, *, command: str = "") -> str:
    """What is the matter and what to do; with ``command``, as it is to be typed."""
    another = f"VAANDEL_PORT={port + 1 if port < 65535 else 8000}"
    typed = f"{another} {command}" if command else f"{another}."
    return (
        f"Port {port} on {host} is in use by another program (perhaps another Vaandel). "
        f"Stop that, or choose another port: {typed}"
    )

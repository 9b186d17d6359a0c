"""`vaandel web`: the web server.

This process only watches: its workers load Django themselves, and a worker that is
killed is replaced (without the respawn the server would stop with it).
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from functools import partial
from importlib import import_module
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from vaandel.config import keys, logs, ports
from vaandel.config.cli import PORT_TAKEN
from vaandel.config.environment import ENVIRONMENT
from vaandel.lib.processes import stop_with_parent
from vaandel.links import memory

# How long one thread may keep the others waiting; Python's own 5 ms makes a page of
# 30 ms hold up every redirect beside it.
SWITCH_SECONDS = 0.0005
BACKLOG = 1024


def run(arguments: argparse.Namespace) -> int:
    return serve("vaandel.config.wsgi", arguments, role="web", threads=ENVIRONMENT.web_threads)


def serve(module: str, arguments: argparse.Namespace, *, role: str, threads: int) -> int:
    """Run a server of a module's `application` until it is told to stop."""
    if not ports.free(ENVIRONMENT.bind, ENVIRONMENT.port):
        print(ports.taken_message(ENVIRONMENT.bind, ENVIRONMENT.port), file=sys.stderr)
        return PORT_TAKEN
    logs.Role.name = role
    if arguments.supervised:
        stop_with_parent(arguments.supervised)
    server = Server(
        f"{module}:application",
        address=ENVIRONMENT.bind,
        port=ENVIRONMENT.port,
        interface=Interfaces.WSGI,
        workers=ENVIRONMENT.web_workers,
        blocking_threads=threads,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        respawn_failed_workers=True,
        workers_kill_timeout=ENVIRONMENT.stop_seconds,
        log_level=LogLevels.error,
        log_dictconfig=logs.configuration(
            ENVIRONMENT.log_format, ENVIRONMENT.log_level, time_zone=ENVIRONMENT.time_zone
        ),
    )
    keys.make_private_folder(ENVIRONMENT.data)
    loader = partial(load_application, module, os.getpid(), memory.make())
    with keys.in_use():
        server.serve(target_loader=loader, wrap_loader=False)
    return 0


def load_application(module: str, parent: int, descriptor: int | None) -> Any:
    """Called once in each worker process. ``descriptor``: of the parent, for shared memory."""
    stop_with_parent(parent)
    sys.setswitchinterval(SWITCH_SECONDS)
    loaded = import_module(module)
    loaded.short_links.start(
        memory.Shared() if descriptor is None else memory.of_parent(parent, descriptor)
    )
    # What is there now stays: the collector of cycles need not look at it each time, which
    # took some milliseconds in the middle of a request.
    gc.collect()
    gc.freeze()
    return loaded.application

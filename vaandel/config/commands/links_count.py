"""The half of `vaandel links` that counts: this node's spool is on this node."""

from __future__ import annotations

import argparse

from vaandel.config.environment import ENVIRONMENT
from vaandel.config.keys import in_use
from vaandel.config.tasks.worker import COUNT_CLICKS
from vaandel.config.work import run_worker
from vaandel.lib.processes import stop_with_parent


def run(arguments: argparse.Namespace) -> int:
    if arguments.supervised:
        stop_with_parent(arguments.supervised)
    with in_use():
        run_worker([COUNT_CLICKS], deadline=ENVIRONMENT.stop_seconds)
    return 0

"""`vaandel clock`: what is to happen at a time."""

from __future__ import annotations

import argparse

from vaandel.config.environment import ENVIRONMENT
from vaandel.config.keys import in_use
from vaandel.config.tasks.clock import CLOCK
from vaandel.config.work import run_clock
from vaandel.lib.processes import stop_with_parent


def run(arguments: argparse.Namespace) -> int:
    if arguments.supervised:
        stop_with_parent(arguments.supervised)
    with in_use():
        run_clock(CLOCK, deadline=ENVIRONMENT.stop_seconds)
    return 0

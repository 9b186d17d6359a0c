"""`vaandel worker`: rows that are due."""

from __future__ import annotations

import argparse

from vaandel.config.environment import ENVIRONMENT
from vaandel.config.keys import in_use
from vaandel.config.tasks import WORKER
from vaandel.config.work import run_worker


def run(arguments: argparse.Namespace) -> int:
    with in_use():
        run_worker(WORKER, deadline=ENVIRONMENT.stop_seconds)
    return 0

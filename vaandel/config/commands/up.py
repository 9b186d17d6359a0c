"""`vaandel up`: everything in one go."""

from __future__ import annotations

import argparse

from vaandel.config import supervisor
from vaandel.config.environment import ENVIRONMENT


def run(arguments: argparse.Namespace) -> int:
    return supervisor.Supervisor(ENVIRONMENT, prepare=not arguments.no_migrate).run()

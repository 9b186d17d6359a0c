"""`vaandel links`: a node that only answers short links and counts what came through them.

It needs the database to read links and to store clicks, and a lasting folder for its spool.
With both away it goes on answering the links it knows.
"""

from __future__ import annotations

import argparse

from vaandel.config import supervisor
from vaandel.config.environment import ENVIRONMENT

ROLES = ("links-web", "links-count")


def run(_arguments: argparse.Namespace) -> int:
    return supervisor.Supervisor(ENVIRONMENT, prepare=False, roles=ROLES).run()

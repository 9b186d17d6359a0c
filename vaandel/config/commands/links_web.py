"""The half of `vaandel links` that answers."""

from __future__ import annotations

import argparse

from vaandel.config.commands.web import serve
from vaandel.config.environment import ENVIRONMENT


def run(arguments: argparse.Namespace) -> int:
    return serve(
        "vaandel.config.links_wsgi", arguments, role="links", threads=ENVIRONMENT.links_threads
    )

"""What `vaandel up` does before the first request, in a process that ends afterwards."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command

from vaandel.config.commands.migrate import collect_static_files, migrate_all
from vaandel.config.health import missing_migrations
from vaandel.organizations.models import Organization


def run(arguments: argparse.Namespace) -> int:
    if missing := missing_migrations():
        with told(f"database: {len(missing)} migrations"):
            migrate_all(verbosity=0)
    collect_static_files()
    if settings.DEMO and not Organization.objects.exists():
        # Says itself how far it is.
        print("  demonstration data (up to a minute)", flush=True)
        call_command("demo", verbosity=0)
    return 0


@contextmanager
def told(what: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"  {what} … ", end="", flush=True)
    yield
    print(f"{time.monotonic() - started:.1f} s", flush=True)

"""Where clicks are kept: on SQLite a file of their own, else the database."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_OWN_FILE: Final = "clicks"


def clicks_alias() -> str:
    """The alias under which counted tables can be written."""
    return _OWN_FILE if _OWN_FILE in settings.DATABASES else "default"


def clicks_connection() -> BaseDatabaseWrapper:
    return connections[clicks_alias()]

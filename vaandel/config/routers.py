"""Which database a table is in: on SQLite, clicks have a file of their own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model

from vaandel.config.databases import CLICKS
from vaandel.links import models

COUNTED = frozenset(
    {
        models.AgentDay,
        models.CampaignHour,
        models.Click,
        models.ClickReference,
        models.ClicksKept,
        models.DayVisitor,
        models.LinkDay,
        models.OrganizationDay,
        models.SpoolFile,
    }
)
_NAMES = frozenset(model._meta.model_name for model in COUNTED)


class ClicksRouter:
    """Writes of counted tables go to their file. Reads go to the main one, which has the other
    attached, so that they can be joined. On PostgreSQL it decides nothing."""

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return CLICKS if model in COUNTED and CLICKS in settings.DATABASES else None

    def allow_relation(self, first: Model, second: Model, **_hints: Any) -> bool | None:
        return True if {type(first), type(second)} & COUNTED else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_hints: Any
    ) -> bool | None:
        if CLICKS not in settings.DATABASES:
            return None
        if app_label != "links":
            return db != CLICKS
        # Without a model: code of a migration, which looks for itself.
        return model_name is None or (model_name in _NAMES) == (db == CLICKS)

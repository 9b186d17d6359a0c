"""What the tests of the archive share: entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from vaandel.archive.models import ArchiveEntry, Kind
from vaandel.archive.services import append
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 22, 9, 30, 15, 123456, tzinfo=UTC)
Append = Callable[..., ArchiveEntry]


@pytest.fixture
def add(acme: Organization) -> Append:
    """Append an entry at Acme, or at ``organization``."""

    def entry(text: str = "The rate is 3 %.", **given: object) -> ArchiveEntry:
        values = {
            "organization": acme,
            "kind": Kind.SHARE_OPENED,
            "subject": "post:12",
            "content": {"title": "Rates", "text": text, "sharer": "Bob Sharer"},
            "keep_until": date(2031, 11, 22),
            "at": NOW,
        }
        return append(**(values | given))  # type: ignore[arg-type]

    return entry

"""Somebody who follows links, and a link to follow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.links.visitor import Visitor
from vaandel.links.models import Link
from vaandel.links.services import create_link
from vaandel.organizations.models import Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def visitor(db: None) -> Visitor:
    return Visitor()


@pytest.fixture
def link(acme: Organization) -> Link:
    return create_link(
        organization=acme,
        target_url="https://news.example/a?utm_source=linkedin",
        channel="linkedin",
        at=NOW,
    )

"""The cast: Alice edits and owns at Acme, Bob shares at Acme, Charlie owns Globex next door."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from tests.factories import (
    EnrolmentFactory,
    MemberFactory,
    OrganizationFactory,
    ProgrammeFactory,
    TopicFactory,
    UserFactory,
)
from vaandel.ambassadors.models import Enrolment
from vaandel.archive.models import ArchiveChain, ArchiveEntry
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.programmes.models import Programme, Topic


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what asks a database: the rest would be the same tests once more."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    asking: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        asks = item.get_closest_marker("django_db") or DATABASE & set(fixtures_of(item))
        once = item.get_closest_marker("one_database")
        (asking if asks and not once else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = asking


DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def fixtures_of(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """No test leaves a file behind or sees another one's."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """How often something was done this minute is not carried from one test into the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def nobodys_language() -> None:
    """A request leaves language and time zone behind in its thread; the next one sets its own."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture(autouse=True)
def arranging() -> Iterator[None]:
    """Tests arrange and look across organisations; the views under test open their own scope."""
    with every_tenant():
        yield


@pytest.fixture
def acme(db: None) -> Organization:
    return OrganizationFactory.create(name="Acme", slug="acme", language="en")


@pytest.fixture
def globex(db: None) -> Organization:
    return OrganizationFactory.create(name="Globex", slug="globex", language="en")


@pytest.fixture
def programme(acme: Organization) -> Programme:
    return ProgrammeFactory.create(organization=acme)


@pytest.fixture
def topic(programme: Programme) -> Topic:
    return TopicFactory.create(programme=programme, name="Heat networks")


@pytest.fixture
def alice(acme: Organization, programme: Programme) -> Member:
    user = UserFactory.create(name="Alice Editor", email="alice@acme.example")
    return MemberFactory.create(organization=acme, user=user, is_owner=True, is_editor=True)


@pytest.fixture
def bob(acme: Organization) -> Member:
    user = UserFactory.create(name="Bob Sharer", email="bob@acme.example")
    return MemberFactory.create(
        organization=acme, user=user, is_ambassador=True, job_title="Engineer"
    )


@pytest.fixture
def bob_enrolment(bob: Member, programme: Programme, topic: Topic) -> Enrolment:
    enrolment = EnrolmentFactory.create(programme=programme, member=bob)
    enrolment.topics.add(topic)
    return enrolment


@pytest.fixture
def charlie(globex: Organization) -> Member:
    user = UserFactory.create(name="Charlie Stranger", email="charlie@globex.example")
    member = MemberFactory.create(
        organization=globex, user=user, is_owner=True, is_editor=True, is_ambassador=True
    )
    EnrolmentFactory.create(programme=ProgrammeFactory.create(organization=globex), member=member)
    return member


@pytest.fixture
def client_as() -> Callable[[Member], Client]:
    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def erasable_archive(transactional_db: None) -> Iterator[None]:
    """For tests that commit and write to the archive: lets its entries go at the end."""
    yield
    with every_tenant():
        ArchiveChain.objects.update(released_at=timezone.now())
        ArchiveEntry.objects.all().delete()

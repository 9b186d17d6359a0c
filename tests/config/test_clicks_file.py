"""Clicks beside everything else: in a file of their own on SQLite, in one database on PostgreSQL.

With real processes on a real data folder, since the suite itself runs on one database.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.config.conftest import Installation

COUNTED = {
    "links_agentday",
    "links_campaignhour",
    "links_click",
    "links_clickreference",
    "links_clickskept",
    "links_dayvisitor",
    "links_linkday",
    "links_organizationday",
    "links_spoolfile",
}
# A person who shared, with a click on the link of the share.
SHARED = """
import time
from pathlib import Path
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from tests.factories import *
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import *
from vaandel.links.retention import forget_old_clicks
from vaandel.links.rollups import rebuild, verify
from vaandel.links.services import create_link, delete_links, save_campaign
from vaandel.links.spool import Writer
from vaandel.links.storage import clicks_alias
from vaandel.shares.models import Reservation, Share
def click(times=1):
    writer = Writer(Path(settings.SPOOL_DIR))
    for _ in range(times):
        writer.append(Link.objects.earliest("pk").pk, time.time(), "HUMAN", family="Chrome",
                      visitor=7, reference="r")
    writer.close()
"""
MADE = """
acme = OrganizationFactory.create()
bob = MemberFactory.create(organization=acme)
programme = ProgrammeFactory.create(organization=acme)
enrolment = EnrolmentFactory.create(programme=programme, member=bob)
post = save_campaign(organization=acme, key="post:1", title="Geothermal")
link = create_link(organization=acme, target_url="https://example.org", channel="linkedin",
                   at=timezone.now(), campaign=post, owner=bob.user)
share = ShareFactory.create(
    post=PostFactory.create(programme=programme), enrolment=enrolment, link=link)
click(3)
assert ingest_clicks() == 3
"""


@pytest.fixture
def living(installation: Installation) -> Installation:
    assert installation.run("migrate").returncode == 0
    installation.in_django(SHARED + MADE)
    return installation


def tables(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}


def test_counted_tables_and_others_are_joined_and_kept_apart(
    living: Installation, database_url: str
) -> None:
    if not database_url:
        mine = tables(living.data / "clicks.sqlite3")
        theirs = tables(living.data / "vaandel.sqlite3")
        assert {name for name in mine if name.startswith("links_")} == COUNTED
        assert not theirs & COUNTED
        assert mine - COUNTED == {"django_migrations", "sqlite_sequence"}

    joined = living.in_django(
        SHARED + "for row in LinkDay.objects.select_related('link__campaign'):\n"
        "    print(row.link.share == Share.objects.get(), row.link.campaign.title, row.count)\n"
        "print(Share.objects.filter(link__days__count=3).count())\n"
        "print(list(Link.objects.values_list('clicks__kind', flat=True)))\n"
        "print(verify(None, None), rebuild(None, None), verify(None, None))\n"
        "print(LinkDay.objects.get().uniques, CampaignHour.objects.get().count)"
    )
    assert joined.splitlines() == [
        "True Geothermal 3",
        "1",
        "['HUMAN', 'HUMAN', 'HUMAN']",
        "[] 91 []",
        "1 3",
    ]


def test_the_main_connection_cannot_write_clicks(living: Installation, database_url: str) -> None:
    tried = living.in_django(
        SHARED + "day = LinkDay.objects.get()\n"
        "day.count = 4\n"
        "day.save()\n"
        "try:\n"
        "    LinkDay.objects.using('default').update(count=5)\n"
        "except OperationalError as error:\n"
        "    print(error)\n"
        "print(LinkDay.objects.get().count)"
    )
    refused = ["attempt to write a readonly database", "4"]
    assert tried.splitlines() == (["5"] if database_url else refused)


def test_saving_and_counting_do_not_wait_for_each_other(living: Installation) -> None:
    order = living.in_django(
        SHARED + "from vaandel.links.raw import alone\n"
        "click()\n"
        "with transaction.atomic():\n"
        "    Organization.objects.update(name='Saved')\n"
        "    print('counted', ingest_clicks())\n"
        "with transaction.atomic(using=clicks_alias()):\n"
        "    LinkDay.objects.update(count=9)\n"
        "    with transaction.atomic():\n"
        "        Organization.objects.update(name='Saved too')\n"
        "    print(Organization.objects.get().name)"
    )
    assert order.splitlines() == ["counted 1", "Saved too"]


# As it was before clicks had a file: one database, with the first migration of links.
BEFORE = """
import django
from vaandel.config import databases, settings as product
if databases.CLICKS in product.DATABASES:
    product.DATABASES = {"default": databases.sqlite(product.DATA_DIR / "vaandel.sqlite3")}
django.setup()
from django.core.management import call_command
from django.db import connection
from vaandel.organizations.models import Organization
call_command("migrate", "organizations", verbosity=0)
call_command("migrate", "links", "0001", verbosity=0)
acme = Organization.objects.create(name="Acme", slug="acme")
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO links_link (id, organization_id, code, target_url, channel, created_at) "
        "VALUES (1, %s, 'k3mnp7qrt', 'https://example.org', 'linkedin', '2026-11-01')", [acme.pk])
    cursor.execute(
        "INSERT INTO links_linkday (organization_id, link_id, day, kind, count) "
        "VALUES (%s, 1, '2026-11-01', 'HUMAN', 12), (%s, 1, '2026-11-02', 'BOT', 3)",
        [acme.pk, acme.pk])
"""


def test_sums_of_an_older_installation_come_along(
    installation: Installation, database_url: str
) -> None:
    installation.data.mkdir()
    before = installation.python("-c", BEFORE)
    assert before.returncode == 0, before.stderr
    assert not (installation.data / "clicks.sqlite3").exists()

    assert installation.run("migrate").returncode == 0
    assert installation.run("migrate").returncode == 0

    told = installation.in_django(
        SHARED + "print(*LinkDay.objects.order_by('day').values_list('day', 'kind', 'count'))\n"
        "print(ClicksKept.objects.get().since, verify(None, None), rebuild(None, None) > 0)\n"
        "print(LinkDay.objects.count())"
    )
    assert told.splitlines() == [
        "(datetime.date(2026, 11, 1), 'HUMAN', 12) (datetime.date(2026, 11, 2), 'BOT', 3)",
        "2026-11-03 [] True",
        "2",
    ]
    if not database_url:
        assert not tables(installation.data / "vaandel.sqlite3") & COUNTED


def test_erasing_a_person_leaves_the_share_counted(living: Installation) -> None:
    told = living.in_django(
        SHARED + "from vaandel.privacy.services import delete_account\n"
        "bob = Share.objects.get().enrolment.member\n"
        "reserved = create_link(organization=bob.organization, target_url='https://example.org',\n"
        "    channel='linkedin', at=timezone.now(), owner=bob.user)\n"
        "Reservation.objects.create(organization=bob.organization, link=reserved,\n"
        "    enrolment=Share.objects.get().enrolment, post=Share.objects.get().post,\n"
        "    press='12345678-1234-5678-1234-567812345678')\n"
        "print(delete_account(user=bob.user, at=timezone.now()))\n"
        "link = Share.objects.get().link\n"
        "print(link.owner_id, link.ended_at, LinkDay.objects.get(link=link).count)\n"
        "print(Link.objects.exclude(owner=None).count(), verify(None, None))\n"
        "click(); ingest_clicks()\n"
        "print(LinkDay.objects.get(link=link).count)"
    )
    assert told.splitlines() == ["True", "None None 3", "0 []", "4"]


def test_deleting_links_takes_what_was_counted_along(living: Installation) -> None:
    told = living.in_django(
        SHARED + "spare = create_link(organization=Organization.objects.get(), channel='x',\n"
        "    target_url='https://example.org', at=timezone.now())\n"
        "with transaction.atomic():\n"
        "    print(delete_links([spare.pk]))\n"
        "Share.objects.all().delete()\n"
        "print(delete_links([Link.objects.get().pk]))\n"
        "print(Click.objects.count(), LinkDay.objects.count(), ClickReference.objects.count())\n"
        "print(Organization.objects.get().delete()[0] > 0, forget_old_clicks())"
    )
    assert told.splitlines() == ["1", "1", "0 0 0", "True 0"]

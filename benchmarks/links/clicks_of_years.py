"""Clicks by the million in the shape that the tables of a large installation have.

Twenty organisations over 57 weeks; one of them has 10,000 ambassadors, 5,000 posts and 40 % of all
clicks. A link belongs to a share of a post that was live for two weeks; most of its clicks come in
the first days. Links and shares are made here, the clicks by the database itself (numbers that look
random come from a remainder, so that it is the same every time and in both databases).
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.utils import timezone

from benchmarks import population
from benchmarks.population import People, Size
from vaandel.ambassadors.models import Enrolment
from vaandel.links import partitions
from vaandel.links.models import Campaign, Link
from vaandel.links.storage import clicks_connection
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import Share

LARGE, SMALL, SMALL_ONES = Size(30_000, 5_000, 0), Size(300, 400, 0), 19
PART_OF_LARGE = 0.4
CLICKS_PER_SHARE = 40
MOST_CLICKS = 600
LIVE = timedelta(days=14)
LINKS_AT_ONCE = 25_000
CHANNELS = ("linkedin", "linkedin", "whatsapp", "facebook", "x", "bluesky", "mail")
_COLUMNS = (
    "link_id bigint, organization_id bigint, campaign_id bigint, channel varchar(20), "
    "opened_ms bigint, span_ms bigint, clicks int, first bigint"
)
_KIND = """CASE WHEN h %% 100 < 72 THEN 'HUMAN' WHEN h %% 100 < 80 THEN 'PREVIEW'
 WHEN h %% 100 < 90 THEN 'BOT' WHEN h %% 100 < 94 THEN 'REPEAT' WHEN h %% 100 < 98 THEN 'SCANNER'
 ELSE 'PREFETCH' END"""
_HOST = """CASE channel WHEN 'linkedin' THEN
 CASE WHEN h %% 7 < 5 THEN 'www.linkedin.com' ELSE '' END
 WHEN 'facebook' THEN CASE WHEN h %% 5 < 3 THEN 'm.facebook.com' ELSE 'l.facebook.com' END
 WHEN 'x' THEN 't.co' WHEN 'bluesky' THEN 'bsky.app' ELSE '' END"""
_FAMILY = """CASE WHEN h %% 11 < 5 THEN 'Chrome Mobile' WHEN h %% 11 < 8 THEN 'Safari'
 WHEN h %% 11 < 10 THEN 'Chrome' ELSE 'Firefox' END"""
_CLICKS = f"""
INSERT INTO links_click
 (id, organization_id, link_id, at_ms, kind, referrer_host, country, family, visitor)
SELECT first + n, organization_id, link_id, opened_ms + CAST(span_ms * u * u * u AS bigint),
 {_KIND}, {_HOST}, '', {_FAMILY}, NULL
FROM (SELECT b.*, s.n, (b.link_id * 7919 + s.n * 104729) %% 1000003 AS h,
 ((b.link_id * 31 + s.n * 611953) %% 999983) / 999983.0 AS u
 FROM bench_link b JOIN bench_n s ON s.n <= b.clicks WHERE b.link_id BETWEEN %s AND %s) AS x
"""
_DAY = {
    "postgresql": "DATE '1970-01-01' + (at_ms / 86400000)::int",
    "sqlite": "date(at_ms / 1000, 'unixepoch')",
}
_HOUR = {
    "postgresql": "to_timestamp(at_ms / 3600000 * 3600)",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:00:00', at_ms / 1000, 'unixepoch')",
}
_LINK_DAYS = """
INSERT INTO links_linkday (organization_id, link_id, day, kind, count)
SELECT organization_id, link_id, {day} AS d, kind, count(*)
FROM links_click WHERE at_ms >= %s AND at_ms < %s GROUP BY 1, 2, 3, 4 ORDER BY 3, 2, 4
"""
_CAMPAIGN_HOURS = """
INSERT INTO links_campaignhour
 (organization_id, campaign_id, hour, kind, channel, referrer_host, country, count)
SELECT b.organization_id, b.campaign_id, {hour} AS o, c.kind, b.channel, c.referrer_host,
 c.country, count(*)
FROM links_click c JOIN bench_link b ON b.link_id = c.link_id
WHERE at_ms >= %s AND at_ms < %s GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 3, 2
"""


_CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('p', 'u')
"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"


@dataclass(frozen=True, slots=True)
class Made:
    """The large organisation, and how many rows there are."""

    people: People
    links: int
    clicks: int


def people_and_links(clicks: int) -> Made:
    """Everything but the clicks: they follow with ``add_clicks``."""
    chance, now = random.Random(clicks), timezone.now()
    with every_tenant():
        people = population.write(LARGE, chance, now)
        for number in range(SMALL_ONES):
            population.write(SMALL, chance, now, f"small-{number}")
        opened = sorted(_openings(clicks // CLICKS_PER_SHARE, people, chance))
        made = list(_links(opened, chance, now))
    return Made(people, len(made), _load(made, now))


@dataclass(frozen=True, slots=True, order=True)
class _Opening:
    """Somebody shares a post."""

    at: datetime
    post_id: int
    organization_id: int
    enrolment_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True)
class _NewLink:
    pk: int
    opening: _Opening
    channel: str
    clicks: int


def _openings(shares: int, people: People, chance: random.Random) -> Iterator[_Opening]:
    large = people.organization.pk
    others = Organization.objects.exclude(pk=large)
    for organization in [people.organization, *others]:
        part = PART_OF_LARGE if organization.pk == large else (1 - PART_OF_LARGE) / SMALL_ONES
        posts = list(Post.objects.filter(organization=organization))
        campaigns = Campaign.objects.bulk_create(
            [
                Campaign(organization=organization, key=f"post:{post.pk}", title=post.title)
                for post in posts
            ],
            batch_size=2000,
        )
        enrolments = list(
            Enrolment.objects.filter(organization=organization).values_list("pk", flat=True)
        )
        for _ in range(int(shares * part)):
            # Some posts and some people do far more than others.
            n = int(len(posts) * chance.random())
            who = enrolments[int(len(enrolments) * chance.random() ** 1.3)]
            at = (posts[n].published_at or timezone.now()) + LIVE * chance.random() ** 2
            yield _Opening(at, posts[n].pk, organization.pk, who, campaigns[n].pk)


def _links(opened: Iterable[_Opening], chance: random.Random, now: datetime) -> Iterator[_NewLink]:
    for number, opening in enumerate(opened, start=1):
        if opening.at < now:
            many = min(MOST_CLICKS, int(chance.expovariate(1 / CLICKS_PER_SHARE)) + 1)
            yield _NewLink(number, opening, chance.choice(CHANNELS), many)


def _load(links: Sequence[_NewLink], now: datetime) -> int:
    """Write links, shares, and what the clicks are made from; how many clicks that will be."""
    link = Link(target_url="https://news.example/story", created_at=now)
    share = Share(language="en", text="What struck me: the silence.", state=Share.State.CONFIRMED)
    moment = connection.ops.adapt_datetimefield_value
    copy(
        link,
        ("id", "organization_id", "code", "channel", "campaign_id"),
        (
            (
                each.pk,
                each.opening.organization_id,
                f"b{each.pk:08x}",
                each.channel,
                each.opening.campaign_id,
            )
            for each in links
        ),
    )
    copy(
        share,
        (
            *("id", "organization_id", "link_id", "post_id", "enrolment_id"),
            *("press", "channel", "opened_at"),
        ),
        (
            (
                each.pk,
                each.opening.organization_id,
                each.pk,
                each.opening.post_id,
                each.opening.enrolment_id,
                uuid.UUID(int=each.pk, version=4).hex,
                each.channel,
                moment(each.opening.at),
            )
            for each in links
        ),
    )
    return _plan(links, now)


def _plan(links: Sequence[_NewLink], now: datetime) -> int:
    database = clicks_connection()
    with database.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_link ({_COLUMNS})")
        cursor.execute("CREATE TABLE bench_n (n int)")
    first = 1 << 32
    rows = []
    for each in links:
        opened = int(each.opening.at.timestamp() * 1000)
        span = min(LIVE, now - each.opening.at) / timedelta(milliseconds=1)
        of = each.opening
        rows.append(
            (
                *(each.pk, of.organization_id, of.campaign_id, each.channel),
                *(opened, int(span), each.clicks, first),
            )
        )
        first += each.clicks
    columns = tuple(word.split()[0] for word in _COLUMNS.split(", "))
    _insert(database, "bench_link", columns, rows)
    _insert(database, "bench_n", ("n",), ((n,) for n in range(1, MOST_CLICKS + 1)))
    with database.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX bench_link_once ON bench_link (link_id)")
        cursor.execute("CREATE UNIQUE INDEX bench_n_once ON bench_n (n)")
        cursor.execute("ANALYZE bench_link")
        cursor.execute("ANALYZE bench_n")
    return first - (1 << 32)


def copy(prototype: Model, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows that differ from a prototype in a few columns only; the quickest way there is."""
    fields = prototype._meta.concrete_fields
    columns = [str(field.column) for field in fields]
    plain = [
        None
        if field.column in names
        else field.get_db_prep_save(getattr(prototype, field.attname), connection)
        for field in fields
    ]
    places = [columns.index(name) for name in names]

    def whole() -> Iterator[list[Any]]:
        for row in rows:
            values = plain.copy()
            for place, value in zip(places, row, strict=True):
                values[place] = value
            yield values

    _insert(connection, prototype._meta.db_table, columns, whole())


def _insert(
    database: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    names = ", ".join(columns)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as sent:
                for row in rows:
                    sent.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        cursor.execute("BEGIN")
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        cursor.execute("COMMIT")


def add_clicks(links: int) -> None:
    """Let the database make the clicks, the oldest links first."""
    database = clicks_connection()
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            partitions.make(cursor, _moments(cursor))
        for first in range(1, links + 1, LINKS_AT_ONCE):
            cursor.execute(_CLICKS, [first, first + LINKS_AT_ONCE - 1])


def _moments(cursor: Any) -> list[int]:
    cursor.execute("SELECT min(opened_ms), max(opened_ms + span_ms) FROM bench_link")
    first, last = cursor.fetchone()
    day = 86_400_000
    return [*range(first, last, day), last]


def add_up() -> None:
    """The roll-ups, month by month, in the order in which an ingest would have made them."""
    database = clicks_connection()
    with database.cursor() as cursor:
        months = sorted({partitions.month_of(at) for at in _moments(cursor)})
        with _indexed_at_the_end(database, "links_linkday", "links_campaignhour"):
            for month in months:
                span = [month.start_ms, month.next.start_ms]
                cursor.execute(_LINK_DAYS.format(day=_DAY[database.vendor]), span)
                cursor.execute(_CAMPAIGN_HOURS.format(hour=_HOUR[database.vendor]), span)
        cursor.execute("DROP TABLE bench_link")
        cursor.execute("DROP TABLE bench_n")


@contextmanager
def _indexed_at_the_end(database: BaseDatabaseWrapper, *tables: str) -> Iterator[None]:
    """On PostgreSQL: the same indexes afterwards, made in a fraction of the time."""
    again: list[str] = []
    with database.cursor() as cursor:
        for table in tables if database.vendor == "postgresql" else ():
            cursor.execute(_CONSTRAINTS, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
            cursor.execute(_INDEXES, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
                again.append(definition)
        yield
        for statement in again:
            cursor.execute(statement)


def settle(*databases: BaseDatabaseWrapper) -> None:
    """What autovacuum does in its own time."""
    for database in {id(each): each for each in databases}.values():
        with database.cursor() as cursor:
            postgresql = database.vendor == "postgresql"
            cursor.execute("VACUUM ANALYZE" if postgresql else "ANALYZE main")

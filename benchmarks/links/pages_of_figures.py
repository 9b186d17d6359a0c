"""Makes clicks in the database of this environment and asks for the pages that show them.

`python -m benchmarks.links.pages_of_figures 1e6`: a table, and one line of JSON at the end.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django

RUNS = 10
_LEADERS = """
CREATE TABLE bench_leader AS
SELECT s.organization_id, s.enrolment_id, sum(d.count) AS clicks
FROM shares_share s JOIN links_linkday d ON d.link_id = s.link_id AND d.kind = 'HUMAN'
WHERE s.organization_id = %s GROUP BY 1, 2
"""
_LEADERS_INDEX = "CREATE INDEX bench_leader_most ON bench_leader (organization_id, clicks DESC)"
_LIST = """
SELECT b.enrolment_id, b.clicks, u.name, rank() OVER (ORDER BY b.clicks DESC)
FROM bench_leader b JOIN ambassadors_enrolment e ON e.id = b.enrolment_id
JOIN organizations_member m ON m.id = e.member_id JOIN accounts_user u ON u.id = m.user_id
WHERE b.organization_id = %s ORDER BY b.clicks DESC
"""


def main(clicks: int) -> None:
    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["*"]
    sizes, made = _make(clicks)
    rows = _ask(made, connection, sizes["database"], sizes["clicks"])
    print(json.dumps({"sizes": sizes, "rows": rows}))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _make(clicks: int) -> tuple[dict[str, Any], Any]:
    """Rows, then roll-ups; how long each took, and how large it is."""
    from django.db import connection

    from benchmarks.links import clicks_of_years as years
    from vaandel.config.statistics import keep_statistics
    from vaandel.impact.models import Counted
    from vaandel.impact.services import freeze_weeks, roll_up
    from vaandel.links.storage import clicks_connection
    from vaandel.organizations.tenancy import every_tenant

    seconds: dict[str, float] = {}

    def timed(name: str, call: Any, *arguments: Any) -> Any:
        begin = time.monotonic()
        found = call(*arguments)
        seconds[name] = round(time.monotonic() - begin, 1)
        _say(f"  {name}: {seconds[name]:.1f} s")
        return found

    made = timed("people and links", years.people_and_links, clicks)
    timed("clicks", years.add_clicks, made.links)
    timed("roll-ups of links", years.add_up)
    timed("statistics", years.settle, connection, clicks_connection())
    timed("roll-ups of impact", roll_up)
    with every_tenant():
        # As if something had changed in every organisation since the last time.
        Counted.objects.all().delete()
    timed("roll-ups of impact, two weeks", roll_up)
    timed("weeks", freeze_weeks)
    keep_statistics()
    sizes = {
        "database": connection.vendor,
        "clicks": made.clicks,
        "links": made.links,
        "seconds": seconds,
        **_disk(clicks_connection(), made.clicks),
    }
    _say(json.dumps(sizes, indent=1))
    return sizes, made


def _disk(database: Any, clicks: int) -> dict[str, Any]:
    """Rows of each roll-up, and megabytes per million clicks."""
    found: dict[str, Any] = {}
    with database.cursor() as cursor:
        for table in ("links_linkday", "links_campaignhour"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[f"{table} rows"] = cursor.fetchone()[0]
        if database.vendor == "postgresql":
            cursor.execute(
                "SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) FROM pg_inherits "
                "WHERE inhparent = 'links_click'::regclass"
            )
            found["raw MB per million"] = _per_million(cursor.fetchone()[0], clicks)
            for table in ("links_linkday", "links_campaignhour"):
                cursor.execute("SELECT pg_total_relation_size(%s)", [table])
                found[f"{table} MB per million"] = _per_million(cursor.fetchone()[0], clicks)
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = Path(database.settings_dict["NAME"]).stat().st_size
            found["all MB per million"] = _per_million(size, clicks)
    return found


def _per_million(size: int, clicks: int) -> float:
    return round(float(size) / clicks, 1)


def _ask(made: Any, connection: Any, database: str, clicks: int) -> list[dict[str, Any]]:
    from django.test import Client

    from vaandel.impact.models import PostTotal
    from vaandel.links.models import Campaign
    from vaandel.organizations.tenancy import every_tenant

    people = made.people
    with every_tenant():
        # The post with the most clicks has the most to add up.
        own = PostTotal.objects.filter(organization=people.organization)
        post_id = own.order_by("-clicks", "pk").values_list("post_id", flat=True)[0]
        campaign = Campaign.objects.get(organization=people.organization, key=f"post:{post_id}")
    home = f"/o/{people.organization.slug}/"
    pages = [
        ("dashboard, 90 days", people.owner, f"{home}programme/?weeks=13"),
        ("top posts", people.owner, f"{home}programme/posts/"),
        ("one post", people.owner, f"{home}programme/posts/{post_id}/"),
        ("My impact", people.ambassador, f"{home}impact/?period=all"),
        ("links", people.owner, f"{home}links/"),
        ("links of a campaign", people.owner, f"{home}links/{campaign.pk}/?period=all"),
    ]
    _say(f"{'page':<20} {'queries':>7} {'db ms':>7} {'p50 ms':>7} {'p95 ms':>7}")
    rows = []
    for name, member, path in pages:
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        rows.append(_page(client, connection, name, path))
    rows.append(_leaders(connection, people.organization.pk))
    for row in rows:
        row |= {"database": database, "clicks": clicks}
        _say(
            f"{row['page']:<20} {row['queries']:>7} {row['database_ms']:>7.1f}"
            f" {row['p50_ms']:>7.1f} {row['p95_ms']:>7.1f}"
        )
    return rows


def _page(client: Any, connection: Any, name: str, path: str) -> dict[str, Any]:
    spent: list[float] = []

    def timed(execute: Any, sql: str, *rest: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            spent.append(time.perf_counter() - begin)

    for _ in range(3):
        response = client.get(path)
    if response.status_code != 200:
        _say(f"{path} answered {response.status_code}")
    in_database, whole = [], []
    with connection.execute_wrapper(timed):
        for _ in range(RUNS):
            spent.clear()
            begin = time.perf_counter()
            client.get(path)
            whole.append((time.perf_counter() - begin) * 1000)
            in_database.append(sum(spent) * 1000)
    return _row(name, len(spent), in_database, whole)


def _row(name: str, queries: int, in_database: list[float], whole: list[float]) -> dict[str, Any]:
    whole.sort()
    return {
        "page": name,
        "queries": queries,
        "database_ms": round(statistics.median(in_database), 2),
        "p50_ms": round(statistics.median(whole), 2),
        "p95_ms": round(whole[-1], 2),
    }


def _leaders(connection: Any, organization_id: int) -> dict[str, Any]:
    """All ambassadors with their rank, from a table with one row for each and a period."""
    times = []
    with connection.cursor() as cursor:
        cursor.execute(_LEADERS, [organization_id])
        cursor.execute(_LEADERS_INDEX)
        cursor.execute("ANALYZE bench_leader")
        for _ in range(RUNS):
            begin = time.perf_counter()
            cursor.execute(_LIST, [organization_id])
            found = cursor.fetchall()
            times.append((time.perf_counter() - begin) * 1000)
    return _row(f"leader list of {len(found):,}", 1, times, times.copy())


if __name__ == "__main__":
    main(int(float(sys.argv[1])))

"""What a measurement does with Vaandel's own tables, in a process that has loaded Django.

`python -m benchmarks.links.inside <task> …` prints one line of JSON at the end.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

BATCH = 5000
CHANNELS = ("linkedin", "whatsapp", "facebook", "x", "bluesky")
# As often as they occur.
KINDS = ("HUMAN",) * 15 + ("PREVIEW", "BOT", "BOT", "REPEAT", "SCANNER")
HOSTS = ("www.linkedin.com", "m.facebook.com", "t.co", "", "", "www.google.com")
FAMILIES = ("Chrome", "Chrome Mobile", "Safari", "Edge", "Firefox", "LinkedInBot", "Teams")
TARGET = "https://news.example.org/stories/2026/11/what-we-learnt-in-the-night-shift-{:07d}?from=colleagues"


def seed(links: str, campaigns: str, codes: str) -> dict[str, int]:
    """An organisation with links, spread over campaigns; their codes go to a file."""
    from vaandel.links.codes import new_code
    from vaandel.links.models import Campaign, Link
    from vaandel.organizations.models import Organization
    from vaandel.organizations.tenancy import every_tenant

    number = int(links)
    wanted: set[str] = set()
    while len(wanted) < number:
        wanted.add(new_code())
    with every_tenant():
        acme = Organization.objects.create(name="Acme", slug="acme")
        made = Campaign.objects.bulk_create(
            [Campaign(organization=acme, key=f"post:{n}") for n in range(int(campaigns))],
            batch_size=BATCH,
        )
        rows = (
            Link(
                organization=acme,
                code=code,
                target_url=TARGET.format(n),
                channel=CHANNELS[n % len(CHANNELS)],
                campaign=made[n % len(made)],
                created_at=datetime.now(UTC),
            )
            for n, code in enumerate(sorted(wanted))
        )
        Link.objects.bulk_create(rows, batch_size=BATCH)
    Path(codes).write_text("\n".join(sorted(wanted)))
    return {"links": number}


def count() -> dict[str, int]:
    """What has been stored: rows, different ids, and how many sums are not those of the rows."""
    from django.conf import settings

    from vaandel.links.models import CampaignHour, Click, Link, LinkDay
    from vaandel.links.spool import files
    from vaandel.organizations.tenancy import every_tenant

    days: Counter[Any] = Counter()
    hours: Counter[Any] = Counter()
    ids = set()
    rows = 0
    with every_tenant():
        links = {pk: rest for pk, *rest in Link.objects.values_list("pk", "campaign_id", "channel")}
        clicks = Click.objects.values_list("pk", "link_id", "at_ms", "kind", "referrer_host")
        for pk, link, at_ms, kind, host in clicks.iterator(chunk_size=20_000):
            rows += 1
            ids.add(pk)
            days[link, at_ms // 86_400_000, kind] += 1
            hours[(*links[link], at_ms // 3_600_000, kind, host)] += 1
        epoch = date(1970, 1, 1)
        for link, day, kind, number in LinkDay.objects.values_list("link", "day", "kind", "count"):
            days[link, (day - epoch).days, kind] -= number
        columns = ("campaign", "channel", "hour", "kind", "referrer_host", "count")
        for campaign, channel, hour, kind, host, number in CampaignHour.objects.values_list(
            *columns
        ):
            hours[campaign, channel, int(hour.timestamp()) // 3600, kind, host] -= number
    return {
        "rows": rows,
        "ids": len(ids),
        "link_days_off": sum(number != 0 for number in days.values()),
        "campaign_hours_off": sum(number != 0 for number in hours.values()),
        "files": len(files(Path(settings.SPOOL_DIR))),
    }


def kinds() -> dict[str, int]:
    """The stored clicks by kind."""
    from django.db.models import Sum

    from vaandel.links.models import LinkDay
    from vaandel.organizations.tenancy import every_tenant

    with every_tenant():
        rows = LinkDay.objects.values_list("kind").annotate(n=Sum("count")).order_by()
        return dict(rows)


def ingest() -> dict[str, float]:
    """Store everything that waits; how many, in how many seconds, and with how much of the CPU."""
    from vaandel.links.ingest import ingest_clicks

    begin, cpu = time.perf_counter(), time.process_time()
    stored = 0
    while more := ingest_clicks():
        stored += more
    return {
        "stored": stored,
        "seconds": time.perf_counter() - begin,
        "cpu": time.process_time() - cpu,
    }


def fill_spool(clicks: str, hot: str) -> dict[str, int]:
    """Write clicks as the redirect does, without a server; `hot`: all of them on one link."""
    import random

    from django.conf import settings

    from vaandel.links.models import Link
    from vaandel.links.spool import Writer
    from vaandel.organizations.tenancy import every_tenant

    with every_tenant():
        links = list(Link.objects.order_by("pk").values_list("pk", flat=True))
    chance = random.Random(7)
    choice, link = chance.choice, links[len(links) // 2]
    writer = Writer(Path(settings.SPOOL_DIR))
    # Two hours of a busy day, so that hours change and a file is left for the next.
    number, now = int(clicks), time.time() - 7200
    for n in range(number):
        at = now + 7200 * n / number
        where = link if hot == "hot" else choice(links)
        host, family = choice(HOSTS), choice(FAMILIES)
        writer.append(where, at, choice(KINDS), referrer_host=host, family=family)
    writer.close()
    return {"clicks": number, "lost": writer.lost}


def fill_cache(links: str, codes: str) -> dict[str, float]:
    """Ask for so many codes as a redirect does; bytes before and after, and time per look-up."""
    import gc

    import psutil

    from vaandel.links.cache import LinkCache

    wanted = Path(codes).read_text().split()
    cache = LinkCache(max_links=int(links))
    cache.target_of(wanted[0], time.time())
    memory = psutil.Process().memory_info
    gc.collect()
    before, begin = memory().rss, time.perf_counter()
    for code in wanted:
        cache.target_of(code, time.time())
    first = time.perf_counter() - begin
    gc.collect()
    # The last third: going round in all of them, the first would just have been forgotten.
    after, again = memory().rss, wanted[-len(wanted) // 3 :]
    begin = time.perf_counter()
    for code in again:
        cache.target_of(code, time.time())
    known = time.perf_counter() - begin
    return {
        "before": before,
        "after": after,
        "remembered": len(cache),
        "first_us": first / len(wanted) * 1e6,
        "known_us": known / len(again) * 1e6,
    }


TASKS: dict[str, Callable[..., Any]] = {
    "seed": seed,
    "count": count,
    "kinds": kinds,
    "ingest": ingest,
    "fill_spool": fill_spool,
    "fill_cache": fill_cache,
}


def main() -> None:
    django.setup()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()

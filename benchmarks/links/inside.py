"""What a measurement does with Vaandel's own tables, in a process that has loaded Django.

`python -m benchmarks.links.inside <task> …` prints one line of JSON at the end.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

BATCH = 5000
CHANNELS = ("linkedin", "whatsapp", "facebook", "x", "bluesky")
TARGET = "https://news.example.org/stories/2026/11/what-we-learnt-in-the-night-shift-{:06d}"


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
    """What has been stored. The rows, and the same in each roll-up."""
    from django.conf import settings
    from django.db.models import Count, Sum

    from vaandel.links.models import CampaignHour, Click, LinkDay
    from vaandel.links.spool import files
    from vaandel.organizations.tenancy import every_tenant

    with every_tenant():
        clicks = Click.objects.aggregate(rows=Count("pk"), ids=Count("pk", distinct=True))
        return {
            "rows": clicks["rows"],
            "ids": clicks["ids"],
            "link_days": LinkDay.objects.aggregate(n=Sum("count"))["n"] or 0,
            "campaign_hours": CampaignHour.objects.aggregate(n=Sum("count"))["n"] or 0,
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


TASKS: dict[str, Callable[..., Any]] = {
    "seed": seed,
    "count": count,
    "kinds": kinds,
    "ingest": ingest,
}


def main() -> None:
    django.setup()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()

"""One job in a process of its own; prints how many megabytes its peak is above its beginning."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.files.base import ContentFile
from django.utils import timezone

if TYPE_CHECKING:
    from vaandel.organizations.models import Organization

PEOPLE = 10_000
FEED_BYTES = 10 * 1024 * 1024


def peak() -> float:
    """The highest resident size of this process and of those it has waited for, in MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return own / 1024


def import_people() -> None:
    from vaandel.organizations.models import Member, MemberImport
    from vaandel.organizations.services.imports import (
        check_list,
        run_member_imports,
        start_import,
        upload_list,
    )
    from vaandel.organizations.tenancy import tenant_scope

    organization = _organization()
    rows = "\n".join(f"p{n}@big.example,Person {n},Unit {n % 40}" for n in range(PEOPLE))
    file = ContentFile(f"mail,name,department\n{rows}\n".encode(), name="people.csv")
    with tenant_scope(organization):
        owner = Member.objects.get()
        listed = upload_list(
            file=file, filename="people.csv", invite=True, by=owner, at=timezone.now()
        )
        check_list(member_import=listed, columns=listed.columns)
        start_import(member_import=listed, by=owner, at=timezone.now())
    run_member_imports()
    with tenant_scope(organization):
        listed = MemberImport.objects.get()
        if Member.objects.count() != PEOPLE + 1:
            sys.exit(f"The import ended as {listed.state}.")


def read_feed(folder: Path) -> None:
    from vaandel.sources.services import import_feed

    organization = _organization()
    item = (
        "<item><title>News {n}</title><link>https://news.example/{n}</link>"
        "<guid>news-{n}</guid><description>" + "word " * 400 + "</description></item>"
    )
    count = FEED_BYTES // len(item)
    body = "".join(item.format(n=n) for n in range(count))
    file = folder / "feed.xml"
    file.write_text(f'<rss version="2.0"><channel><title>Big</title>{body}</channel></rss>')
    import_feed(place=str(file), organization=organization, at=timezone.now())


def _organization() -> Organization:
    from vaandel.programmes.services import found_organization

    return found_organization(
        name="Big",
        slug="big",
        country="NL",
        language="en",
        owner_email="owner@big.example",
        owner_name="Olga Owner",
        at=timezone.now(),
    )


def main() -> None:
    django.setup()
    before = peak()
    job, folder = sys.argv[1], Path(sys.argv[2])
    if job == "people":
        import_people()
    else:
        read_feed(folder)
    print(f"{peak() - before:.1f}")


if __name__ == "__main__":
    main()

"""What a look at colleagues' texts costs when ten thousand people shared the same post.

The texts are all the same, all different, or changed from a few starts as people do. Each look is
measured with the texts found by their bands, and by comparing with every text. The hint may take
20 ms; and of the texts that are alike at least 95 % must have a band in common.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from benchmarks.links import machine, results
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh
from benchmarks.links.installation import Installation

MOST_MILLISECONDS: Final = 20.0
LEAST_RECALL: Final = 0.95
KINDS: Final = ("same", "different", "starts")
LOOKS: Final = 30
BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class Row:
    database: str
    texts: str
    shares: int
    # Middle and slowest of the looks, in milliseconds.
    look: float
    slowest: float
    everything: float
    times: float
    # Of the pairs that are alike, those that have a band in common.
    recall: float | None
    # Noting one text when it is shared.
    noting: float


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    machine.wait_until_quiet(given.wait)
    print(
        f"{'database':<11} {'texts':<10} {'shares':>7} {'look ms':>8} {'slowest':>8} "
        f"{'all ms':>8} {'times':>6} {'recall':>7} {'note ms':>8}"
    )
    rows = []
    for database in given.databases:
        with fresh(database) as ours:
            ours.vaandel("migrate")
            for kind in KINDS:
                found = inside(ours, kind, given.shares)
                row = Row(database=database, texts=kind, shares=given.shares, **found)
                recall = "" if row.recall is None else f"{row.recall:.1%}"
                print(
                    f"{row.database:<11} {row.texts:<10} {row.shares:>7,} {row.look:>8.1f} "
                    f"{row.slowest:>8.1f} {row.everything:>8.0f} {row.times:>6.0f} {recall:>7} "
                    f"{row.noting:>8.1f}",
                    flush=True,
                )
                rows.append(row)
    if given.keep:
        results.write("similarity", [asdict(row) for row in rows])
    if any(row.look > MOST_MILLISECONDS for row in rows):
        sys.exit(f"A look took more than {MOST_MILLISECONDS:.0f} ms.")
    if any(row.recall is not None and row.recall < LEAST_RECALL for row in rows):
        sys.exit(f"Fewer than {LEAST_RECALL:.0%} of the alike texts were found.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks similarity", description=__doc__)
    parser.add_argument("--shares", type=int, default=10_000)
    parser.add_argument("--databases", nargs="+", default=[POSTGRESQL, SQLITE])
    parser.add_argument("--wait", type=float, default=60.0, help="seconds for the machine to rest")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results")
    return parser


def inside(ours: Installation, *arguments: object) -> dict[str, Any]:
    """Measure one kind of texts in a process that has loaded Django."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.similarity", *map(str, arguments)],
        env=ours.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{arguments} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def texts(kind: str, number: int) -> list[str]:
    """What people wrote, the same every time."""
    dice = random.Random(7)
    letters = "abcdefghijklmnoprstuvwz"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 9))) for _ in range(4000)]
    if kind == "same":
        return [" ".join(dice.choices(words, k=80))] * number
    if kind == "different":
        return [" ".join(dice.choices(words, k=dice.randint(20, 120))) for _ in range(number)]
    starts = [dice.choices(words, k=30) for _ in range(4)]
    made = []
    for _ in range(number):
        begin = [dice.choice(words) if dice.random() < 0.1 else w for w in dice.choice(starts)]
        made.append(" ".join(begin + dice.choices(words, k=dice.randint(0, 30))))
    return made


def measure(kind: str, number: str) -> dict[str, Any]:
    from django.db import connection

    from vaandel.organizations.tenancy import every_tenant
    from vaandel.shares.bands import alike_texts, index_text, keep_bands
    from vaandel.shares.models import Share
    from vaandel.shares.similarity import likeness

    written = texts(kind, int(number))
    with every_tenant():
        post, enrolment = _seed(kind, written)
        while keep_bands():
            pass
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        dice = random.Random(3)
        probes = dice.sample(written, LOOKS)
        alike_texts(post, enrolment, probes[0])
        looks = sorted(_seconds(partial(alike_texts, post, enrolment, text)) for text in probes)

        def everything() -> None:
            shares = Share.objects.filter(post=post).exclude(enrolment=enrolment)
            likeness(probes[0][::-1], list(shares.values_list("text", flat=True)))

        whole = _seconds(everything)
        share = Share.objects.filter(post=post).latest("pk")
        noting = min(_seconds(lambda: index_text(share)) for _ in range(5))
    return {
        "look": looks[LOOKS // 2] * 1000,
        "slowest": looks[-1] * 1000,
        "everything": whole * 1000,
        "times": whole / looks[LOOKS // 2],
        "recall": _recall(written) if kind == "starts" else None,
        "noting": noting * 1000,
    }


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _recall(written: list[str]) -> float:
    """Over the pairs of a few hundred texts."""
    from vaandel.shares.similarity import ALIKE, bands, grams, jaccard

    some = [(grams(text), set(bands(text))) for text in written[:400]]
    alike = met = 0
    for place, (own, own_bands) in enumerate(some):
        for other, other_bands in some[:place]:
            if jaccard(own, other) > ALIKE:
                alike += 1
                met += not own_bands.isdisjoint(other_bands)
    return met / alike


def _seed(kind: str, written: list[str]) -> tuple[Any, Any]:
    from vaandel.accounts.models import User
    from vaandel.ambassadors.models import Enrolment
    from vaandel.links.models import Link
    from vaandel.organizations.models import Member, Organization
    from vaandel.posts.models import Post
    from vaandel.programmes.models import Programme
    from vaandel.shares.models import Share

    organization = Organization.objects.create(name="Acme", slug=f"acme-{kind}", language="nl")
    programme = Programme.objects.create(organization=organization, name="Colleagues tell")
    people = []
    for name in ("reader", "writer"):
        user = User.objects.create(email=f"{name}@{kind}.example", name=name, password="!")
        member = Member.objects.create(organization=organization, user=user)
        people.append(
            Enrolment.objects.create(
                organization=organization,
                programme=programme,
                member=member,
                state=Enrolment.State.JOINED,
            )
        )
    post = Post.objects.create(
        organization=organization, programme=programme, title="Heat", state=Post.State.LIVE
    )
    for begin in range(0, len(written), BATCH):
        some = written[begin : begin + BATCH]
        links = Link.objects.bulk_create(
            [
                Link(
                    organization=organization,
                    code=f"{KINDS.index(kind)}{begin + n:07x}",
                    target_url="https://acme.example/",
                )
                for n in range(len(some))
            ]
        )
        Share.objects.bulk_create(
            [
                Share(
                    organization=organization,
                    post=post,
                    enrolment=people[1],
                    link=link,
                    press=uuid.uuid4(),
                    channel="linkedin",
                    language="nl",
                    text=text,
                )
                for link, text in zip(links, some, strict=True)
            ]
        )
    return post, people[0]


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(*sys.argv[1:])))

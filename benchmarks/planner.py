"""How long a round of the planner takes when everybody's moment has come.

100,000 ambassadors of whom nobody was asked anything, 200 live posts (half of them spread over
five days, a fifth for one unit only), on a Tuesday morning at ten past nine: everybody is offered
what suits them, and everybody is turned to with a digest. Then the round of a minute later, in
which there is nothing to do. PostgreSQL has to do all of it within a minute.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from benchmarks.links import machine, results
from benchmarks.links.databases import POSTGRESQL, SQLITE, fresh
from benchmarks.links.installation import Installation

MOST_SECONDS: Final = {POSTGRESQL: 60.0}
# Ten past nine in Amsterdam, on a Tuesday.
TUESDAY: Final = datetime(2026, 11, 24, 8, 10, tzinfo=UTC)
BATCH: Final = 5000
TOPICS, UNITS = 8, 40
LANGUAGES: Final = ("nl", "nl", "nl", "en", "en", "fr", "de")


@dataclass(frozen=True, slots=True)
class Row:
    database: str
    people: int
    posts: int
    asks: int
    approaches: int
    offering: float
    # Deciding who is turned to with what, and the rows of it.
    turning: float
    # Putting it into words: personal links, mails and notices, queued.
    words: float
    seconds: float
    # Processor time of the planner itself, without the database's.
    cpu: float
    asks_per_second: int
    idle: float
    peak_mb: int


def main(arguments: Sequence[str] = ()) -> None:
    given = _parser().parse_args(arguments)
    machine.wait_until_quiet(given.wait)
    print(
        f"{'database':<11} {'people':>8} {'posts':>6} {'asks':>8} {'approaches':>10} "
        f"{'offer s':>8} {'turn s':>7} {'together':>9} {'words s':>8} {'CPU s':>6} {'asks/s':>7} "
        f"{'idle s':>7} {'peak MB':>8}"
    )
    rows = []
    for database in given.databases:
        with fresh(database) as ours:
            ours.vaandel("migrate")
            inside(ours, "seed", given.people, given.posts)
            row = Row(database=database, people=given.people, posts=given.posts, **inside(ours))
        print(
            f"{row.database:<11} {row.people:>8,} {row.posts:>6} {row.asks:>8,} "
            f"{row.approaches:>10,} {row.offering:>8.1f} {row.turning:>7.1f} {row.seconds:>9.1f} "
            f"{row.words:>8.1f} {row.cpu:>6.1f} "
            f"{row.asks_per_second:>7,} {row.idle:>7.2f} {row.peak_mb:>8}",
            flush=True,
        )
        rows.append(row)
    if given.keep:
        results.write("planner", [asdict(row) for row in rows])
    slow = [row for row in rows if row.seconds > MOST_SECONDS.get(row.database, 1e9)]
    if slow:
        sys.exit("\n".join(f"{row.database} took {row.seconds:.0f} s." for row in slow))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("benchmarks planner", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--databases", nargs="+", default=[POSTGRESQL, SQLITE])
    parser.add_argument("--wait", type=float, default=60.0, help="seconds for the machine to rest")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results/planner.json")
    return parser


def inside(ours: Installation, task: str = "plan", *arguments: object) -> dict[str, Any]:
    """Run a task of this file in a process that has loaded Django."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.planner", task, *map(str, arguments)],
        env=ours.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{task} failed:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def seed(people: str, posts: str) -> dict[str, int]:
    from vaandel.organizations.models import Organization
    from vaandel.organizations.tenancy import every_tenant

    with every_tenant():
        organization = Organization.objects.create(
            name="Acme", slug="acme", language="nl", country="NL", time_zone="Europe/Amsterdam"
        )
        _seed_people(organization, int(people), random.Random(1))
        _seed_posts(organization, int(posts))
    _keep_statistics()
    return {"people": int(people)}


def _keep_statistics() -> None:
    """As the clock does every hour (SQLite) and the database itself (PostgreSQL)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _seed_people(organization: Any, number: int, chance: random.Random) -> None:
    from vaandel.accounts.models import User
    from vaandel.ambassadors.models import Enrolment
    from vaandel.organizations.models import Member, Unit
    from vaandel.programmes.models import Programme, Topic

    programme = Programme.objects.create(organization=organization, name="Colleagues tell")
    units = Unit.objects.bulk_create(
        [Unit(organization=organization, name=f"Unit {n}") for n in range(UNITS)]
    )
    topics = Topic.objects.bulk_create(
        [
            Topic(organization=organization, programme=programme, name=f"Topic {n}", position=n)
            for n in range(TOPICS)
        ]
    )
    follows = Enrolment.topics.through
    for begin in range(0, number, BATCH):
        numbers = range(begin, min(begin + BATCH, number))
        users = User.objects.bulk_create(
            [
                User(
                    email=f"p{n}@acme.example",
                    name=f"Person {n}",
                    password="!",
                    language=chance.choice(LANGUAGES),
                    time_zone="Europe/Amsterdam",
                )
                for n in numbers
            ]
        )
        members = Member.objects.bulk_create(
            [
                Member(
                    organization=organization,
                    user=user,
                    unit=chance.choice(units),
                    is_ambassador=True,
                )
                for user in users
            ]
        )
        enrolments = Enrolment.objects.bulk_create(
            [
                Enrolment(
                    organization=organization,
                    programme=programme,
                    member=member,
                    state=Enrolment.State.JOINED,
                    languages=sorted({member.user.language, "en"}),
                    joined_at=TUESDAY - timedelta(days=30),
                )
                for member in members
            ]
        )
        follows.objects.bulk_create(
            [
                follows(enrolment_id=enrolment.pk, topic_id=topic.pk)
                for enrolment in enrolments
                for topic in chance.sample(topics, 3)
            ]
        )


def _seed_posts(organization: Any, number: int) -> None:
    from vaandel.organizations.models import Unit
    from vaandel.posts.models import Angle, Pace, Post
    from vaandel.programmes.models import Programme, Topic

    programme = Programme.objects.get()
    topics, units = list(Topic.objects.all()), list(Unit.objects.all())
    posts = Post.objects.bulk_create(
        [
            Post(
                organization=organization,
                programme=programme,
                title=f"Post {n}",
                summary="What happened, in a sentence.",
                language="nl",
                target_url=f"https://news.example/{n}",
                state=Post.State.LIVE,
                pace=Pace.SPREAD if n % 2 else Pace.NOW,
                published_at=TUESDAY - timedelta(hours=1 + n),
            )
            for n in range(number)
        ]
    )
    for n, post in enumerate(posts):
        post.topics.add(topics[n % TOPICS])
        if n % 5 == 0:
            post.audience_units.add(units[n % UNITS])
    Angle.objects.bulk_create(
        [
            Angle(
                organization=organization,
                post=post,
                language=language,
                text=f"Start {n}: ___",
                position=4 * place + n,
            )
            for post in posts
            for place, language in enumerate(("nl", "en"))
            for n in range(4)
        ]
    )


def plan() -> dict[str, float]:
    """Two rounds, a minute apart."""
    from vaandel.delivery.models import Approach, Ask
    from vaandel.delivery.services import offer_posts, turn_to_people
    from vaandel.organizations.tenancy import every_tenant

    worded = _words_timed()
    begin = time.process_time()
    offering = _timed(lambda: offer_posts(at=TUESDAY))
    turning = _timed(lambda: turn_to_people(at=TUESDAY))
    cpu = time.process_time() - begin
    words = sum(worded)
    later = TUESDAY + timedelta(minutes=1)
    idle = _timed(lambda: (offer_posts(at=later), turn_to_people(at=later)))
    with every_tenant():
        asks, approaches = Ask.objects.count(), Approach.objects.count()
    return {
        "asks": asks,
        "approaches": approaches,
        "offering": round(offering, 2),
        "turning": round(turning - words, 2),
        "words": round(words, 2),
        "seconds": round(offering + turning - words, 2),
        "cpu": round(cpu, 2),
        "asks_per_second": round(asks / (offering + turning - words)),
        "idle": round(idle, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _words_timed() -> list[float]:
    """How long each batch takes to be put into words, from now on."""
    from vaandel.delivery.planning import approaching

    taken: list[float] = []
    real = {name: getattr(approaching, name) for name in ("put_into_words", "personal_links")}

    def watched(name: str) -> Callable[..., object]:
        def call(*arguments: Any, **more: Any) -> object:
            begin = time.perf_counter()
            try:
                return real[name](*arguments, **more)
            finally:
                taken.append(time.perf_counter() - begin)

        return call

    for name in real:
        setattr(approaching, name, watched(name))
    return taken


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


TASKS: Final[dict[str, Callable[..., dict[str, Any]]]] = {"seed": seed, "plan": plan}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(TASKS[sys.argv[1]](*sys.argv[2:])))

"""Whatever happened, the planner keeps to budget, hours, back-off, days and audience.

A machine makes people, posts, answers, leave and days that pass at random, and plans at
random moments on a real database; after each round everything that was made is judged from
the rows alone, by rules written down here a second time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories import (
    EnrolmentFactory,
    MemberFactory,
    OrganizationFactory,
    PostFactory,
    ProgrammeFactory,
    ShareFactory,
    TopicFactory,
    UnitFactory,
    UserFactory,
)
from vaandel.ambassadors.models import Enrolment, Leave, QuietHours, Rhythm
from vaandel.ambassadors.services import hear_from, pause, set_rhythm
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.services import offer_posts, put_aside, turn_to_people
from vaandel.lib.public_holidays import PublicHolidays
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Pace, Post
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share

ZONES = ["Europe/Amsterdam", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe"]
# Clocks jump, a year ends, and a month that has a holiday in it.
STARTS = [
    datetime(2026, 3, 23, 6, 0, tzinfo=UTC),
    datetime(2026, 10, 20, 6, 0, tzinfo=UTC),
    datetime(2026, 12, 18, 6, 0, tzinfo=UTC),
    datetime(2026, 4, 20, 6, 0, tzinfo=UTC),
]
WEEKS = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2, Rhythm.MONTHLY: 4}

PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "zone": st.sampled_from(ZONES),
            "rhythm": st.sampled_from(Rhythm.values),
            "topics": st.sets(st.integers(0, 2), min_size=1),
            "languages": st.sets(st.sampled_from(["nl", "en"]), min_size=1),
            "unit": st.integers(0, 2),
            "hours": st.none()
            | st.tuples(
                st.sampled_from([time(0), time(7, 30), time(13), time(22)]),
                st.sampled_from([time(9, 15), time(14), time(23, 59)]),
                st.sets(st.integers(0, 6)),
            ),
            "leave": st.none() | st.tuples(st.integers(0, 20), st.integers(0, 9)),
        }
    ),
    min_size=2,
    max_size=5,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(1, 60 * 24 * 3)),
        st.tuples(st.just("morning"), st.integers(0, 6)),
        st.tuples(
            st.just("post"), st.integers(0, 2), st.booleans(), st.booleans(), st.integers(0, 3)
        ),
        st.tuples(st.just("share"), st.integers(0, 4)),
        st.tuples(st.just("not now"), st.integers(0, 4), st.integers(0, 5)),
        st.tuples(st.just("go on"), st.integers(0, 4)),
        st.tuples(st.just("rhythm"), st.integers(0, 4), st.sampled_from(Rhythm.values)),
        st.tuples(st.just("pause"), st.integers(0, 4), st.integers(1, 9)),
    ),
    min_size=8,
    max_size=18,
)


class World:
    """Everything that happens, and what must be true of it."""

    def __init__(self, people: list[dict[str, Any]], at: datetime, budget: int, percent: int):
        self.now = at
        self.organization: Organization = OrganizationFactory.create(
            country="NL", time_zone="Europe/Amsterdam"
        )
        self.programme: Programme = ProgrammeFactory.create(
            organization=self.organization, messages_per_week=budget, offer_percent=percent
        )
        self.topics = [TopicFactory.create(programme=self.programme) for _ in range(3)]
        top = UnitFactory.create(organization=self.organization)
        below = UnitFactory.create(organization=self.organization, parent=top)
        self.units = [top, below, UnitFactory.create(organization=self.organization)]
        self.people = [self.join(person) for person in people]
        # Since when somebody has the rhythm they have, and their last sign of life.
        self.signs: dict[int, list[datetime]] = defaultdict(list)
        self.rhythms = {p.pk: [(datetime(2000, 1, 1, tzinfo=UTC), p.rhythm)] for p in self.people}

    def join(self, person: dict[str, Any]) -> Enrolment:
        member = MemberFactory.create(
            organization=self.organization,
            unit=self.units[person["unit"]],
            user=UserFactory.create(time_zone=person["zone"]),
        )
        enrolment = EnrolmentFactory.create(
            programme=self.programme,
            member=member,
            rhythm=person["rhythm"],
            languages=sorted(person["languages"]),
        )
        enrolment.topics.set([self.topics[n] for n in person["topics"]])
        if person["hours"]:
            opens, closes, days = person["hours"]
            QuietHours.objects.create(
                organization=self.organization,
                enrolment=enrolment,
                opens=opens,
                closes=closes,
                days=sorted(days),
                country="NL",
            )
        if person["leave"]:
            first = self.now.date() + timedelta(days=person["leave"][0])
            Leave.objects.create(
                organization=self.organization,
                enrolment=enrolment,
                first_day=first,
                last_day=first + timedelta(days=person["leave"][1]),
            )
        return enrolment

    def somebody(self, number: int) -> Enrolment:
        return Enrolment.objects.select_related("member__user", "organization").get(
            pk=self.people[number % len(self.people)].pk
        )

    def do(self, step: tuple[Any, ...]) -> None:
        what, *rest = step
        # No two things at one instant, so that there is a before and an after.
        self.now += timedelta(seconds=30)
        getattr(self, "do_" + what.replace(" ", "_"))(*rest)

    def do_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def do_morning(self, zone: int) -> None:
        """The next morning midweek, where most things happen."""
        here = ZoneInfo(ZONES[zone % len(ZONES)])
        local = self.now.astimezone(here)
        days = next(n for n in range(1, 9) if (local + timedelta(days=n)).weekday() in {1, 2, 3})
        day = local.date() + timedelta(days=days)
        self.now = datetime.combine(day, time(9, 30), tzinfo=here).astimezone(UTC)

    def do_post(self, topic: int, urgent: bool, spread: bool, audience: int) -> None:
        post = PostFactory.create(
            programme=self.programme,
            published_at=self.now,
            urgent=urgent,
            pace=Pace.SPREAD if spread else Pace.NOW,
            audience_languages=["nl"] if audience == 1 else [],
        )
        post.topics.set([self.topics[topic]])
        if audience >= 2:
            post.audience_units.set([self.units[audience - 2]])

    def do_share(self, number: int) -> None:
        person = self.somebody(number)
        ask = Ask.objects.filter(enrolment=person).order_by("-pk").first()
        if ask and not Share.objects.filter(post=ask.post, enrolment=person).exists():
            ShareFactory.create(post=ask.post, enrolment=person, opened_at=self.now)
            self.signs[person.pk].append(self.now)

    def do_not_now(self, number: int, days: int) -> None:
        person = self.somebody(number)
        ask = Ask.objects.filter(enrolment=person, state=Ask.State.OFFERED).first()
        if ask:
            today = self.now.date()
            until = today + timedelta(days=days) if days else None
            put_aside(ask=ask, until=until, today=today, at=self.now)
            self.signs[person.pk].append(self.now)

    def do_go_on(self, number: int) -> None:
        hear_from(enrolment=self.somebody(number), at=self.now)
        self.signs[self.somebody(number).pk].append(self.now)

    def do_rhythm(self, number: int, rhythm: str) -> None:
        person = self.somebody(number)
        set_rhythm(enrolment=person, rhythm=rhythm)
        hear_from(enrolment=person, at=self.now)
        self.signs[person.pk].append(self.now)
        self.rhythms[person.pk].append((self.now, rhythm))

    def do_pause(self, number: int, days: int) -> None:
        pause(enrolment=self.somebody(number), until=self.now.date() + timedelta(days=days))

    def plan(self) -> None:
        """Plan, and plan again: nothing more happens."""
        before = Approach.objects.count()
        offer_posts(at=self.now)
        made = turn_to_people(at=self.now)
        assert offer_posts(at=self.now) == 0
        assert turn_to_people(at=self.now) == 0
        assert Approach.objects.count() == before + made
        for approach in Approach.objects.filter(at=self.now).select_related("enrolment"):
            self.judge_new(approach)

    def judge_new(self, approach: Approach) -> None:
        """What only holds at the moment itself: the state of the person, and the open hour."""
        enrolment = self.somebody(self.people.index(approach.enrolment))
        zone = ZoneInfo(enrolment.member.user.time_zone)
        local = approach.at.astimezone(zone)
        assert enrolment.takes_part(self.now.astimezone(ZoneInfo("Europe/Amsterdam")).date())
        assert enrolment.rhythm != Rhythm.IN_APP
        assert self.is_open(enrolment, local)

    def is_open(self, enrolment: Enrolment, local: datetime) -> bool:
        row = QuietHours.objects.filter(enrolment=enrolment).first()
        opens, closes = (row.opens, row.closes) if row else (time(8), time(18))
        days = row.days if row else [0, 1, 2, 3, 4]
        free = PublicHolidays("NL")
        leave = list(Leave.objects.filter(enrolment=enrolment))

        def works(day: date) -> bool:
            away = any(row.first_day <= day <= row.last_day for row in leave)
            return day.weekday() in days and day not in free and not away

        def quiet(day: date) -> bool:
            return day in free or any(row.first_day <= day <= row.last_day for row in leave)

        today, clock = local.date(), local.time()
        if opens < closes:
            return works(today) and opens <= clock < closes
        yesterday = today - timedelta(days=1)
        return not quiet(today) and (
            (works(today) and clock >= opens) or (works(yesterday) and clock < closes)
        )

    def judge(self) -> None:
        """What holds of all that was ever made."""
        for person in self.people:
            enrolment = Enrolment.objects.select_related("member__user").get(pk=person.pk)
            zone = ZoneInfo(enrolment.member.user.time_zone)
            made = list(Approach.objects.filter(enrolment=enrolment).order_by("at", "pk"))
            weeks = Counter(monday(approach.at, zone) for approach in made)
            assert max(weeks.values(), default=0) <= self.programme.messages_per_week
            months = Counter(
                (approach.at.astimezone(zone).year, approach.at.astimezone(zone).month)
                for approach in made
                if approach.kind == Approach.Kind.URGENT
            )
            assert max(months.values(), default=0) <= 2
            self.judge_rhythm(enrolment, made, zone)
            assert OutgoingMessage.objects.filter(
                key__in=[f"approach:{approach.pk}" for approach in made]
            ).count() <= len(made)
        self.judge_asks()

    def judge_rhythm(self, enrolment: Enrolment, made: list[Approach], zone: ZoneInfo) -> None:
        signs = self.signs[enrolment.pk]
        regular = [approach for approach in made if approach.kind != Approach.Kind.URGENT]
        for earlier, later in pairwise(regular):
            chosen = [r for at, r in self.rhythms[enrolment.pk] if at <= later.at][-1]
            gap = (monday(later.at, zone) - monday(earlier.at, zone)).days // 7
            assert gap >= WEEKS[Rhythm(chosen)]
        for approach in made:
            since = max([at for at in signs if at < approach.at], default=None)
            silent = [a for a in made if a.at < approach.at and (since is None or a.at > since)]
            ignored = sum(a.kind != Approach.Kind.QUESTION for a in silent)
            asked = sum(a.kind == Approach.Kind.QUESTION for a in silent)
            chosen = [r for at, r in self.rhythms[enrolment.pk] if at <= approach.at][-1]
            steps = 3 - [Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY].index(Rhythm(chosen))
            assert not asked
            assert (approach.kind == Approach.Kind.QUESTION) == (ignored >= 3 * steps)

    def judge_asks(self) -> None:
        here = ZoneInfo("Europe/Amsterdam")
        days: Counter[tuple[int, date]] = Counter()
        weeks: Counter[tuple[int, date]] = Counter()
        for ask in Ask.objects.select_related("post", "enrolment__member__unit"):
            day = ask.offered_at.astimezone(here).date()
            weeks[ask.enrolment_id, monday(ask.offered_at, here)] += 1
            assert self.suits(ask.post, ask.enrolment)
            if ask.post.pace == Pace.SPREAD and not ask.post.urgent:
                days[ask.post_id, day] += 1
                assert day.weekday() < 5
                assert day not in PublicHolidays("NL")
        assert max(weeks.values(), default=0) <= 3
        for (post, _day), offered in days.items():
            suited = sum(
                self.suits(Post.objects.get(pk=post), Enrolment.objects.get(pk=person.pk))
                for person in self.people
            )
            percent = self.programme.offer_percent
            assert offered <= max(suited * percent // 100, ceil(suited / 5))

    def suits(self, post: Post, enrolment: Enrolment) -> bool:
        topics = {topic.pk for topic in post.topics.all()}
        units = {unit.pk for unit in post.audience_units.all()}
        unit = enrolment.member.unit
        line = {unit.pk, unit.parent_id} if unit else set()
        return bool(
            topics & set(enrolment.topics.values_list("pk", flat=True))
            and (not units or units & line)
            and (
                not post.audience_languages or set(post.audience_languages) & {*enrolment.languages}
            )
        )


def monday(at: datetime, zone: ZoneInfo) -> date:
    today = at.astimezone(zone).date()
    return today - timedelta(days=today.weekday())


class Undone(Exception):
    """Takes back what an example did."""


@pytest.mark.django_db
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    people=PEOPLE,
    start=st.sampled_from(STARTS),
    budget=st.integers(0, 3),
    percent=st.sampled_from([10, 25, 50]),
    steps=STEPS,
)
def test_for_any_history_the_rules_hold(
    people: list[dict[str, Any]],
    start: datetime,
    budget: int,
    percent: int,
    steps: list[tuple[Any, ...]],
) -> None:
    with every_tenant(), suppress(Undone), transaction.atomic():
        world = World(people, start, budget, percent)
        for step in steps:
            world.do(step)
            world.plan()
        world.judge()
        raise Undone

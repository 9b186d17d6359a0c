"""What shares brought, found for the people who made them: after three and after fourteen days.

Only what was measured; what people typed in themselves they know. A share is looked at on
whole days, so that what somebody shared on one day is told on one day, in one mail. Each
batch is a transaction of its own, and the database refuses to tell the same twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from vaandel.ambassadors.models import Consent, Enrolment, Purpose
from vaandel.ambassadors.quiet import open_hours_of
from vaandel.links.models import Kind, LinkDay
from vaandel.mailing.services import queue_composed
from vaandel.organizations.branding import look_of
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.rounds import in_each, running
from vaandel.organizations.tenancy import every_tenant
from vaandel.recognition.models import Result
from vaandel.recognition.result_mails import compose_result
from vaandel.shares.models import Share

logger = logging.getLogger("vaandel.recognition")

TERMS: Final = (3, 14)
# Longer than the clock may be away; then a result is no news any more.
LATE: Final = timedelta(days=7)
BATCH: Final = 500
# A transaction holds SQLite's only pen: it must be short.
MAIL_BATCH: Final = 25
IN_ONE_MAIL: Final = 3
# So that what is found in several batches is told in one mail.
SETTLES: Final = timedelta(minutes=15)
BETWEEN_MAILS: Final = timedelta(days=7)
# Somebody whose mails wait that long reads it in the app.
TOO_OLD: Final = timedelta(days=10)
TAKING_PART: Final = (Enrolment.State.JOINED, Enrolment.State.PAUSED)


def find_results() -> int:
    """Find what is worth telling, in all organisations that have not stopped; how many."""
    now = timezone.now()
    return in_each(
        running(),
        lambda organization: sum(find_results_of(organization, days, at=now) for days in TERMS),
    )


def find_results_of(organization: Organization, days: int, *, at: datetime) -> int:
    """Of one organisation, for one term; how many."""
    today = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
    until = today - timedelta(days=days)
    told = Result.objects.filter(share=OuterRef("pk"), days=days)
    shares = (
        Share.objects.filter(
            ~Exists(told),
            organization=organization,
            opened_at__lt=until,
            opened_at__gte=until - LATE,
            enrolment__state__in=TAKING_PART,
            enrolment__member__status=Member.Status.ACTIVE,
        )
        .exclude(state=Share.State.NOT_POSTED)
        .order_by("pk")
    )
    found, last = 0, 0
    while rows := list(
        shares.filter(pk__gt=last).values_list("pk", "enrolment_id", "link_id")[:BATCH]
    ):
        last = rows[-1][0]
        found += tell(organization, days, rows, at=at)
    return found


@transaction.atomic
def tell(
    organization: Organization,
    days: int,
    rows: Sequence[tuple[int, int | None, int]],
    *,
    at: datetime,
) -> int:
    """Note the results of these shares (id, enrolment, link) that have something to tell."""
    clicks = human_clicks(link for _share, _person, link in rows)
    before = dict(
        Result.objects.filter(share__in=[row[0] for row in rows], days__lt=days)
        .order_by("days")
        .values_list("share_id", "clicks")
    )
    new = [
        (share, person, clicks[link])
        for share, person, link in rows
        if person is not None and clicks.get(link, 0) > before.get(share, 0)
    ]
    wants_mail = want_mail(person for _share, person, _clicks in new)
    Result.objects.bulk_create(
        [
            Result(
                organization=organization,
                share_id=share,
                enrolment_id=person,
                days=days,
                clicks=number,
                found_at=at,
                mail_pending=person in wants_mail,
            )
            for share, person, number in new
        ],
        ignore_conflicts=True,
    )
    return len(new)


def human_clicks(links: Iterable[int]) -> dict[int, int]:
    """Per link, of links of this organisation."""
    # The links are known one by one; see `impact.queries.own_totals` for why no more is said.
    rows = LinkDay.across_tenants.filter(link_id__in=list(links), kind=Kind.HUMAN)
    return dict(rows.order_by().values_list("link_id").annotate(Sum("count")))


def want_mail(people: Iterable[int]) -> set[int]:
    """Which of these asked for mails with what their posts brought, and may still get them."""
    return set(
        Consent.objects.filter(
            purpose=Purpose.RESULT_MAILS,
            revoked_at=None,
            enrolment__in=list(people),
            enrolment__member__status=Member.Status.ACTIVE,
            enrolment__member__user__is_active=True,
        ).values_list("enrolment", flat=True)
    )


def mail_results() -> int:
    """Queue the mails of results that wait; how many people were handled.

    Nobody gets more than one a week; what waits longer than that is read in the app. Call it
    again while it handles anybody.
    """
    now = timezone.now()
    with every_tenant():
        lately = Result.objects.filter(
            enrolment=OuterRef("enrolment"), mailed_at__gt=now - BETWEEN_MAILS
        )
        waiting = Result.objects.filter(
            ~Exists(lately),
            mail_pending=True,
            found_at__lte=now - SETTLES,
            organization__stopped_at=None,
        )
        people = list(
            waiting.order_by("enrolment_id")
            .values_list("enrolment_id", flat=True)
            .distinct()[:MAIL_BATCH]
        )
        return mail_results_to(people, at=now) if people else 0


@transaction.atomic
def mail_results_to(people: list[int], *, at: datetime) -> int:
    """One mail for each of these, about the three results with most clicks that wait.

    Asked again here: an opt-in may have been taken back since, and another worker may have
    been first, whom the rows tell.
    """
    rows = list(
        Result.objects.select_for_update(of=("self",))
        .filter(mail_pending=True, enrolment__in=people)
        .select_related(
            "organization",
            "enrolment__member__user",
            "share__post__contact__user",
            "share__post__reviewed_by__user",
            "share__post__programme__owner__user",
        )
        .order_by("-clicks", "-pk")
    )
    of: defaultdict[int, list[Result]] = defaultdict(list)
    for row in rows:
        of[row.enrolment_id].append(row)
    still = want_mail(of)
    hours = open_hours_of(of)
    looks = {row.organization_id: row.organization for row in rows}
    look = {pk: look_of(organization) for pk, organization in looks.items()}
    messages, told = [], []
    for person, results in of.items():
        fresh = best_of(results, at=at)
        if person in still and fresh and takes_part(fresh[0].enrolment, at):
            common = look[fresh[0].organization_id]
            try:
                messages.append(compose_result(fresh, look=common, hours=hours[person], at=at))
            except Exception:
                # One person's mail must not keep the others from theirs; the app tells them all.
                logger.exception("A result could not be written.", extra={"enrolment": person})
                continue
            told += [row.pk for row in fresh]
    queue_composed(messages)
    Result.objects.filter(pk__in=told).update(mailed_at=at)
    Result.objects.filter(pk__in=[row.pk for row in rows]).update(mail_pending=False)
    return len(people)


def best_of(results: list[Result], *, at: datetime) -> list[Result]:
    """The newest result of each share, most clicks first; at most three, and none that is old."""
    newest: dict[int, Result] = {}
    for row in results:
        known = newest.get(row.share_id)
        if row.found_at > at - TOO_OLD and (known is None or known.days < row.days):
            newest[row.share_id] = row
    return sorted(newest.values(), key=lambda row: (-row.clicks, -row.pk))[:IN_ONE_MAIL]


def takes_part(enrolment: Enrolment, at: datetime) -> bool:
    """Who has paused asked for silence."""
    return enrolment.takes_part(timezone.localdate(at))

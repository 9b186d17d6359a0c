"""The mail with one proposal: to whom, when, and what stands in it.

Nobody gets more than one in the week, two weeks or four weeks they chose, and only in
working hours where they live. In a demonstration the hours do not count, since somebody is
looking. The mail is queued in the transaction that marks its asks, under a key of person
and day: planning twice sends nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.delivery.calendar import is_working_hour, next_monday, period_is_free, today_of
from vaandel.delivery.models import Ask
from vaandel.delivery.pictures import mail_picture
from vaandel.delivery.queries import MOST, Proposal, open_asks, proposals_of
from vaandel.delivery.tokens import answer_url
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message, queue_composed
from vaandel.organizations.models import Member, Organization
from vaandel.posts.queries import angles_for
from vaandel.shares.addresses import personal_url
from vaandel.shares.services import personal_link

LOOKED_AT: Final = 1000
# A transaction holds SQLite's only pen: it must be short.
BATCH: Final = 25
GOOD_FOR: Final = timedelta(days=2)
OFTEN: Final = {
    Rhythm.WEEKLY: _("You get at most one mail a week."),
    Rhythm.FORTNIGHTLY: _("You get at most one mail every two weeks."),
    Rhythm.MONTHLY: _("You get at most one mail every four weeks."),
}


def mail_proposals_of(organization: Organization, *, at: datetime) -> int:
    """Queue the mails of one organisation that may go now; how many."""
    mailed = 0
    for people in people_to_mail(organization, at=at):
        with transaction.atomic():
            mailed += mail_batch(organization, people, at=at)
    return mailed


def people_to_mail(organization: Organization, *, at: datetime) -> Iterator[list[int]]:
    """The ids of enrolments to look at, in small batches."""
    # Tomorrow, so that what rests until "today" somewhere east is seen; `mail_batch` is exact.
    latest = today_of(at, organization.time_zone) + timedelta(days=1)
    waiting = Ask.objects.open(now=at, today=latest).filter(
        Q(mailed_at=None) | Q(state=Ask.State.POSTPONED, mailed_at__lt=F("answered_at"))
    )
    people = (
        Enrolment.objects.active(today_of(at, organization.time_zone))
        .exclude(rhythm=Rhythm.IN_APP)
        .filter(pk__in=waiting.values("enrolment_id"))
        .filter(member__status=Member.Status.ACTIVE, member__user__is_active=True)
        .annotate(last_mailed=Max("asks__mailed_at"))
        .order_by("pk")
    )
    last = 0
    while True:
        rows = list(
            people.filter(pk__gt=last).values_list(
                "pk", "rhythm", "member__user__time_zone", "last_mailed"
            )[:LOOKED_AT]
        )
        if not rows:
            return
        last = rows[-1][0]
        may = [pk for pk, *when in rows if may_be_mailed(*when, now=at)]
        for start in range(0, len(may), BATCH):
            yield may[start : start + BATCH]


def may_be_mailed(
    rhythm: str, time_zone: str, last_mailed: datetime | None, *, now: datetime
) -> bool:
    free = period_is_free(last_mailed, rhythm=rhythm, now=now, time_zone=time_zone)
    return free and (settings.DEMO or is_working_hour(now, time_zone))


def mail_batch(organization: Organization, people: list[int], *, at: datetime) -> int:
    """Queue one mail for each of these people who has something new to see; how many."""
    latest = today_of(at, organization.time_zone) + timedelta(days=1)
    waiting: dict[int, list[Ask]] = defaultdict(list)
    asks = (
        open_asks(now=at, today=latest)
        .filter(enrolment__in=people)
        .select_related("post__reviewed_by__user", "enrolment__member__user")
    )
    for ask in asks:
        today = today_of(at, ask.enrolment.member.user.time_zone)
        if ask.until is None or ask.until <= today:
            waiting[ask.enrolment_id].append(ask)

    chosen = [(best, others) for asks in waiting.values() for best, others in best_of(asks)]
    proposals = proposals_of([best for best, _others in chosen])
    messages = [
        compose_proposal(organization, best, others, proposal=proposal, at=at)
        for (best, others), proposal in zip(chosen, proposals, strict=True)
    ]
    queue_composed(messages)
    shown = [ask.pk for best, others in chosen for ask in (best, *others)]
    Ask.objects.filter(pk__in=shown).update(mailed_at=at)
    return len(messages)


def best_of(asks: list[Ask]) -> list[tuple[Ask, list[Ask]]]:
    """The one that the mail is about and those it names besides; empty when none is new."""
    new = [ask for ask in asks if ask.mailed_at is None or came_back(ask, ask.mailed_at)]
    if not new:
        return []
    return [(new[0], [ask for ask in asks if ask is not new[0]][: MOST - 1])]


def came_back(ask: Ask, mailed_at: datetime) -> bool:
    """Put aside since the last mail that spoke of it, until a day that has come."""
    put_aside_at = ask.answered_at if ask.state == Ask.State.POSTPONED else None
    return put_aside_at is not None and mailed_at < put_aside_at


def compose_proposal(
    organization: Organization,
    best: Ask,
    others: list[Ask],
    *,
    proposal: Proposal,
    at: datetime,
) -> OutgoingMessage:
    enrolment = best.enrolment
    user = enrolment.member.user
    choices = mail_choices_url(enrolment)
    link = personal_link(enrolment=enrolment, post=best.post, at=at)
    reviewer = best.post.reviewed_by
    picture = mail_picture(proposal.picture)
    angles = angles_for(best.post, enrolment.languages, enrolment.pk)
    return compose_message(
        key=f"proposal:{enrolment.pk}:{today_of(at, user.time_zone)}",
        kind="proposal",
        template="delivery/mails/proposal",
        context={
            "place": organization.name,
            "first_name": user.first_name,
            "proposal": proposal,
            "picture": f"{settings.PUBLIC_URL}{picture}" if picture else "",
            "angle": angles[0].text if angles else "",
            "reviewer": reviewer.user.first_name if reviewer else "",
            "others": [ask.post.title for ask in others],
            "often": OFTEN[Rhythm(enrolment.rhythm)],
            "share_url": personal_url(link),
            "monday": next_monday(today_of(at, user.time_zone)),
            "later_url": answer_url(best.pk, "monday"),
            "never_url": answer_url(best.pk, "never"),
            "choices_url": choices,
            "today_url": f"{settings.PUBLIC_URL}{reverse('home:today', args=[organization.slug])}",
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=one_click_url(enrolment),
        tenant=organization.pk,
        person=user.pk,
        good_for=GOOD_FOR,
        at=at,
    )

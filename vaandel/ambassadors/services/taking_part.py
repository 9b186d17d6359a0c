"""Joining, choosing, pausing and leaving."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from vaandel.ambassadors.models import ChannelUse, Consent, Enrolment, Purpose, Rhythm
from vaandel.ambassadors.services.calendars import forget_calendar
from vaandel.mailing.services import withdraw_messages
from vaandel.organizations.models import Member
from vaandel.organizations.services import become_ambassador, stop_as_ambassador
from vaandel.organizations.tenancy import every_tenant
from vaandel.programmes.models import Programme, Topic

CONSENT_TEXT_VERSION: Final = "2026-11"
ENDED_AT_ONCE: Final = 200
CORRECTION: Final = "correction"
# Kinds of mail that somebody gets as an owner, an editor or an approver.
FOR_WORK: Final = ("letter", "review", "reviewed", "short domain")


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chooses: topics, languages of the content, rhythm, separate opt-ins."""

    topics: Sequence[Topic] = ()
    languages: Sequence[str] = ()
    rhythm: str = Rhythm.WEEKLY
    consents: frozenset[Purpose] = field(default_factory=frozenset)


@transaction.atomic
def join(*, member: Member, programme: Programme, choices: Choices, at: datetime) -> Enrolment:
    """Take part, for the first time or again. Joining twice at once is joining once."""
    enrolment, _created = Enrolment.objects.select_for_update().get_or_create(
        programme=programme,
        member=member,
        defaults={"organization_id": member.organization_id, "created_at": at},
    )
    if enrolment.state not in (Enrolment.State.JOINED, Enrolment.State.PAUSED):
        enrolment.joined_at = at
    enrolment.state = Enrolment.State.JOINED
    enrolment.paused_until = None
    enrolment.left_at = None
    enrolment.save()
    become_ambassador(member=member)
    change_choices(enrolment=enrolment, choices=choices)
    set_consents(enrolment=enrolment, given=choices.consents, at=at)
    return enrolment


@transaction.atomic
def change_choices(*, enrolment: Enrolment, choices: Choices) -> None:
    """Change topics, languages and rhythm to exactly these."""
    enrolment.languages = list(choices.languages)
    enrolment.rhythm = choices.rhythm
    enrolment.heard_at = timezone.now()
    enrolment.save(update_fields=["languages", "rhythm", "heard_at"])
    enrolment.topics.set(choices.topics)


@transaction.atomic
def set_consents(*, enrolment: Enrolment, given: Iterable[Purpose], at: datetime) -> None:
    """Give what is new and revoke what is no longer there; the rows are the log."""
    wanted = set(given)
    running = Consent.objects.filter(enrolment=enrolment, revoked_at=None)
    running.exclude(purpose__in=wanted).update(revoked_at=at)
    known = set(running.values_list("purpose", flat=True))
    Consent.objects.bulk_create(
        Consent(
            organization_id=enrolment.organization_id,
            enrolment=enrolment,
            purpose=purpose,
            text_version=CONSENT_TEXT_VERSION,
            given_at=at,
        )
        for purpose in sorted(wanted - known)
    )


@transaction.atomic
def use_channels(
    *, enrolment: Enrolment, brackets: Mapping[str, str], instances: Mapping[str, str]
) -> None:
    """The networks somebody uses, with a size bracket ("" is: not told) and a Mastodon server."""
    ChannelUse.objects.filter(enrolment=enrolment).exclude(channel__in=brackets).delete()
    for channel, bracket in brackets.items():
        ChannelUse.objects.update_or_create(
            enrolment=enrolment,
            channel=channel,
            organization_id=enrolment.organization_id,
            defaults={"bracket": bracket, "instance": instances.get(channel, "")},
        )


def set_rhythm(*, enrolment: Enrolment, rhythm: str) -> None:
    enrolment.rhythm = rhythm
    enrolment.heard_at = timezone.now()
    enrolment.save(update_fields=["rhythm", "heard_at"])


def hear_from(*, enrolment: Enrolment, at: datetime) -> None:
    """Somebody lets us know that we may go on; see ``delivery.planning.rhythm``."""
    enrolment.heard_at = at
    enrolment.save(update_fields=["heard_at"])


@transaction.atomic
def set_consent(*, enrolment: Enrolment, purpose: Purpose, given: bool, at: datetime) -> None:
    """Give or take back one opt-in and leave the others as they are."""
    running = Consent.objects.filter(enrolment=enrolment, revoked_at=None)
    others = {Purpose(value) for value in running.values_list("purpose", flat=True)} - {purpose}
    set_consents(enrolment=enrolment, given=others | ({purpose} if given else set()), at=at)


@transaction.atomic
def stop_mails(*, enrolment: Enrolment, at: datetime) -> None:
    """No mails any more, of whatever kind; everything stays to be found in the app."""
    set_rhythm(enrolment=enrolment, rhythm=Rhythm.IN_APP)
    set_consent(enrolment=enrolment, purpose=Purpose.RESULT_MAILS, given=False, at=at)
    _withdraw_mails(enrolment)


@transaction.atomic
def pause(*, enrolment: Enrolment, until: date) -> bool:
    """Ask nothing until this day, also not by a mail that still waits to be sent.

    False when the person does not take part any more.
    """
    paused = _move(
        enrolment,
        (Enrolment.State.JOINED, Enrolment.State.PAUSED),
        state=Enrolment.State.PAUSED,
        paused_until=until,
    )
    if paused:
        # What changed in a post that they shared they want to know all the same.
        _withdraw_mails(enrolment, but=(CORRECTION,))
    return paused


def resume(*, enrolment: Enrolment) -> bool:
    return _move(
        enrolment, (Enrolment.State.PAUSED,), state=Enrolment.State.JOINED, paused_until=None
    )


@transaction.atomic
def leave(*, enrolment: Enrolment, at: datetime) -> bool:
    """Stop. What was shared keeps working; nothing is asked any more. Twice is once."""
    left = _move(
        enrolment,
        (Enrolment.State.JOINED, Enrolment.State.PAUSED, Enrolment.State.INVITED),
        state=Enrolment.State.LEFT,
        left_at=at,
        paused_until=None,
    )
    if left:
        set_consents(enrolment=enrolment, given=(), at=at)
        stop_as_ambassador(member=enrolment.member)
        forget_calendar(enrolment=enrolment, at=at)
        _withdraw_mails(enrolment)
    return left


def end_enrolments_of_who_left() -> int:
    """Whoever does not work here any more takes part no more; how many, for the clock.

    Somebody who comes back is asked anew, and finds no opt-in that they did not give again.
    """
    with every_tenant():
        gone = (
            Enrolment.objects.filter(member__status=Member.Status.LEFT)
            .exclude(state__in=[Enrolment.State.LEFT, Enrolment.State.INVITED])
            .select_related("member")
        )
        rows = list(gone[:ENDED_AT_ONCE])
        for enrolment in rows:
            leave(enrolment=enrolment, at=enrolment.member.left_at or timezone.now())
    return len(rows)


@transaction.atomic
def undo_leaving(*, enrolment: Enrolment) -> bool:
    """Take part again as before. Opt-ins stay off until they are given anew."""
    back = _move(enrolment, (Enrolment.State.LEFT,), state=Enrolment.State.JOINED, left_at=None)
    if back:
        become_ambassador(member=enrolment.member)
    return back


def _move(enrolment: Enrolment, allowed: Iterable[str], **changes: object) -> bool:
    moved = Enrolment.objects.filter(pk=enrolment.pk, state__in=list(allowed)).update(**changes)
    enrolment.refresh_from_db()
    return bool(moved)


def _withdraw_mails(enrolment: Enrolment, *, but: Iterable[str] = ()) -> None:
    """All that they get because they take part; an owner or editor may be something else too."""
    withdraw_messages(
        tenant=enrolment.organization_id,
        person=enrolment.member.user_id,
        but=(*FOR_WORK, *but),
    )

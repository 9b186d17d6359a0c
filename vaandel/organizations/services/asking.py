"""Asking people to join, and what they answer.

Nobody may learn who said no or who takes part: every request to invite somebody leaves the
same row, and only the mail stays away.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from vaandel.accounts.services import find_or_create_user
from vaandel.organizations.audit import record
from vaandel.organizations.models import DoNotAsk, Invitation, Member, Organization, Unit
from vaandel.organizations.services.mails import queue_invitation
from vaandel.organizations.services.members import AlreadyMember, add_member, lock
from vaandel.organizations.tenancy import tenant_scope

OPEN_FOR = timedelta(days=60)
# How long we leave somebody alone before asking again, and how often we ask in all.
PAUSE = timedelta(days=14)
MOST_INVITATIONS = 3
COLLEAGUE_LIMIT = 10
COLLEAGUE_PERIOD = timedelta(days=1)
# Everybody has an address there: sharing such a domain makes nobody a colleague.
PUBLIC_MAIL_DOMAINS = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "live.nl",
        "msn.com", "yahoo.com", "icloud.com", "me.com", "proton.me", "protonmail.com",
        "gmx.de", "gmx.net", "web.de", "t-online.de", "orange.fr", "free.fr", "laposte.net",
        "wanadoo.fr", "ziggo.nl", "kpnmail.nl", "xs4all.nl", "telenet.be", "skynet.be",
    }
)  # fmt: skip


class InvitingIsOff(Exception):
    """The organisation does not let colleagues invite."""


class TooManyInvitations(Exception):
    """A person may ask at most ``COLLEAGUE_LIMIT`` colleagues a day."""


class NotAColleague(Exception):
    """A colleague may only invite members and addresses of the organisation's own domains."""


class InvitationClosed(Exception):
    """The invitation was withdrawn, has ended, or the membership has."""


class AlreadyOffBoarded(Exception):
    """Somebody who has left is not invited."""


@transaction.atomic
def invite_member(
    *,
    member: Member,
    by: Member | None,
    note: str = "",
    from_colleague: bool = False,
    at: datetime,
) -> Invitation | None:
    """Ask a member to take part, by mail.

    None when no mail goes out: they do not want to be asked, or take part already. Asking
    again within ``PAUSE``, or more than ``MOST_INVITATIONS`` times, gives the last
    invitation without a new mail. Tell the inviter the same in all these cases.
    Raises ``InvitingIsOff`` and ``TooManyInvitations`` for a colleague,
    ``AlreadyOffBoarded`` for a member who left.
    """
    lock(member.organization_id)
    member.refresh_from_db()
    if member.status != Member.Status.ACTIVE:
        raise AlreadyOffBoarded(f"Member {member.pk} has left.")
    if from_colleague and by is not None:
        check_colleague(by, at)
    asked = list(
        Invitation.objects.filter(member=member, revoked_at=None).order_by("-created_at", "-pk")
    )
    wanted = not member.is_ambassador and not is_not_to_be_asked(member)
    if asked and (len(asked) >= MOST_INVITATIONS or asked[0].created_at > at - PAUSE):
        return asked[0] if wanted else None
    invitation = Invitation.objects.create(
        organization_id=member.organization_id,
        member=member,
        invited_by=by,
        from_colleague=from_colleague,
        personal_note=note,
        created_at=at,
        expires_at=at + OPEN_FOR,
    )
    record(
        by=by,
        action="member.invited",
        subject=f"member:{member.pk}",
        organization_id=member.organization_id,
        at=at,
    )
    if not wanted:
        return None
    queue_invitation(invitation=invitation, at=at)
    return invitation


def check_colleague(by: Member, at: datetime) -> None:
    if not by.organization.colleagues_may_invite:
        raise InvitingIsOff(f"Organisation {by.organization_id} does not let colleagues invite.")
    asked = Invitation.objects.filter(
        invited_by=by, from_colleague=True, created_at__gt=at - COLLEAGUE_PERIOD
    ).count()
    if asked >= COLLEAGUE_LIMIT:
        raise TooManyInvitations(f"Member {by.pk} has invited {asked} people.")


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    unit: Unit | None = None,
    note: str = "",
    by: Member,
    from_colleague: bool = False,
    at: datetime,
) -> Invitation | None:
    """Ask somebody by mail address; a stranger becomes a member first.

    Answers and raises like ``invite_member``, and ``NotAColleague`` when a colleague names an
    address outside the organisation.
    """
    organization = by.organization
    address = email.strip().lower()
    member = (
        Member.objects.select_related("organization")
        .filter(organization=organization, user__email=address)
        .first()
    )
    if member is not None and member.status == Member.Status.ACTIVE:
        return invite_member(member=member, by=by, note=note, from_colleague=from_colleague, at=at)
    if from_colleague:
        check_colleague(by, at)
        if member is not None or not is_colleague_address(address, by):
            raise NotAColleague(address)
    user = find_or_create_user(
        email=address,
        name=name,
        language=organization.language,
        time_zone=organization.time_zone,
        at=at,
    )
    member = member_of(organization=organization, email=user.email, unit=unit, by=by, at=at)
    return invite_member(member=member, by=by, note=note, from_colleague=from_colleague, at=at)


def member_of(
    *, organization: Organization, email: str, unit: Unit | None, by: Member, at: datetime
) -> Member:
    """The membership of an account that is known to exist."""
    user = find_or_create_user(email=email, at=at)
    try:
        return add_member(organization=organization, user=user, unit=unit, by=by, at=at)
    except AlreadyMember:
        return Member.objects.get(organization=organization, user=user)


def is_colleague_address(address: str, by: Member) -> bool:
    domain = address.rpartition("@")[2]
    own = by.user.email.rpartition("@")[2]
    allowed = {str(allowed).lower() for allowed in by.organization.signup_domains}
    return domain in allowed | ({own} - PUBLIC_MAIL_DOMAINS)


@transaction.atomic
def invite_again(*, by: Member, at: datetime) -> None:
    """Ask everybody once more who was asked a while ago and has not answered.

    At least ``PAUSE`` after the last mail and at most ``MOST_INVITATIONS`` in all. The worker
    sends the mails. Says nothing about how many: that would tell who answered.
    """
    organization_id = by.organization_id
    lock(organization_id)
    seen: dict[int, list[datetime]] = {}
    rows = Invitation.objects.filter(
        organization=organization_id, revoked_at=None, member__status=Member.Status.ACTIVE
    ).values_list("member_id", "created_at")
    for member_id, created_at in rows.iterator():
        seen.setdefault(member_id, []).append(created_at)
    due = [
        member_id
        for member_id, moments in seen.items()
        if len(moments) < MOST_INVITATIONS and max(moments) <= at - PAUSE
    ]
    Invitation.objects.bulk_create(
        [
            Invitation(
                organization_id=organization_id,
                member_id=member_id,
                invited_by=by,
                created_at=at,
                expires_at=at + OPEN_FOR,
                mail_pending=True,
            )
            for member_id in due
        ],
        batch_size=500,
    )
    record(by=by, action="invitations.repeated", at=at)


@transaction.atomic
def withdraw_invitations(*, by: Member, at: datetime) -> None:
    """Links in mails that were not answered stop working, and nobody is asked again by itself."""
    Invitation.objects.filter(
        organization=by.organization_id, accepted_at=None, revoked_at=None
    ).update(revoked_at=at, mail_pending=False)
    record(by=by, action="invitations.withdrawn", at=at)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, at: datetime) -> Invitation:
    """Yes. A second yes changes nothing. An earlier "do not ask again" is forgotten.

    Raises ``InvitationClosed``. Not in the audit log: others read that.
    """
    with tenant_scope(invitation.organization_id):
        open_rows = Invitation.objects.filter(
            pk=invitation.pk, expires_at__gt=at, member__status=Member.Status.ACTIVE
        ).filter(revoked_at=None)
        if not open_rows.exists():
            raise InvitationClosed(f"Invitation {invitation.pk} cannot be used.")
        open_rows.filter(accepted_at=None).update(accepted_at=at)
        ask_again(invitation.member)
        invitation.refresh_from_db()
    return invitation


@transaction.atomic
def decline_invitation(*, invitation: Invitation) -> None:
    """No. We remember a keyed digest of the address, to leave them in peace; nothing else."""
    with tenant_scope(invitation.organization_id):
        do_not_ask(invitation.member)
        Invitation.objects.filter(member=invitation.member_id).update(mail_pending=False)


def do_not_ask(member: Member) -> None:
    DoNotAsk.objects.get_or_create(
        organization_id=member.organization_id, address_digest=digests(member.user.email)[0]
    )


def ask_again(member: Member) -> None:
    refusals_of(member).delete()


def is_not_to_be_asked(member: Member) -> bool:
    return refusals_of(member).exists()


def refusals_of(member: Member) -> QuerySet[DoNotAsk]:
    return DoNotAsk.objects.filter(
        organization=member.organization_id, address_digest__in=digests(member.user.email)
    )


def digests(address: str) -> list[str]:
    """The keyed digest of a mail address, with today's secret key first, then older keys'."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac(
            "vaandel.do_not_ask", address.strip().lower(), secret=key, algorithm="sha256"
        ).hexdigest()
        for key in keys
    ]


PENDING_BATCH = 100


def send_pending_invitations(*, at: datetime) -> int:
    """Queue the mails of invitations that were made in bulk; how many rows were handled.

    Each batch is one transaction: after a crash the rest is still pending, and a mail's key
    keeps it from being queued twice. Call it inside ``every_tenant``.
    """
    batch = list(
        Invitation.objects.filter(mail_pending=True)
        .select_related("organization", "member__user", "member__organization", "invited_by__user")
        .order_by("pk")[:PENDING_BATCH]
    )
    with transaction.atomic():
        for invitation in batch:
            claimed = Invitation.objects.filter(pk=invitation.pk, mail_pending=True).update(
                mail_pending=False
            )
            member = invitation.member
            if claimed and not member.is_ambassador:
                with tenant_scope(invitation.organization_id):
                    if not is_not_to_be_asked(member):
                        queue_invitation(invitation=invitation, at=at)
    return len(batch)

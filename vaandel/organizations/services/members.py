"""Coming, changing and going of members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from vaandel.accounts.models import User
from vaandel.accounts.services import end_sessions
from vaandel.mailing.services import withdraw_messages
from vaandel.organizations.audit import record
from vaandel.organizations.models import (
    Employment,
    Invitation,
    Member,
    Organization,
    Role,
    Unit,
)


class AlreadyMember(Exception):
    """This person is an active member of the organisation."""


class HasLeft(Exception):
    """The membership was ended: only the organisation can begin it again."""


class LastOwner(Exception):
    """An organisation always has at least one owner."""


class RolesChanged(Exception):
    """Somebody else changed the roles since the form was opened."""


# Joining as an ambassador is somebody's own choice: nobody gives or takes this role.
GIVEN_ROLES = tuple(role for role in Role if role != Role.AMBASSADOR)


@transaction.atomic
def add_member(
    *,
    organization: Organization,
    user: User,
    roles: Iterable[Role] = (),
    unit: Unit | None = None,
    job_title: str = "",
    employment: str = Employment.EMPLOYEE,
    by: Member | None,
    at: datetime,
) -> Member:
    """Make somebody a member, or let somebody who left come back.

    Raises ``AlreadyMember`` when they are one. Two simultaneous calls make one member.
    """
    given = {
        "unit": unit,
        "job_title": job_title,
        "employment": employment,
        **flags(roles),
    }
    member, created = Member.objects.get_or_create(
        organization=organization, user=user, defaults={**given, "created_at": at}
    )
    if not created:
        back = Member.objects.filter(pk=member.pk, status=Member.Status.LEFT).update(
            **given, status=Member.Status.ACTIVE, left_at=None, created_at=at
        )
        if not back:
            raise AlreadyMember(f"User {user.pk} is a member of organisation {organization.pk}.")
        member.refresh_from_db()
    record(
        by=by,
        action="member.added",
        subject=f"member:{member.pk}",
        organization_id=organization.pk,
        at=at,
    )
    return member


@transaction.atomic
def sign_up(*, organization: Organization, user: User, at: datetime) -> Member:
    """Somebody with an allowed mail domain signs up; a member stays what they are.

    Pressing twice leads to the same member. Raises ``HasLeft`` for somebody whose membership
    was ended, since the mail domain alone does not let them back in.
    """
    left = Member.objects.filter(organization=organization, user=user, status=Member.Status.LEFT)
    if left.exists():
        raise HasLeft(f"User {user.pk} has left organisation {organization.pk}.")
    try:
        return add_member(organization=organization, user=user, by=None, at=at)
    except AlreadyMember:
        return Member.objects.get(organization=organization, user=user)


def flags(roles: Iterable[Role]) -> dict[str, bool]:
    """The columns of these roles; the others are off."""
    wanted = set(roles)
    return {f"is_{role.value.lower()}": role in wanted for role in Role}


@transaction.atomic
def change_roles(
    *,
    member: Member,
    roles: Iterable[Role],
    by: Member,
    at: datetime,
    expected: Iterable[Role] | None = None,
) -> Member:
    """Give a member exactly these roles; the role of ambassador stays as it is.

    ``expected`` are the roles that the person at the form saw: raises ``RolesChanged`` when
    they are others by now. Raises ``LastOwner`` when nobody would own the programme.
    """
    lock(member.organization_id)
    member.refresh_from_db()
    before = {role for role in member.roles if role in GIVEN_ROLES}
    wanted = {role for role in roles if role in GIVEN_ROLES}
    if expected is not None and {role for role in expected if role in GIVEN_ROLES} != before:
        raise RolesChanged(f"The roles of member {member.pk} were changed meanwhile.")
    if wanted == before:
        return member
    if Role.OWNER in before - wanted:
        check_another_owner(member)
    changes = {name: on for name, on in flags(wanted).items() if name != "is_ambassador"}
    Member.objects.filter(pk=member.pk).update(**changes)
    record(
        by=by,
        action="member.roles_changed",
        subject=f"member:{member.pk}",
        detail={"given": sorted(wanted - before), "taken": sorted(before - wanted)},
        at=at,
    )
    member.refresh_from_db()
    return member


def lock(organization_id: int) -> None:
    """Let changes of who owns what happen one after another."""
    Organization.objects.select_for_update().get(pk=organization_id)


def check_another_owner(member: Member) -> None:
    others = Member.objects.filter(
        organization=member.organization_id, is_owner=True, status=Member.Status.ACTIVE
    ).exclude(pk=member.pk)
    if not others.exists():
        raise LastOwner(f"Member {member.pk} is the only owner.")


@transaction.atomic
def edit_member(
    *,
    member: Member,
    unit: Unit | None,
    job_title: str,
    employment: str,
    by: Member,
    at: datetime,
) -> Member:
    """Where somebody works and as what."""
    member.unit = unit
    member.job_title = job_title
    member.employment = employment
    member.save(update_fields=["unit", "job_title", "employment"])
    record(by=by, action="member.edited", subject=f"member:{member.pk}", at=at)
    return member


@transaction.atomic
def off_board_member(*, member: Member, by: Member | None, at: datetime) -> Member:
    """End a membership: no roles, no open invitations, no access, no more mails.

    Pressing twice ends it once. Somebody without another membership is signed out everywhere.
    Raises ``LastOwner``.
    """
    lock(member.organization_id)
    member.refresh_from_db()
    if member.is_owner and member.status == Member.Status.ACTIVE:
        check_another_owner(member)
    ended = Member.objects.filter(pk=member.pk, status=Member.Status.ACTIVE).update(
        status=Member.Status.LEFT, left_at=at, **flags(())
    )
    if ended:
        Invitation.objects.filter(member=member, revoked_at=None).update(
            revoked_at=at, mail_pending=False
        )
        withdraw_messages(tenant=member.organization_id, person=member.user_id)
        record(
            by=by,
            action="member.off_boarded",
            subject=f"member:{member.pk}",
            organization_id=member.organization_id,
            at=at,
        )
        elsewhere = Member.across_tenants.filter(
            user=member.user_id, status=Member.Status.ACTIVE
        ).exists()
        if not elsewhere:
            end_sessions(user=member.user)
    member.refresh_from_db()
    return member


def become_ambassador(*, member: Member) -> None:
    """The member joined. Not in the audit log, which others read: joining is private."""
    Member.objects.filter(pk=member.pk).update(is_ambassador=True)
    member.is_ambassador = True


def stop_as_ambassador(*, member: Member) -> None:
    """The member left the programme and stays a member. Private, so not in the audit log."""
    Member.objects.filter(pk=member.pk).update(is_ambassador=False)
    member.is_ambassador = False

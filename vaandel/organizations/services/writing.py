"""Writing many people at once: few statements, in batches, whatever is there already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import Count, Max
from django.db.models.functions import Lower

from vaandel.accounts.models import User
from vaandel.organizations.importing.people import Person
from vaandel.organizations.models import Employment, Invitation, Member, Organization, Unit
from vaandel.organizations.services.asking import MOST_INVITATIONS, OPEN_FOR, PAUSE

BATCH = 500


@dataclass(frozen=True, slots=True)
class Written:
    created: int
    updated: int


def write_people(
    *,
    organization: Organization,
    people: Sequence[Person],
    invite: bool,
    by: Member | None,
    at: datetime,
) -> Written:
    """Make accounts and members, or bring them up to date. Call it inside a transaction.

    An empty cell changes nothing; what somebody chose about themselves stays.
    """
    units = units_of(organization, people)
    created = updated = 0
    for batch in batches(people):
        users = users_of(organization, batch, at)
        fresh, changed = write_members(
            organization=organization, batch=batch, users=users, units=units, at=at
        )
        created += fresh
        updated += changed
        if invite:
            write_invitations(organization, [user.pk for user in users.values()], by, at)
    return Written(created=created, updated=updated)


def batches(people: Sequence[Person]) -> Iterator[Sequence[Person]]:
    for start in range(0, len(people), BATCH):
        yield people[start : start + BATCH]


def units_of(organization: Organization, people: Sequence[Person]) -> dict[str, Unit]:
    """Lower-case name to unit. A name that is new becomes a unit at the top of the tree."""
    known: dict[str, Unit] = {}
    for unit in Unit.objects.order_by("pk"):
        known.setdefault(unit.name.lower(), unit)
    for person in people:
        if person.unit and person.unit.lower() not in known:
            known[person.unit.lower()] = Unit.objects.create(
                organization=organization, name=person.unit
            )
    return known


def users_of(organization: Organization, batch: Sequence[Person], at: datetime) -> dict[str, User]:
    """Lower-case mail address to account, made when there is none."""
    known = accounts([person.email for person in batch])
    missing = [person for person in batch if person.email not in known]
    User.objects.bulk_create(
        [
            User(
                email=person.email,
                name=person.name,
                language=person.language or organization.language,
                time_zone=organization.time_zone,
                password=make_password(None),
                created_at=at,
            )
            for person in missing
        ],
        # Somebody may have got an account by another way in this very moment.
        ignore_conflicts=True,
    )
    nameless = []
    for person in batch:
        user = known.get(person.email)
        if user is not None and person.name and not user.name:
            user.name = person.name
            nameless.append(user)
    User.objects.bulk_update(nameless, ["name"])
    return known | accounts([person.email for person in missing])


def accounts(addresses: Sequence[str]) -> dict[str, User]:
    rows = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
    return {user.email.lower(): user for user in rows}


def write_members(
    *,
    organization: Organization,
    batch: Sequence[Person],
    users: dict[str, User],
    units: dict[str, Unit],
    at: datetime,
) -> tuple[int, int]:
    """How many members are new (or came back), and how many changed."""
    known = {
        member.user_id: member
        for member in Member.objects.filter(user__in=[user.pk for user in users.values()])
    }
    fresh: list[Member] = []
    changed: list[Member] = []
    back = 0
    for person in batch:
        user = users[person.email]
        unit = units.get(person.unit.lower())
        member = known.get(user.pk)
        if member is None:
            fresh.append(
                Member(
                    organization=organization,
                    user=user,
                    unit=unit,
                    job_title=person.job_title,
                    employment=person.employment or Employment.EMPLOYEE,
                    created_at=at,
                )
            )
        else:
            returned = member.status == Member.Status.LEFT
            if brought_up_to_date(member, person, unit) or returned:
                member.status, member.left_at = Member.Status.ACTIVE, None
                changed.append(member)
                back += returned
    Member.objects.bulk_create(fresh)
    Member.objects.bulk_update(changed, ["unit", "job_title", "employment", "status", "left_at"])
    return len(fresh) + back, len(changed) - back


def brought_up_to_date(member: Member, person: Person, unit: Unit | None) -> bool:
    """Take over what the file says; whether anything changed."""
    before = (member.unit_id, member.job_title, member.employment)
    if unit is not None:
        member.unit = unit
    member.job_title = person.job_title or member.job_title
    member.employment = person.employment or member.employment
    return before != (member.unit_id, member.job_title, member.employment)


def write_invitations(
    organization: Organization, user_ids: Sequence[int], by: Member | None, at: datetime
) -> None:
    """Rows that the worker mails; the rules of ``invite_member``, for many at once."""
    asked = {
        row["member_id"]: row
        for row in Invitation.objects.filter(member__user__in=user_ids, revoked_at=None)
        .values("member_id")
        .annotate(times=Count("pk"), last=Max("created_at"))
    }
    due = []
    for member_id in Member.objects.filter(
        user__in=user_ids, status=Member.Status.ACTIVE
    ).values_list("pk", flat=True):
        row = asked.get(member_id)
        if row is None or (row["times"] < MOST_INVITATIONS and row["last"] <= at - PAUSE):
            due.append(member_id)
    Invitation.objects.bulk_create(
        Invitation(
            organization=organization,
            member_id=member_id,
            invited_by=by,
            created_at=at,
            expires_at=at + OPEN_FOR,
            mail_pending=True,
        )
        for member_id in due
    )

"""What the pages of this room show, and what they must not: nobody's answer to an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from vaandel.accounts.models import User
from vaandel.mailing.models import OutgoingMessage, Return, Suppression
from vaandel.mailing.suppression import reasons_among
from vaandel.organizations.models import (
    AuditEntry,
    Invitation,
    Member,
    MemberImport,
    Organization,
    Role,
    Unit,
)

PER_PAGE = 25
# A smaller group than this could be recognised.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit in the order of the tree; ``depth`` 0 is the top, ``people`` are active members."""

    id: int
    name: str
    parent_id: int | None
    depth: int
    people: int


def unit_tree() -> list[UnitNode]:
    """All units of the organisation in scope, parents before their children, by name."""
    people = dict(
        Member.objects.filter(status=Member.Status.ACTIVE, unit__isnull=False)
        .values_list("unit")
        .annotate(number=Count("pk"))
        .order_by()
    )
    below: dict[int | None, list[Unit]] = {}
    for unit in Unit.objects.order_by("name", "pk"):
        below.setdefault(unit.parent_id, []).append(unit)
    nodes: list[UnitNode] = []

    def visit(parent_id: int | None, depth: int) -> None:
        for unit in below.get(parent_id, []):
            nodes.append(
                UnitNode(
                    id=unit.pk,
                    name=unit.name,
                    parent_id=unit.parent_id,
                    depth=depth,
                    people=people.get(unit.pk, 0),
                )
            )
            visit(unit.pk, depth + 1)

    visit(None, 0)
    return nodes


def with_units_below(unit_id: int, nodes: list[UnitNode]) -> set[int]:
    found = {unit_id}
    for node in nodes:
        if node.parent_id in found:
            found.add(node.id)
    return found


def colleagues(*, text: str, units: set[int] | None, role: str) -> QuerySet[Member]:
    """Active members by name. ``role`` is never the ambassador's: who joined is private."""
    rows = Member.objects.filter(status=Member.Status.ACTIVE).select_related("user", "unit")
    if text:
        rows = rows.filter(
            Q(user__name__icontains=text)
            | Q(user__email__icontains=text)
            | Q(job_title__icontains=text)
        )
    if units is not None:
        rows = rows.filter(unit__in=units)
    if role in {role.value for role in Role if role != Role.AMBASSADOR}:
        rows = rows.filter(**{f"is_{role.lower()}": True})
    return rows.order_by("user__name", "user__email")


@dataclass(frozen=True, slots=True)
class Headcount:
    """``ambassadors`` is None when a group is small enough to recognise somebody.

    It counts in fives: looking before and after one invitation must not tell its answer.
    """

    people: int
    ambassadors: int | None


def headcount() -> Headcount:
    counted = Member.objects.filter(status=Member.Status.ACTIVE).aggregate(
        people=Count("pk"), ambassadors=Count("pk", filter=Q(is_ambassador=True))
    )
    people, ambassadors = counted["people"], counted["ambassadors"]
    in_fives = ambassadors - ambassadors % FEWEST
    shown = ambassadors >= FEWEST and people - ambassadors >= FEWEST
    return Headcount(people=people, ambassadors=in_fives if shown else None)


def unreachable(organization: Organization) -> int | None:
    """To how many people here mails do not arrive, in fives; None for none and for few.

    Not who: mails with proposals go to who takes part, so a name would tell that somebody
    does. The person is told; invitations that came back are named, since all get one.
    """
    returned = Return.objects.filter(
        message__tenant=organization.pk, kind__in=[Return.Kind.HARD, Return.Kind.SOFT]
    )
    addresses = returned.values_list("message__to_address", flat=True).distinct()
    reasons = reasons_among(addresses)
    people = sum(reason == Suppression.Reason.BOUNCED for reason in reasons.values())
    return people - people % FEWEST or None


@dataclass(frozen=True, slots=True)
class FailedMail:
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Invited:
    """How many people were asked. Not how many answered, and what, which stays theirs."""

    people: int
    failed: int
    failures: list[FailedMail]


SHOWN_FAILURES = 25


def invited(organization: Organization) -> Invited:
    """Invitations that were refused, or that came back later, are named: they can be corrected."""
    came_back = Return.objects.filter(message=OuterRef("pk"), kind=Return.Kind.HARD)
    mails = OutgoingMessage.objects.filter(
        Q(state=OutgoingMessage.State.FAILED) | Exists(came_back),
        tenant=organization.pk,
        kind="invitation",
    )
    return Invited(
        people=Invitation.objects.filter(member__status=Member.Status.ACTIVE)
        .values("member")
        .distinct()
        .count(),
        failed=mails.count(),
        failures=[
            FailedMail(address=mail.to_address, reason=mail.last_error or str(_("It came back.")))
            for mail in mails.order_by("-pk")[:SHOWN_FAILURES]
        ],
    )


def recent_imports(member: Member) -> list[MemberImport]:
    rows = MemberImport.objects.select_related("uploaded_by__user")
    if not member.is_owner:
        rows = rows.filter(uploaded_by=member)
    return list(rows.order_by("-pk")[:10])


def organizations_of(user: User) -> list[Organization]:
    """Where this person is an active member, by name. Needs no tenant scope."""
    ids = Member.across_tenants.filter(user=user, status=Member.Status.ACTIVE).values(
        "organization"
    )
    return list(Organization.objects.filter(pk__in=ids).order_by("name"))


def may_join(user: User) -> list[Organization]:
    """The organisations that this person may join by mail address; none they were ever in."""
    known = set(Member.across_tenants.filter(user=user).values_list("organization_id", flat=True))
    return [organization for organization in open_to(user.email) if organization.pk not in known]


def open_to(email: str) -> list[Organization]:
    """The organisations that let this address sign up by itself, by name."""
    domain = email.strip().lower().rpartition("@")[2]
    return [
        organization
        for organization in Organization.objects.exclude(signup_domains=[]).order_by("name")
        if domain and domain in {str(name).lower() for name in organization.signup_domains}
    ]


@dataclass(frozen=True, slots=True)
class LogLine:
    at: datetime
    by: str
    action: str
    subject: str
    detail: Mapping[str, object]


def log_pages() -> Paginator[AuditEntry]:
    return Paginator(AuditEntry.objects.select_related("by__user").order_by("-at", "-pk"), PER_PAGE)


def log_lines(entries: list[AuditEntry]) -> list[LogLine]:
    """Lines with the names of members, and of other things those that were noted."""
    ids = {
        int(entry.subject.partition(":")[2])
        for entry in entries
        if entry.subject.startswith("member:")
    }
    names = {
        f"member:{member.pk}": member.user.display_name
        for member in Member.objects.select_related("user").filter(pk__in=ids)
    }
    return [
        LogLine(
            at=entry.at,
            by=entry.by.user.display_name if entry.by else "",
            action=entry.action,
            subject=names.get(entry.subject, "") or _noted_name(entry.detail),
            detail=entry.detail,
        )
        for entry in entries
    ]


def _noted_name(detail: Mapping[str, object]) -> str:
    """What a thing was called then, or the words that came with it."""
    return next(
        (str(detail[key]) for key in ("name", "title", "to", "reason") if key in detail), ""
    )

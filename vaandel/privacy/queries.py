"""Everything about one person, from all organisations, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaandel.accounts.models import User
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import MediaAsset
from vaandel.privacy.sections import SECTIONS, Row, Section
from vaandel.shares.models import Share


@dataclass(frozen=True, slots=True)
class Part:
    section: Section
    rows: list[Row]


def data_of(user: User) -> list[Part]:
    """All parts in a fixed order, also the empty ones."""
    with every_tenant():
        return [Part(section, list(section.rows(user))) for section in SECTIONS]


def files_of(user: User) -> Iterator[tuple[str, object]]:
    """Name and file of the photo and of each picture that somebody added."""
    if user.photo.name:
        yield user.photo.name, user.photo
    with every_tenant():
        assets = list(MediaAsset.objects.filter(uploaded_by__user=user).order_by("pk"))
    for asset in assets:
        yield str(asset.file.name), asset.file


@dataclass(frozen=True, slots=True)
class Traces:
    """What deleting an account touches. It may not leave ``only_owner_of`` without an owner.

    ``archives`` names organisations that the law makes keep what was shared, with its name.
    """

    shares: int
    archives: list[str]
    only_owner_of: list[Organization]

    @property
    def may_go(self) -> bool:
        return not self.only_owner_of


def traces_of(user: User) -> Traces:
    with every_tenant():
        return Traces(
            shares=Share.objects.filter(enrolment__member__user=user).count(),
            archives=list(
                Organization.objects.filter(
                    pk__in=Member.objects.filter(user=user).values("organization"),
                    keeps_archive=True,
                )
                .order_by("name")
                .values_list("name", flat=True)
            ),
            only_owner_of=only_owner_of(user),
        )


def only_owner_of(user: User) -> list[Organization]:
    """Organisations in which nobody else owns the programme. Call it inside ``every_tenant``."""
    owners = Member.objects.filter(is_owner=True, status=Member.Status.ACTIVE)
    mine = owners.filter(user=user).values("organization")
    others = owners.exclude(user=user).values("organization")
    return list(
        Organization.objects.filter(pk__in=mine).exclude(pk__in=others).order_by("name", "pk")
    )

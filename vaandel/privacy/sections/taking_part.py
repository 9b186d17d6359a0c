"""Memberships, invitations, and what somebody chose when joining."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Bracket, ChannelUse, Consent, Enrolment, Purpose, Rhythm
from vaandel.organizations.models import Employment, Invitation, Member, Role
from vaandel.privacy.sections.base import CHANNEL_NAMES, Column, Row, Section, words_of


def memberships(user: User) -> Iterator[Row]:
    rows = Member.objects.filter(user=user).select_related("organization", "unit").order_by("pk")
    for row in rows:
        yield {
            "organization": row.organization.name,
            "unit": row.unit.name if row.unit else "",
            "job_title": row.job_title,
            "employment": row.employment,
            "roles": sorted(row.roles),
            "status": row.status,
            "created_at": row.created_at,
            "left_at": row.left_at,
        }


def invitations(user: User) -> Iterator[Row]:
    rows = Invitation.objects.filter(member__user=user).select_related(
        "organization", "invited_by__user"
    )
    for row in rows.order_by("pk"):
        yield {
            "organization": row.organization.name,
            "by": row.invited_by.user.display_name if row.invited_by else "",
            "note": row.personal_note,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "accepted_at": row.accepted_at,
            "revoked_at": row.revoked_at,
        }


def invitations_sent(user: User) -> Iterator[Row]:
    """Whom somebody invited, as they typed it; never what the colleague answered."""
    rows = Invitation.objects.filter(invited_by__user=user).select_related(
        "organization", "member__user"
    )
    for row in rows.order_by("pk").iterator():
        yield {
            "organization": row.organization.name,
            "to": row.member.user.email,
            "note": row.personal_note,
            "created_at": row.created_at,
        }


def enrolments(user: User) -> Iterator[Row]:
    rows = (
        Enrolment.objects.filter(member__user=user)
        .select_related("programme", "organization")
        .prefetch_related("topics")
        .order_by("pk")
    )
    for row in rows:
        yield {
            "organization": row.organization.name,
            "programme": row.programme.name,
            "state": row.state,
            "topics": sorted(topic.name for topic in row.topics.all()),
            "languages": row.languages,
            "rhythm": row.rhythm,
            "heard_at": row.heard_at,
            "invited_at": row.invited_at,
            "joined_at": row.joined_at,
            "paused_until": row.paused_until,
            "left_at": row.left_at,
        }


def consents(user: User) -> Iterator[Row]:
    rows = Consent.objects.filter(enrolment__member__user=user).select_related("organization")
    for row in rows.order_by("pk"):
        yield {
            "organization": row.organization.name,
            "purpose": row.purpose,
            "text_version": row.text_version,
            "given_at": row.given_at,
            "revoked_at": row.revoked_at,
        }


def networks(user: User) -> Iterator[Row]:
    rows = ChannelUse.objects.filter(enrolment__member__user=user).select_related("organization")
    for row in rows.order_by("pk"):
        yield {
            "organization": row.organization.name,
            "channel": row.channel,
            "size": row.bracket,
            "server": row.instance,
        }


ORGANIZATION: Final = Column("organization", _("Organisation"))

TAKING_PART: Final = (
    Section(
        key="memberships",
        title=_("Organisations you belong to"),
        covers=("organizations.Member.user",),
        columns=(
            ORGANIZATION,
            Column("unit", _("Department")),
            Column("job_title", _("Function")),
            Column("employment", _("Kind of employment"), words_of(Employment.choices)),
            Column("roles", _("Roles"), words_of(Role.choices)),
            Column("status", _("State"), words_of(Member.Status.choices)),
            Column("created_at", _("Since")),
            Column("left_at", _("Left on")),
        ),
        rows=memberships,
    ),
    Section(
        key="invitations",
        title=_("Invitations to you"),
        covers=("organizations.Invitation.member",),
        columns=(
            ORGANIZATION,
            Column("by", _("From")),
            Column("note", _("Note")),
            Column("created_at", _("Sent on")),
            Column("expires_at", _("Good until")),
            Column("accepted_at", _("Accepted on")),
            Column("revoked_at", _("Withdrawn on")),
        ),
        rows=invitations,
    ),
    Section(
        key="invitations_sent",
        title=_("Colleagues you invited"),
        covers=("organizations.Invitation.invited_by",),
        columns=(
            ORGANIZATION,
            Column("to", _("To")),
            Column("note", _("Note")),
            Column("created_at", _("Sent on")),
        ),
        rows=invitations_sent,
    ),
    Section(
        key="enrolments",
        title=_("Taking part"),
        covers=("ambassadors.Enrolment.member",),
        columns=(
            ORGANIZATION,
            Column("programme", _("Programme")),
            Column("state", _("State"), words_of(Enrolment.State.choices)),
            Column("topics", _("Topics")),
            Column("languages", _("Languages")),
            Column("rhythm", _("Rhythm"), words_of(Rhythm.choices)),
            Column("heard_at", _("Last said how often")),
            Column("invited_at", _("Invited on")),
            Column("joined_at", _("Joined on")),
            Column("paused_until", _("Paused until")),
            Column("left_at", _("Left on")),
        ),
        rows=enrolments,
    ),
    Section(
        key="consents",
        title=_("Opt-ins given and taken back"),
        covers=("ambassadors.Consent.enrolment",),
        columns=(
            ORGANIZATION,
            Column("purpose", _("For what"), words_of(Purpose.choices)),
            Column("text_version", _("Version of the text")),
            Column("given_at", _("Given on")),
            Column("revoked_at", _("Taken back on")),
        ),
        rows=consents,
    ),
    Section(
        key="networks",
        title=_("Networks you use"),
        covers=("ambassadors.ChannelUse.enrolment",),
        columns=(
            ORGANIZATION,
            Column("channel", _("Network"), CHANNEL_NAMES),
            Column("size", _("Size"), words_of(Bracket.choices)),
            Column("server", _("Server")),
        ),
        rows=networks,
    ),
)

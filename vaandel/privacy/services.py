"""Deleting an account: what is personal goes, what is out already stays without the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.storage import Storage
from django.db import transaction

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.services.accounts import disconnect_all
from vaandel.delivery.models import Correction
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import forget_person, queue_composed
from vaandel.mailing.suppression import forget_bounces
from vaandel.organizations.audit import record
from vaandel.organizations.models import Invitation, Member, Organization
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import MediaAsset, PostPicture, Submission
from vaandel.privacy.mails import FAREWELL, compose_farewell
from vaandel.privacy.queries import only_owner_of
from vaandel.recognition.models import Thanks
from vaandel.shares.bands import forget_bands_of
from vaandel.shares.models import NetworkFigures, Publication, Share, TextRequest

KEEP_FAREWELL: Final = timedelta(days=7)


class LastOwnerStays(Exception):
    """An organisation would be left without an owner."""


@transaction.atomic
def delete_account(*, user: User, at: datetime) -> bool:
    """Erase a person from all organisations; False when that has happened already.

    Shares stay as a count, without person, text or address, because their links are out and
    must keep working. Published posts stay the organisation's. A last mail confirms it.
    Raises ``LastOwnerStays`` and then changes nothing.
    """
    with every_tenant():
        organizations = _lock_organizations(user)
        locked = User.objects.select_for_update().filter(pk=user.pk).first()
        if locked is None:
            return False
        if only_owner_of(locked):
            raise LastOwnerStays(f"User {user.pk} is the only owner somewhere.")
        _disconnect_accounts(locked, at=at)
        _strip_publications(locked)
        _strip_shares(locked)
        _strip_words(locked)
        # What the law wants kept of these stands in the archive, until its time is over.
        TextRequest.objects.filter(enrolment__member__user=locked).delete()
        _delete_stories(locked)
        _end_sessions(locked)
        _delete_photo(locked)
        _note_in_logs(locked, organizations, at=at)
        forget_person(person=locked.pk)
        forget_bounces(locked.email)
        queue_composed([compose_farewell(locked, at=at)])
        # Memberships, enrolments, opt-ins, asks, thanks received and keys go with it.
        locked.delete()
    return True


def forget_farewells(*, at: datetime) -> int:
    """Erase the last mails to people who are gone, a week after they left; how many."""
    old = OutgoingMessage.objects.filter(kind=FAREWELL, created_at__lt=at - KEEP_FAREWELL)
    return old.delete()[0]


def _lock_organizations(user: User) -> list[Organization]:
    """Owners who go at the same moment wait for each other, always in the same order."""
    mine = Member.objects.filter(user=user).values("organization")
    rows = Organization.objects.select_for_update().filter(pk__in=mine).order_by("pk")
    return list(rows)


def _disconnect_accounts(user: User, *, at: datetime) -> None:
    """Their tokens are handed back to the networks afterwards."""
    for enrolment in Enrolment.objects.filter(member__user=user):
        disconnect_all(enrolment=enrolment, at=at)


def _strip_publications(user: User) -> None:
    """What was on its way does not go; of what stands there only the count stays."""
    NetworkFigures.objects.filter(share__enrolment__member__user=user).delete()
    Publication.objects.filter(enrolment__member__user=user).update(
        enrolment=None,
        account=None,
        handle="",
        text="",
        disclosure="",
        disclosure_offered="",
        angle=None,
        seen_digest="",
        problem_detail="",
        memory={},
        remote_id="",
        permalink="",
    )


def _strip_shares(user: User) -> None:
    forget_bands_of(user)
    Share.objects.filter(enrolment__member__user=user).update(
        enrolment=None,
        text="",
        disclosure="",
        disclosure_offered="",
        permalink="",
        angle=None,
        views=None,
        reactions=None,
        comments=None,
        numbers_typed_at=None,
    )


def _strip_words(user: User) -> None:
    """What somebody wrote to others keeps no name."""
    Thanks.objects.filter(by__user=user).update(by=None, by_name="", by_function="")
    Correction.objects.filter(by__user=user).update(by=None, by_name="")
    Invitation.objects.filter(invited_by__user=user).update(invited_by=None, personal_note="")


def _delete_stories(user: User) -> None:
    """Own stories go, with pictures that no post shows; posts made of them stay."""
    stories = Submission.objects.filter(member__user=user)
    pictures = set(stories.exclude(picture=None).values_list("picture", flat=True))
    stories.delete()
    shown = set(PostPicture.objects.filter(asset__in=pictures).values_list("asset", flat=True))
    unused = MediaAsset.objects.filter(pk__in=pictures - shown)
    sizes = unused.values_list("file", "card", "thumbnail")
    names = [name for files in sizes for name in files if name]
    _delete_files(unused.model.file.field.storage, names)
    unused.delete()


def _delete_photo(user: User) -> None:
    if user.photo.name:
        _delete_files(user.photo.storage, [user.photo.name])


def _delete_files(storage: Storage, names: Iterable[str]) -> None:
    """Only when the transaction holds: a file cannot be brought back."""
    gone = list(names)

    def erase() -> None:
        for name in gone:
            storage.delete(name)

    transaction.on_commit(erase)


def _end_sessions(user: User) -> None:
    keys = UserSession.objects.filter(user=user).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(keys)).delete()


def _note_in_logs(user: User, organizations: list[Organization], *, at: datetime) -> None:
    """That it happened, for who looks after the list of people; no name and no address."""
    members = dict(Member.objects.filter(user=user).values_list("organization_id", "pk"))
    for organization in organizations:
        record(
            by=None,
            action="member.account_deleted",
            subject=f"member:{members[organization.pk]}",
            organization_id=organization.pk,
            at=at,
        )

"""Bob with a trace in every room."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from tests.factories import AskFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import (
    ChannelUse,
    Consent,
    Enrolment,
    Leave,
    LeaveCalendar,
    Purpose,
    QuietHours,
)
from vaandel.delivery.models import (
    Ask,
    ChannelChoice,
    ChatConnection,
    Correction,
    CorrectionRead,
    Embed,
    PushSubscription,
)
from vaandel.impact.models import LetterStopped
from vaandel.links.models import Kind, LinkDay
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.audit import record
from vaandel.organizations.models import Invitation, Member
from vaandel.posts.models import Autosave, MediaAsset, Post, Submission
from vaandel.programmes.models import Programme
from vaandel.recognition.models import Result, Thanks
from vaandel.shares.models import PersonalLink, Reminder, Share

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def jpeg() -> ContentFile[bytes]:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "JPEG")
    return ContentFile(out.getvalue(), name="picture.jpg")


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme, title="Four kilometres of pipe")


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    share = ShareFactory.create(
        post=post,
        enrolment=bob_enrolment,
        text="I welded <b>this</b> myself.",
        disclosure="I work at Acme.",
        permalink="https://network.example/posts/1",
        views=40,
    )
    for day, count in ((date(2026, 11, 20), 3), (date(2026, 11, 21), 4)):
        LinkDay.objects.create(
            organization=post.organization, link=share.link, day=day, kind=Kind.HUMAN, count=count
        )
    return share


@pytest.fixture
def story(bob: Member) -> Submission:
    picture = MediaAsset(organization=bob.organization, uploaded_by=bob, alt="A weld")
    picture.file.save("weld.jpg", jpeg())
    return Submission.objects.create(
        organization=bob.organization,
        member=bob,
        occasion="DELIVERED",
        title="My first weld",
        answers=["It held.", ""],
        picture=picture,
    )


@pytest.fixture
def everywhere(
    alice: Member, bob: Member, bob_enrolment: Enrolment, share: Share, story: Submission
) -> Member:
    """Bob, with at least one row of every kind."""
    shared = {"organization": bob.organization, "enrolment": bob_enrolment}
    post = share.post
    Consent.objects.create(
        **shared, purpose=Purpose.RESULT_MAILS, text_version="2026-11", given_at=NOW
    )
    ChannelUse.objects.create(**shared, channel="linkedin", bracket="300-700")
    QuietHours.objects.create(**shared, country="DE", subdivision="BY")
    Leave.objects.create(**shared, first_day=date(2026, 12, 21), last_day=date(2026, 12, 24))
    LeaveCalendar.objects.create(**shared, address="locked away")
    PushSubscription.objects.create(**shared, digest="d", label="Firefox on Android")
    ChannelChoice.objects.create(**shared, off=["mail"])
    ChatConnection.objects.create(**shared, network="slack", name="Slack", address="locked away")
    made = {"organization": bob.organization, "created_by": bob}
    ChatConnection.objects.create(**made, network="teams", name="Proud", address="locked away")
    Embed.objects.create(**made, name="Front page", language="en", sites=["https://a.example"])
    AskFactory.create(post=post, enrolment=bob_enrolment, state=Ask.State.DECLINED)
    Reminder.objects.create(**shared, post=post, at=NOW, text="Later, on the train")
    PersonalLink.objects.create(**shared, post=post, expires_at=NOW + timedelta(days=7))
    for by, to in ((alice, bob), (bob, alice)):
        Invitation.objects.create(
            organization=by.organization,
            member=to,
            invited_by=by,
            personal_note=f"Join in, {to.user.first_name}",
            expires_at=NOW,
        )
    Thanks.objects.create(
        organization=bob.organization,
        by=alice,
        by_name="Alice Editor",
        to=bob_enrolment,
        post=post,
        share=share,
        text="Somebody applied.",
        clicks=7,
        given_at=NOW,
    )
    Result.objects.create(**shared, share=share, days=3, clicks=7)
    told = Correction.objects.create(
        organization=bob.organization, post=post, by=bob, by_name="Bob Sharer", text="It is 4 km."
    )
    CorrectionRead.objects.create(**shared, correction=told, at=NOW)
    LetterStopped.objects.create(organization=bob.organization, member=bob, at=NOW)
    post.contact = bob
    post.save()
    Autosave.objects.create(
        organization=bob.organization, post=post, member=bob, base_version=1, saved_at=NOW
    )
    OutgoingMessage.objects.create(
        key="proposal:1",
        kind="proposal",
        person=bob.user_id,
        tenant=bob.organization_id,
        to_address=bob.user.email,
        subject="Something for your network",
        text="Dear Bob,",
        expires_at=NOW + timedelta(days=3),
    )
    record(by=bob, action="post.edited", subject=f"post:{post.pk}", at=NOW)
    bob.user.photo.save("bob.jpg", jpeg())
    return bob

"""What the files about texts of one's own under rules of law have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from tests.shares.test_regulated_sharing import angle_of
from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import TextRequest
from vaandel.shares.services.text_requests import ask_approval

# A Monday morning in Amsterdam.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


def ask(post: Post, enrolment: Enrolment, text: str = "In my own words.") -> TextRequest:
    return ask_approval(
        enrolment=enrolment, post=post, angle=angle_of(post), language="en", text=text,
        at=timezone.now(),
    )  # fmt: skip


def mails(member: Member, kind: str) -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(person=member.user_id, kind=kind).order_by("pk"))

"""Who approves is asked by mail, at most once an hour; who wrote it hears what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.factories import AngleFactory, MemberFactory, PostFactory
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import stop_sharing
from vaandel.posts.models import Post
from vaandel.posts.services import approve_post, back_to_draft, send_back, submit_for_review
from vaandel.posts.services.reviewing import mail_reviews
from vaandel.programmes.models import Programme, Topic

# A Monday morning in Amsterdam.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Clock:
    """What time it is; a test moves it."""

    def __init__(self, travel: time_machine.Traveller) -> None:
        self.travel = travel

    @property
    def at(self) -> datetime:
        return timezone.now()

    @at.setter
    def at(self, moment: datetime) -> None:
        self.travel.move_to(moment, tick=False)


@pytest.fixture(autouse=True)
def now() -> Iterator[Clock]:
    with time_machine.travel(NOW, tick=False) as travel:
        yield Clock(travel)


@pytest.fixture
def second(programme: Programme, topic: Topic, alice: Member) -> Post:
    post = PostFactory.create(
        programme=programme,
        title="A second post",
        state=Post.State.DRAFT,
        published_at=None,
        facts_cleared="900 homes",
        created_by=alice,
    )
    post.topics.add(topic)
    AngleFactory.create(post=post)
    return post


def mails(member: Member, kind: str = "review") -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.filter(person=member.user_id, kind=kind).order_by("pk"))


def deliver() -> None:
    OutgoingMessage.objects.update(state=OutgoingMessage.State.SENT)


def test_who_approves_is_asked_and_the_author_is_not(
    alice: Member, carol: Member, draft: Post
) -> None:
    submit_for_review(post=draft, by=alice, at=NOW)

    assert mail_reviews() == 1
    assert mail_reviews() == 0

    [mail] = mails(carol)
    assert mail.subject == "Will you read along? Heat from the sewer"
    assert mail.text == (
        "Hello Carol,\n"
        "\n"
        "A colleague asks you to read along. Approve it, or say what should change.\n"
        "\n"
        "Heat from the sewer\n"
        "By Alice Editor.\n"
        f"http://127.0.0.1:8000/o/acme/studio/posts/{draft.pk}/\n"
        "\n"
        "--\n"
        "You get this mail because you approve posts; at most one an hour, with all\n"
        "that waits. Who is first decides.\n"
    )
    assert mail.reply_to == "alice@acme.example"
    assert mail.windows[0] == ["2026-11-23T09:00:00+00:00", "2026-11-23T17:00:00+00:00"]
    assert mails(alice) == []


def test_what_comes_within_the_hour_waits_for_one_mail_with_all_of_it(
    alice: Member, carol: Member, draft: Post, second: Post, now: Clock
) -> None:
    submit_for_review(post=draft, by=alice, at=now.at)
    mail_reviews()
    deliver()
    now.at += timedelta(minutes=10)
    submit_for_review(post=second, by=alice, at=now.at)

    assert mail_reviews() == 0
    now.at += timedelta(minutes=51)
    assert mail_reviews() == 1
    now.at += timedelta(minutes=61)
    assert mail_reviews() == 0

    assert [mail.subject for mail in mails(carol)] == [
        "Will you read along? Heat from the sewer",
        "2 posts wait for your eyes",
    ]


def test_a_mail_that_waits_for_open_hours_is_made_anew(
    alice: Member, carol: Member, draft: Post, second: Post, now: Clock
) -> None:
    now.at = NOW - timedelta(days=1)
    submit_for_review(post=draft, by=alice, at=now.at)
    mail_reviews()
    now.at += timedelta(hours=2)
    submit_for_review(post=second, by=alice, at=now.at)
    mail_reviews()

    [mail] = mails(carol)
    assert mail.subject == "2 posts wait for your eyes"
    assert mail.next_try_at == datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_what_was_decided_before_it_left_is_not_asked_for(
    alice: Member, carol: Member, draft: Post, second: Post, now: Clock
) -> None:
    dave = MemberFactory.create(organization=carol.organization, is_approver=True)
    for post in (draft, second):
        submit_for_review(post=post, by=alice, at=now.at)
    mail_reviews()

    approve_post(post=draft, by=carol, at=now.at)
    assert mails(dave) == []
    mail_reviews()
    assert [mail.subject for mail in mails(dave)] == ["Will you read along? A second post"]

    back_to_draft(post=second, by=alice, at=now.at)
    mail_reviews()
    assert mails(dave) == []


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "Carol Second approved “Heat from the sewer”. It is live."),
        (1, "“Heat from the sewer”. It goes live on 24 November 2026 at 10:00."),
    ],
)
def test_the_author_hears_that_it_was_approved(
    alice: Member, carol: Member, draft: Post, days: int | None, words: str
) -> None:
    draft.publish_at = NOW + timedelta(days=days) if days else None
    draft.save()
    submit_for_review(post=draft, by=alice, at=NOW)

    approve_post(post=draft, by=carol, at=NOW)

    [mail] = mails(alice, "reviewed")
    assert mail.subject == "Approved: Heat from the sewer"
    assert words in " ".join(mail.text.split())
    assert mail.reply_to == carol.user.email


def test_or_why_it_came_back(alice: Member, carol: Member, draft: Post) -> None:
    submit_for_review(post=draft, by=alice, at=NOW)

    send_back(post=draft, by=carol, note="The figure is <b>wrong</b>.", at=NOW)

    [mail] = mails(alice, "reviewed")
    assert mail.subject == "Sent back with a note: Heat from the sewer"
    assert "The figure is <b>wrong</b>." in mail.text
    assert "The figure is &lt;b&gt;wrong&lt;/b&gt;." in mail.html


def test_who_decides_on_their_own_or_is_gone_gets_no_answer(
    alice: Member, carol: Member, draft: Post
) -> None:
    submit_for_review(post=draft, by=alice, at=NOW)
    send_back(post=draft, by=alice, note="I see it myself.", at=NOW)
    submit_for_review(post=draft, by=alice, at=NOW)
    Member.objects.filter(pk=alice.pk).update(status=Member.Status.LEFT)
    approve_post(post=Post.objects.get(), by=carol, at=NOW)

    assert mails(alice, "reviewed") == []


@pytest.mark.usefixtures("carol")
def test_while_sharing_is_stopped_nobody_is_asked(
    acme: Organization, alice: Member, draft: Post
) -> None:
    submit_for_review(post=draft, by=alice, at=NOW)
    stop_sharing(organization=acme, reason="An accident.", by=alice, at=NOW)

    assert mail_reviews() == 0

"""Who asked for it gets the thank-you by mail too, with their own figure in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from tests.factories import EnrolmentFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment, Purpose
from vaandel.ambassadors.services import leave, pause, set_consent
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.links.models import Kind, LinkDay
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.recognition import services
from vaandel.recognition.mails import compose_thanks
from vaandel.recognition.models import Thanks
from vaandel.recognition.services import send_pending_thanks, thank
from vaandel.shares.models import Share

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme, title="Learn to weld <with us>")


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    share = ShareFactory.create(
        post=post,
        enrolment=bob_enrolment,
        channel="whatsapp",
        opened_at=datetime(2026, 11, 11, 9, tzinfo=UTC),
    )
    LinkDay.objects.create(
        organization=post.organization,
        link=share.link,
        day=date(2026, 11, 12),
        kind=Kind.HUMAN,
        count=14,
    )
    return share


@pytest.fixture
def asked_for_it(bob_enrolment: Enrolment) -> None:
    set_consent(enrolment=bob_enrolment, purpose=Purpose.RESULT_MAILS, given=True, at=NOW)


@pytest.mark.usefixtures("share", "asked_for_it")
def test_the_mail_holds_the_figure_and_the_words(
    alice: Member, bob: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    thank(post=post, by=alice, text="Two people <b>applied</b>.", at=NOW)
    assert not OutgoingMessage.objects.exists()

    assert send_pending_thanks() == 1

    [mail] = OutgoingMessage.objects.all()
    assert mail.subject == "Thank you, Bob. Your post was clicked 14 times"
    assert mail.text == (
        "Thank you, Bob\n"
        "\n"
        "On 11 November you shared “Learn to weld <with us>” on WhatsApp.\n"
        "\n"
        "Your post was clicked 14 times.\n"
        "Measured. Clicks by robots and previews do not count.\n"
        "\n"
        "Two people <b>applied</b>.\n"
        "Alice Editor\n"
        "\n"
        "See my impact:\n"
        "http://127.0.0.1:8000/o/acme/impact/\n"
        "\n"
        "--\n"
        "You need not do anything with this. It is only to thank you.\n"
        "No more thank-you mails:\n"
        f"{mail_choices_url(bob_enrolment)}#thanks\n"
    )
    assert "Two people &lt;b&gt;applied&lt;/b&gt;." in mail.html
    assert mail.headers["List-Unsubscribe"] == f"<{one_click_url(bob_enrolment)}>"
    assert (mail.to_address, mail.person) == (bob.user.email, bob.user_id)
    assert (mail.from_name, mail.reply_to) == ("Alice Editor", "alice@acme.example")
    assert mail.windows


@pytest.mark.usefixtures("share")
def test_without_the_opt_in_there_is_no_mail(alice: Member, post: Post) -> None:
    thank(post=post, by=alice, text="Thanks", at=NOW)

    assert send_pending_thanks() == 0
    assert Thanks.objects.count() == 1
    assert not OutgoingMessage.objects.exists()


@pytest.mark.usefixtures("share", "asked_for_it")
def test_an_opt_in_that_was_taken_back_meanwhile_counts(
    alice: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    thank(post=post, by=alice, text="Thanks", at=NOW)
    leave(enrolment=bob_enrolment, at=NOW)

    assert send_pending_thanks() == 1
    assert not OutgoingMessage.objects.exists()
    assert send_pending_thanks() == 0


@pytest.mark.usefixtures("asked_for_it")
def test_a_way_of_sharing_that_is_no_place_is_not_named(
    alice: Member, share: Share, post: Post
) -> None:
    Share.objects.update(channel="copy")
    thank(post=post, by=alice, text="Thanks", at=NOW)
    send_pending_thanks()

    [mail] = OutgoingMessage.objects.all()
    assert "On 11 November you shared “Learn to weld <with us>”.\n" in mail.text


@pytest.mark.usefixtures("share", "asked_for_it")
def test_one_click_is_one_time(alice: Member, post: Post) -> None:
    LinkDay.objects.update(count=1)
    thank(post=post, by=alice, text="Thanks", at=NOW)
    send_pending_thanks()

    [mail] = OutgoingMessage.objects.all()
    assert mail.subject == "Thank you, Bob. Your post was clicked 1 time"


@pytest.mark.usefixtures("share", "asked_for_it")
def test_what_the_worker_died_on_is_not_mailed_twice(alice: Member, post: Post) -> None:
    thank(post=post, by=alice, text="Thanks", at=NOW)
    send_pending_thanks()
    Thanks.objects.update(mail_pending=True)

    send_pending_thanks()

    assert OutgoingMessage.objects.count() == 1


@pytest.mark.usefixtures("asked_for_it")
def test_a_post_or_share_that_is_gone_still_makes_a_mail(
    alice: Member, share: Share, post: Post
) -> None:
    thank(post=post, by=alice, text="Thanks", at=NOW)
    Thanks.objects.update(post=None, share=None, by_name="", by_function="")
    send_pending_thanks()

    [mail] = OutgoingMessage.objects.all()
    assert "Thanks\nA colleague\n" in mail.text
    assert "you shared" not in mail.text


@pytest.mark.usefixtures("share", "asked_for_it")
def test_who_pauses_reads_it_in_the_app(
    alice: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    pause(enrolment=bob_enrolment, until=date(2027, 1, 11))
    thank(post=post, by=alice, text="Thanks", at=NOW)

    with time_machine.travel(NOW):
        assert send_pending_thanks() == 1

    assert Thanks.objects.count() == 1
    assert not OutgoingMessage.objects.exists()


@pytest.mark.usefixtures("share", "asked_for_it")
def test_one_that_cannot_be_written_keeps_back_no_other(
    alice: Member,
    bob: Member,
    post: Post,
    programme: Programme,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = EnrolmentFactory.create(programme=programme)
    set_consent(enrolment=other, purpose=Purpose.RESULT_MAILS, given=True, at=NOW)
    theirs = ShareFactory.create(post=post, enrolment=other)
    LinkDay.objects.create(
        organization=post.organization,
        link=theirs.link,
        day=date(2026, 11, 12),
        kind=Kind.HUMAN,
        count=3,
    )

    def compose(row: Thanks, **more: Any) -> OutgoingMessage:
        if row.to.member_id == bob.pk:
            raise ValueError("This one is broken.")
        return compose_thanks(row, **more)

    monkeypatch.setattr(services, "compose_thanks", compose)
    thank(post=post, by=alice, text="Thanks", at=NOW)

    assert send_pending_thanks() == 2

    assert [mail.person for mail in OutgoingMessage.objects.all()] == [other.member.user_id]
    assert send_pending_thanks() == 0

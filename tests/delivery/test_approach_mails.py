"""What stands in the mails with which somebody is turned to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.delivery.conftest import TUESDAY
from tests.factories import AngleFactory, EnrolmentFactory, MemberFactory
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.delivery.mails import compose_approach, compose_approaches
from vaandel.delivery.mails.previews import proposal_of
from vaandel.delivery.models import Approach
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import Rendered, content_of
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post

Publish = Callable[..., Post]
Kind = Approach.Kind
SHARE = "https://vaandel.example/p/1~share/"


def approached(
    enrolment: Enrolment, kind: Kind, posts: list[Post], *, angle: str = "", reviewer: str = ""
) -> Approached:
    approach = Approach.objects.create(
        organization=enrolment.organization, enrolment=enrolment, kind=kind, at=TUESDAY
    )
    return Approached(
        approach=approach,
        enrolment=enrolment,
        proposals=[
            Offered(
                proposal=proposal_of(post),
                angle=angle,
                share_url=f"{SHARE}{post.pk}/",
                reviewer=reviewer,
            )
            for post in posts
        ],
        windows=[["2026-11-24T08:00:00+00:00", "2026-11-24T17:00:00+00:00"]],
        at=TUESDAY,
        often=Rhythm.WEEKLY,
    )


def mail_about(
    enrolment: Enrolment, kind: Kind, posts: list[Post], **words: str
) -> tuple[OutgoingMessage, Rendered]:
    message = compose_approach(approached(enrolment, kind, posts, **words))
    return message, content_of(message)


def test_a_proposal_has_one_big_button(bob_enrolment: Enrolment, post: Post) -> None:
    message, mail = mail_about(
        bob_enrolment,
        Kind.PROPOSAL,
        [post],
        angle="What struck me: ___ & <b>more</b>",
        reviewer="Pieter-Jan",
    )

    assert (message.to_address, message.to_name) == ("bob@acme.example", "Bob Sharer")
    assert (message.kind, message.tenant, message.person) == (
        "proposal",
        bob_enrolment.organization_id,
        bob_enrolment.member.user_id,
    )
    assert message.subject == mail.subject
    assert mail.subject == "Bob, something for your network: Four kilometres of heat network"
    assert mail.html.count(f"{SHARE}{post.pk}/") == 1
    assert mail_choices_url(bob_enrolment) in mail.text
    assert "You follow the topic Heat networks." in mail.text
    assert "> What struck me: ___ & <b>more</b>" in mail.text
    assert "What struck me: ___ &amp; &lt;b&gt;more&lt;/b&gt;" in mail.html
    assert "You may share this. Pieter-Jan has checked the facts." in mail.text
    assert "Ask me again on Monday 30 November:" in mail.text
    assert "You get at most one mail a week." in mail.text
    assert message.headers["List-Unsubscribe"] == f"<{one_click_url(bob_enrolment)}>"
    assert message.windows == [["2026-11-24T08:00:00+00:00", "2026-11-24T17:00:00+00:00"]]


def test_a_digest_names_each_post_with_a_button_of_its_own(
    bob_enrolment: Enrolment, publish: Publish
) -> None:
    posts = [publish(title=f"Post {number}") for number in range(3)]

    message, mail = mail_about(bob_enrolment, Kind.DIGEST, posts)

    assert message.kind == "digest"
    assert mail.subject == "Bob, 3 proposals for your network, such as: Post 0"
    for number, post in enumerate(posts, start=1):
        assert f"{number}. {post.title}\n" in mail.text
        assert f"Write and share:\n{SHARE}{post.pk}/\n" in mail.text
        assert mail.html.count(f"{SHARE}{post.pk}/") == 1
    assert mail.text.count("Not this one:") == 3
    assert mail.text.count("Not now, again on Monday 30 November:") == 3


def test_an_urgent_one_says_why_it_comes(bob_enrolment: Enrolment, publish: Publish) -> None:
    post = publish(title="Open day", expires_at=TUESDAY + timedelta(days=2))

    message, mail = mail_about(bob_enrolment, Kind.URGENT, [post])

    assert message.kind == "urgent"
    assert mail.subject == "Bob, outside your usual mail: Open day"
    flat = " ".join(mail.text.split())
    assert "This one cannot wait for your usual mail." in flat
    assert "It can be shared until Thursday 26 November." in flat
    assert "We write outside your usual mail at most twice a month." in flat


def test_a_question_has_three_equal_answers_that_work_without_signing_in(
    bob_enrolment: Enrolment, client: Client
) -> None:
    message, mail = mail_about(bob_enrolment, Kind.QUESTION, [])

    assert message.kind == "question"
    assert mail.subject == "Bob, shall we stop these mails?"
    answers = [word for word in mail.text.split() if "?answer=" in word]
    assert [answer.split("=")[1] for answer in answers] == ["go-on", "less", "stop"]
    assert mail.html.count('class="mail-button-line"') == 3
    for answer in answers:
        response = client.get(answer.removeprefix(settings.PUBLIC_URL))
        assert response.status_code == 200
        assert "checked" in response.content.decode()


def test_the_mail_is_in_the_language_of_the_person(bob_enrolment: Enrolment, post: Post) -> None:
    user = bob_enrolment.member.user
    user.language = "nl"
    user.save()

    message, mail = mail_about(bob_enrolment, Kind.PROPOSAL, [post])

    assert message.language == "nl"
    assert mail.subject == "Bob, iets voor jouw netwerk: Four kilometres of heat network"
    assert "Je koos het thema Heat networks." in mail.html
    assert "vraag me maandag weer" in mail.html
    assert 'lang="nl"' in mail.html
    assert '<h1 lang="en">Four kilometres of heat network</h1>' in mail.html


def test_a_mail_wears_the_colour_of_its_organisation(
    bob_enrolment: Enrolment, post: Post, acme: Organization
) -> None:
    acme.colour = "#e30613"
    acme.reply_to = "answers@acme.example"
    acme.save()
    bob_enrolment.refresh_from_db()

    message, mail = mail_about(bob_enrolment, Kind.PROPOSAL, [post])

    assert "#e30613" in mail.html
    assert "#0b5862" not in mail.html
    assert (message.from_name, message.reply_to) == ("Acme", "answers@acme.example")


def test_answers_go_to_the_owner_when_nothing_else_was_chosen(
    bob_enrolment: Enrolment, post: Post, acme: Organization
) -> None:
    message, _mail = mail_about(bob_enrolment, Kind.PROPOSAL, [post])
    assert message.reply_to == ""

    MemberFactory.create(organization=acme, is_owner=True, user__email="olga@acme.example")
    message, _mail = mail_about(bob_enrolment, Kind.PROPOSAL, [post])
    assert message.reply_to == "olga@acme.example"


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_one_query_whatever_its_size(
    bob_enrolment: Enrolment, post: Post, count: int, django_assert_num_queries: Any
) -> None:
    batch = [approached(bob_enrolment, Kind.PROPOSAL, [post])]
    for _number in range(count - 1):
        member = MemberFactory.create(organization=bob_enrolment.organization)
        enrolment = EnrolmentFactory.create(programme=bob_enrolment.programme, member=member)
        batch.append(approached(enrolment, Kind.PROPOSAL, [post]))

    with django_assert_num_queries(1):
        messages = compose_approaches(batch)

    assert len({message.key for message in messages}) == count


def test_what_is_kept_can_be_rendered_later(bob_enrolment: Enrolment, post: Post) -> None:
    AngleFactory.create(post=post)
    message, mail = mail_about(bob_enrolment, Kind.PROPOSAL, [post])

    message.save()

    kept = OutgoingMessage.objects.get()
    assert (kept.text, kept.html) == ("", "")
    assert content_of(kept) == mail

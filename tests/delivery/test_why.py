"""Why somebody gets this, in the app and from a mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import escape

from tests.delivery.conftest import TUESDAY
from tests.factories import AskFactory, MemberFactory, UnitFactory
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.tokens import answer_url, why_url
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post

BUDGET = (
    "Over all channels together we turn to you at most 2 times a week, and only in your own hours."
)
SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def on_tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def ask(post: Post, bob_enrolment: Enrolment, alice: Member) -> Ask:
    Post.objects.filter(pk=post.pk).update(created_by=alice)
    return AskFactory.create(post=post, enrolment=bob_enrolment, offered_at=TUESDAY)


def test_it_says_topic_audience_language_maker_rhythm_and_budget(
    ask: Ask, bob: Member, client_as: SignIn
) -> None:
    page = client_as(bob).get(f"/o/acme/asks/{ask.pk}/why/").content.decode()

    for sentence in (
        "You follow the topic Heat networks.",
        "It is meant for everybody who follows the topic.",
        "Alice Editor made it, and it went live on 24 November 2026.",
        "You chose to hear from us every week.",
        f"{BUDGET} This week it was 0 times.",
    ):
        assert f"<li>{escape(sentence)}</li>" in page


def test_it_says_more_when_there_is_more(
    ask: Ask, bob: Member, acme: Organization, client_as: SignIn
) -> None:
    unit = UnitFactory.create(organization=acme, name="Heat")
    Member.objects.filter(pk=bob.pk).update(unit=unit)
    reviewer = MemberFactory.create(organization=acme, user__name="Carol Second")
    Post.objects.update(audience_languages=["nl", "en"], urgent=True, reviewed_by=reviewer)
    ask.post.audience_units.add(unit)
    for _ in range(3):
        Approach.objects.create(
            organization=acme, enrolment=ask.enrolment, kind="DIGEST", at=TUESDAY
        )

    page = client_as(bob).get(f"/o/acme/asks/{ask.pk}/why/").content.decode()

    for sentence in (
        "It is meant for Heat, and you work in Heat.",
        "It is meant for who writes in Nederlands or English.",
        "Carol Second read it and approved it.",
        "You did not react to the last ones, so now it is every two weeks at most.",
        "This week it was 3 times.",
        "An editor marked it as urgent. That may happen to you at most 2 times a month.",
    ):
        assert escape(sentence) in page


def test_who_chose_the_app_only_is_told_so(ask: Ask, bob: Member, client_as: SignIn) -> None:
    Enrolment.objects.update(rhythm=Rhythm.IN_APP)

    page = client_as(bob).get(f"/o/acme/asks/{ask.pk}/why/").content.decode()

    assert "You chose to see posts in the app only." in page


def test_from_a_mail_it_needs_no_signing_in(client: Client, ask: Ask) -> None:
    response = client.get(why_url(ask.pk))
    page = response.content.decode()

    assert response.status_code == 200
    assert "You follow the topic Heat networks." in page
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(why_url(ask.pk)[:-2] + "x/").status_code == 404
    assert client.post(why_url(ask.pk)).status_code == 405


def test_not_now_leads_to_it_from_every_channel(client: Client, ask: Ask) -> None:
    page = client.get(answer_url(ask.pk)).content.decode()

    assert f'href="{why_url(ask.pk).removeprefix("http://127.0.0.1:8000")}"' in page


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_others_do_not_learn_that_somebody_was_asked(
    request: pytest.FixtureRequest, ask: Ask, client_as: SignIn, who: str
) -> None:
    client = client_as(request.getfixturevalue(who))

    assert client.get(f"/o/acme/asks/{ask.pk}/why/").status_code == 404


def test_the_card_leads_to_it(ask: Ask, bob: Member, client_as: SignIn) -> None:
    page = client_as(bob).get("/o/acme/").content.decode()

    assert f'href="/o/acme/asks/{ask.pk}/why/"' in page

"""What somebody sees of the texts that are planned for their own account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories import EnrolmentFactory
from tests.shares.planned_cast import LIST, TUESDAY, Make, State, page_of, press
from tests.shares.planned_cast import bob_account as bob_account
from tests.shares.planned_cast import make as make
from tests.shares.planned_cast import tuesday as tuesday
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import NetworkFigures, Publication, Share


def test_the_list_says_what_needs_whom(bob_client: Client, make: Make) -> None:
    make(due_at=TUESDAY + timedelta(days=2), planned=True)
    make(State.REJECTED, problem="refused_text", text="Nobody liked this.")
    make(State.UNKNOWN, problem="no_answer")
    make(State.UNKNOWN, problem="cannot_tell")
    make(State.CANCELLED, ended_at=TUESDAY)
    make(State.PUBLISHED, permalink="https://www.linkedin.com/feed/update/1", ended_at=TUESDAY)

    page = page_of(bob_client)

    needs, _, rest = page.partition("Waits for its moment")
    waits, _, over = rest.partition("The last thirty days")
    assert needs.count('class="card publication publication-needs"') == 2
    assert "LinkedIn does not take this text." in needs
    assert "Look at your profile and tell us; then nothing is posted twice." in needs
    assert waits.count('class="card publication"') == 2
    assert "26 November 2026, 10:10" in waits
    assert "Not certain yet: we look whether it is there" in waits
    assert over.count('class="card publication"') == 2
    assert "https://www.linkedin.com/feed/update/1" in over
    assert "you cancelled it" in over


def test_an_empty_list_asks_nothing(bob_client: Client) -> None:
    page = page_of(bob_client)

    assert "Nothing is planned" in page
    assert "Nothing is required." in page


def test_who_does_not_take_part_has_an_empty_list(
    client_as: Callable[[Member], Client], alice: Member
) -> None:
    assert "Nothing is planned" in page_of(client_as(alice))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    bob_client: Client, make: Make, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make(State.REJECTED, problem="duplicate")

    with django_assert_num_queries(6):  # session, user, member, enrolment, count, page
        page = page_of(bob_client)

    assert page.count("publication-needs") == count


def test_twenty_five_on_a_page(bob_client: Client, make: Make) -> None:
    for _ in range(26):
        make()

    assert page_of(bob_client).count('class="card publication"') == 25
    assert page_of(bob_client, f"{LIST}?page=2").count('class="card publication"') == 1


def test_nobody_sees_what_a_colleague_planned(
    client_as: Callable[[Member], Client], alice: Member, post: Post, make: Make
) -> None:
    publication = make(text="A secret of Bob's.")
    EnrolmentFactory.create(programme=post.programme, member=alice)
    client = client_as(alice)

    assert "A secret of Bob" not in page_of(client)
    for step in ("", "state/", "words/", "correct/"):
        assert client.get(f"{LIST}{publication.pk}/{step}").status_code == 404
    assert press(client, publication, "cancel").status_code == 404


def test_figures_that_the_network_gave(
    bob_client: Client, bob_enrolment: Enrolment, make: Make
) -> None:
    publication = make(State.PUBLISHED, ended_at=TUESDAY, remote_id="1")
    share = Share.objects.create(
        organization_id=publication.organization_id,
        post=publication.post,
        enrolment=bob_enrolment,
        link=publication.link,
        press=publication.press,
        channel="linkedin",
        language="en",
        state=Share.State.CONFIRMED,
    )
    Publication.objects.update(share=share)
    NetworkFigures.objects.create(
        organization_id=share.organization_id,
        share=share,
        source="test",
        reactions=12,
        comments=0,
        fetched_at=TUESDAY,
    )

    page = page_of(bob_client)

    assert "12 reactions · 0 comments · says LinkedIn" in page
    assert " views · " not in page


def test_the_history_is_told_in_words(bob_client: Client, make: Make) -> None:
    publication = make(
        State.REJECTED,
        planned=True,
        due_at=TUESDAY,
        created_at=TUESDAY - timedelta(hours=2),
        handed_over_at=TUESDAY,
        ended_at=TUESDAY + timedelta(seconds=3),
        problem="too_long",
    )

    page = page_of(bob_client, f"{LIST}{publication.pk}/")

    told = page.split("What happened", 1)[1]
    assert told.index("You planned it for Tuesday 24 November 2026, 10:10.") < told.index(
        "We handed your text to LinkedIn."
    )
    assert told.index("We handed your text") < told.index("LinkedIn finds the text too long.")


def test_an_account_that_came_back_is_not_asked_for_again(bob_client: Client, make: Make) -> None:
    """A new connection is another account to us; the text goes on from the share page."""
    publication = make(State.REJECTED, problem="disconnected")
    Publication.objects.filter(pk=publication.pk).update(account=None)

    page = page_of(bob_client)

    assert "Your account is connected again: send this text from the share page." in page
    assert "On to the share page" in page
    assert "Connect again" not in page


def test_an_account_that_is_gone_is_asked_for(bob_client: Client, make: Make) -> None:
    make(State.REJECTED, problem="disconnected")
    Publication.objects.update(account=None)
    ConnectedAccount.objects.all().delete()

    page = page_of(bob_client)

    assert "Connect again, or copy your text and post it yourself." in page
    assert "On to the share page" not in page


def test_why_it_was_not_posted_is_said_once(bob_client: Client, make: Make) -> None:
    make(State.CANCELLED, problem="expired", ended_at=TUESDAY)

    assert page_of(bob_client).count("The proposal is over. Your text was not posted.") == 1


def test_the_last_look_brings_what_stands_below(bob_client: Client, make: Make) -> None:
    publication = make(State.PUBLISHED, remote_id="1", ended_at=TUESDAY)

    page = page_of(bob_client, f"{LIST}{publication.pk}/state/")

    assert '<div class="stack-l" id="after" hx-swap-oob="true">' in page
    assert "It is on LinkedIn." in page
    assert "Take it down from LinkedIn" in page


def test_a_look_in_between_leaves_the_rest_of_the_page(bob_client: Client, make: Make) -> None:
    publication = make(State.SENDING)

    page = page_of(bob_client, f"{LIST}{publication.pk}/state/")

    assert "hx-swap-oob" not in page

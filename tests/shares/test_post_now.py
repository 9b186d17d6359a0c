"""Posting with one press, with an account of one's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import AngleFactory, ShareFactory, TopicFactory
from tests.networks.fixtures import linkedin as linkedin
from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import account as account
from tests.shares.publishing.conftest import proxy as proxy
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import Publication, Share
from vaandel.shares.publishing import publish_due

State = Publication.State
Connect = Callable[..., ConnectedAccount]
Post_ = Callable[..., Any]


@pytest.fixture
def connect(bob_enrolment: Enrolment) -> Connect:
    """An account of Bob's; its tokens are not looked at."""

    def connect_account(channel: str = "linkedin", **values: Any) -> ConnectedAccount:
        return ConnectedAccount.objects.create(
            organization_id=bob_enrolment.organization_id,
            enrolment=bob_enrolment,
            channel=channel,
            remote_id=f"{channel}-1",
            keys_sealed="",
            **{"handle": f"bob on {channel}", **values},
        )

    return connect_account


@pytest.fixture
def send(bob_client: Client, post: Post) -> Post_:
    """Bob presses "Post now"; the answer."""

    def press(channel: str = "linkedin", *, to: str = "post", **fields: Any) -> Any:
        data = {
            "channel": channel,
            "press": str(uuid.uuid4()),
            "disclosure": "en-0",
            "text": "We dug at night.",
        }
        return bob_client.post(f"/o/acme/posts/{post.pk}/share/{to}/", data | fields)

    return press


def page_of(client: Client, post: Post) -> str:
    response = client.get(f"/o/acme/posts/{post.pk}/share/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_main_button_posts_and_the_dialog_is_one_press_away(
    bob_client: Client, post: Post, connect: Connect
) -> None:
    connect(handle="Bob Sharer")

    page = page_of(bob_client, post)

    main = page.split("btn-primary", 1)[1].split("</button>", 1)[0]
    assert f'formaction="/o/acme/posts/{post.pk}/share/post/"' in main
    assert "Post now on LinkedIn" in main
    assert "as Bob Sharer" in page
    assert "Only what you send, when you send it." in page
    assert "Copy text and open LinkedIn" in page
    assert "Vaandel never puts anything online" not in page


def test_an_account_elsewhere_has_a_button_of_its_own(
    bob_client: Client, post: Post, connect: Connect
) -> None:
    connect("mastodon", handle="@bob@mastodon.example")

    page = page_of(bob_client, post)

    assert "Copy text and open LinkedIn" in page.split("btn-primary", 1)[1].split("</button>")[0]
    assert "Also with one press" in page
    assert "Post now on Mastodon" in page
    assert "as @bob@mastodon.example" in page


def test_an_account_that_must_be_connected_again_leaves_the_dialog(
    bob_client: Client, post: Post, connect: Connect
) -> None:
    connect(state=ConnectedAccount.State.RECONNECT)

    page = page_of(bob_client, post)

    assert "LinkedIn asks you to connect your account again." in page
    assert "Post now on LinkedIn" not in page
    assert "Copy text and open LinkedIn" in page.split("btn-primary", 1)[1].split("</button>")[0]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_is_under_way(
    bob_client: Client,
    bob_enrolment: Enrolment,
    post: Post,
    connect: Connect,
    send: Post_,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    connect()
    for number in range(count):
        post.topics.add(TopicFactory.create(programme=post.programme))
        AngleFactory.create(post=post, position=10 + number)
        ShareFactory.create(post=post, enrolment=bob_enrolment)
        send(text=f"Text {number}")

    with django_assert_max_num_queries(10):
        page = page_of(bob_client, post)

    assert page.count("You planned this post for LinkedIn") == count
    assert Publication.objects.count() == count


def test_a_press_leads_to_the_page_that_looks_on(
    bob_client: Client, post: Post, connect: Connect, send: Post_
) -> None:
    connect()

    response = send()

    publication = Publication.objects.get()
    address = f"/o/acme/planned/{publication.pk}/"
    assert response.status_code == 302
    assert response["Location"] == address
    assert (publication.state, publication.planned) == (State.ARMED, False)
    page = bob_client.get(address).content.decode()
    assert "Being posted" in page
    assert f'hx-get="{address}state/?looks=0"' in page
    assert "We dug at night.\n\nI work at Acme." in page


def test_two_presses_are_one_publication(connect: Connect, send: Post_) -> None:
    connect()
    press = str(uuid.uuid4())

    first, second = send(press=press), send(press=press)

    assert first["Location"] == second["Location"]
    assert Publication.objects.count() == 1


def test_other_words_from_the_same_page_are_another_text(connect: Connect, send: Post_) -> None:
    connect()
    press = str(uuid.uuid4())

    send(press=press)
    again = [send(press=press, text="Written anew.")["Location"] for _ in range(2)]

    assert again[0] == again[1]
    texts = Publication.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["We dug at night.", "Written anew."]


def test_it_is_posted_and_the_page_says_where(
    bob_client: Client, account: ConnectedAccount, linkedin: LinkedIn, send: Post_
) -> None:
    address = send()["Location"]

    assert publish_due() == 1

    publication = Publication.objects.get()
    assert publication.state == State.PUBLISHED
    fragment = bob_client.get(f"{address}state/?looks=1").content.decode()
    assert "Posted" in fragment
    assert publication.permalink in fragment
    assert "hx-get" not in fragment
    assert "Clicks on your link appear under My impact." in fragment
    assert Share.objects.get().state == Share.State.CONFIRMED


def test_after_twenty_looks_it_goes_on_by_itself(
    bob_client: Client, connect: Connect, send: Post_
) -> None:
    connect()
    address = send()["Location"]

    last = bob_client.get(f"{address}state/?looks=18").content.decode()
    over = bob_client.get(f"{address}state/?looks=19").content.decode()

    assert 'looks=19"' in last
    assert "hx-get" not in over
    assert "We go on by ourselves" in over
    assert "Look again" in over


def test_whoever_looks_at_a_refusal_hears_what_to_do(
    bob_client: Client, connect: Connect, send: Post_
) -> None:
    connect()
    address = send()["Location"]
    Publication.objects.update(
        state=State.REJECTED, problem="duplicate", problem_detail="content is a duplicate"
    )

    page = bob_client.get(address).content.decode()

    assert "This very text stands on LinkedIn already." in page
    assert "Change a few words and send it again." in page
    assert "LinkedIn says: content is a duplicate" in page
    assert "Change the words" in page
    assert "Post it myself" in page
    assert "Send it again" not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "There is a ___ here"}, "There is still a gap (___) in your text."),
        ({"text": "x" * 3000}, "characters too long for LinkedIn."),
        (
            {"disclosure": "own", "own_disclosure": ""},
            "In this post your employer has to be named.",
        ),
    ],
)
def test_what_cannot_go_comes_back_with_the_text(
    connect: Connect, post: Post, send: Post_, fields: dict[str, str], words: str
) -> None:
    connect()
    Post.objects.filter(pk=post.pk).update(commercial_class="PRODUCT")

    response = send(**fields)

    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert (fields.get("text") or "We dug at night.") in page
    assert Publication.objects.count() == 0


def test_without_an_account_nothing_goes_and_the_text_stays(post: Post, send: Post_) -> None:
    response = send(text="My own words.")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Your LinkedIn account is not connected any more." in page
    assert "My own words." in page


def test_an_account_that_died_meanwhile_is_told_at_once(connect: Connect, send: Post_) -> None:
    connect(state=ConnectedAccount.State.RECONNECT)

    response = send()

    assert response.status_code == 422
    assert "is not connected any more" in response.content.decode()


def test_a_post_that_was_withdrawn_keeps_the_words(
    connect: Connect, post: Post, send: Post_
) -> None:
    connect()
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)

    response = send(text="My own words.")

    page = response.content.decode()
    assert response.status_code == 409
    assert "This post was withdrawn" in page
    assert "My own words." in page


def test_no_more_than_a_hand_can_press(connect: Connect, send: Post_, settings: Any) -> None:
    connect()
    # So that no minute ends meanwhile.
    with time_machine.travel(timezone.now(), tick=False):
        answers = [send().status_code for _ in range(61)]

    assert answers[59:] == [302, 429]


def test_the_card_can_be_left_out(connect: Connect, send: Post_) -> None:
    connect()

    send(card_shown="1")
    send(card_shown="1", with_card="1")
    send()

    cards = Publication.objects.order_by("pk").values_list("with_card", flat=True)
    assert list(cards) == [False, True, True]


def test_nobody_posts_with_somebody_elses_account(
    client_as: Callable[[Member], Client], alice: Member, post: Post, connect: Connect
) -> None:
    connect()
    data = {"channel": "linkedin", "press": str(uuid.uuid4()), "disclosure": "en-0"}

    response = client_as(alice).post(f"/o/acme/posts/{post.pk}/share/post/", data)

    assert response.status_code == 403
    assert Publication.objects.count() == 0


def test_the_words_of_a_publication_come_along_to_the_share_page(
    bob_client: Client, post: Post, connect: Connect, send: Post_
) -> None:
    connect()
    send(text="About the ditch.", disclosure="own", own_disclosure="Acme pays me.")
    publication = Publication.objects.get()

    page = bob_client.get(f"/o/acme/posts/{post.pk}/share/?of={publication.pk}").content.decode()

    assert "\nAbout the ditch.</textarea>" in page
    assert 'value="Acme pays me."' in page


@pytest.mark.parametrize("of", ["0", "abc", "999999999999999999999"])
def test_an_unknown_publication_brings_nothing_along(
    bob_client: Client, post: Post, of: str
) -> None:
    response = bob_client.get(f"/o/acme/posts/{post.pk}/share/?of={of}")

    assert response.status_code == 200
    assert ">\n</textarea>" in response.content.decode()

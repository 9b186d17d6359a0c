"""One press is one share with a link of its own, however it arrives."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.factories import EnrolmentFactory, PostFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Link
from vaandel.organizations.models import Organization
from vaandel.posts.models import Angle, Post
from vaandel.shares.models import Reservation, Share
from vaandel.shares.services import (
    NotYours,
    PostNotLive,
    Words,
    open_share,
    press_of,
    reserve_link,
)
from vaandel.shares.views import composing


def test_a_press_makes_a_share_with_a_link(
    press: Any, post: Post, bob_enrolment: Enrolment
) -> None:
    angle = Angle.objects.get(post=post, position=1)

    response = press(
        "linkedin",
        json=True,
        text="Without the crew this would have failed: thanks",
        angle=angle.pk,
    )

    share = Share.objects.select_related("link").get()
    assert response.json() == {
        "share": share.pk,
        "url": f"http://127.0.0.1:8000/s/{share.link.code}",
        "dialog": "https://www.linkedin.com/sharing/share-offsite/"
        f"?url=http%3A%2F%2F127.0.0.1%3A8000%2Fs%2F{share.link.code}",
        "text": "Without the crew this would have failed: thanks\n\nI work at Acme.",
        "back": response.json()["back"],
    }
    assert "Did you post it?" in response.json()["back"]
    assert (share.enrolment, share.post, share.channel, share.state) == (
        bob_enrolment,
        post,
        "linkedin",
        Share.State.OPENED,
    )
    assert (share.text, share.disclosure) == (
        "Without the crew this would have failed: thanks",
        "I work at Acme.",
    )
    assert share.disclosure_rule == "2026-11-22 NEWS * advised"
    assert (share.language, share.angle) == ("en", angle)
    assert share.edited_share == 0.375


def test_the_link_says_where_from_and_never_who(press: Any, post: Post) -> None:
    angle = Angle.objects.get(post=post, position=1)
    press("bluesky", text="Mine", angle=angle.pk)

    target = urlsplit(Link.objects.get().target_url)

    assert (target.scheme, target.netloc, target.path, target.fragment) == (
        "https",
        "news.example",
        "/heat",
        "top",
    )
    assert parse_qs(target.query) == {
        "id": ["7"],
        "utm_source": ["bluesky"],
        "utm_medium": ["employee-advocacy"],
        "utm_campaign": ["four-kilometres-of-heat"],
        "utm_content": ["2"],
    }


def test_pressing_twice_is_one_share(press: Any) -> None:
    page = str(uuid.uuid4())

    first = press("linkedin", json=True, press=page, text="One").json()
    second = press("linkedin", json=True, press=page, text="One, better").json()

    assert first["share"] == second["share"]
    assert first["url"] == second["url"]
    assert (Share.objects.count(), Link.objects.count()) == (1, 1)
    assert Share.objects.get().text == "One, better"


def test_after_the_answer_the_words_stay(press: Any) -> None:
    page = str(uuid.uuid4())
    press("linkedin", press=page, text="As posted")
    Share.objects.update(state=Share.State.CONFIRMED)

    press("linkedin", press=page, text="Something else")

    assert Share.objects.get().text == "As posted"


def test_another_network_is_another_share(press: Any) -> None:
    page = str(uuid.uuid4())

    urls = {press(key, json=True, press=page, text="Hi").json()["url"] for key in ("x", "linkedin")}

    assert len(urls) == 2
    assert sorted(Share.objects.values_list("channel", flat=True)) == ["linkedin", "x"]
    assert sorted(Link.objects.values_list("channel", flat=True)) == ["linkedin", "x"]


def test_a_reserved_link_becomes_the_link_of_the_share(
    press: Any, bob_client: Client, post: Post
) -> None:
    page = str(uuid.uuid4())
    fields = {"press": page, "channel": "whatsapp"}
    address = f"/o/acme/posts/{post.pk}/share/reserve/"

    reserved = [bob_client.post(address, fields).json()["url"] for _ in range(2)]
    assert (Reservation.objects.count(), Share.objects.count()) == (1, 0)
    opened = press("whatsapp", json=True, press=page, text="Hi").json()["url"]
    again = bob_client.post(address, fields).json()["url"]

    assert {*reserved, opened, again} == {opened}
    assert (Reservation.objects.count(), Share.objects.count(), Link.objects.count()) == (0, 1, 1)


def test_a_reservation_names_a_channel(bob_client: Client, post: Post) -> None:
    address = f"/o/acme/posts/{post.pk}/share/reserve/"

    assert bob_client.post(address, {"press": "x", "channel": "hyves"}).status_code == 422
    assert Link.objects.count() == 0


def test_a_press_of_somebody_else_gives_nothing(press: Any, post: Post, bob_client: Client) -> None:
    page = uuid.uuid4()
    other = EnrolmentFactory.create(programme=post.programme)
    words = Words(channel="linkedin", text="Theirs")
    share = open_share(
        enrolment=other,
        post=post,
        words=words,
        press=press_of(page, "linkedin"),
        at=timezone.now(),
    )

    response = press("linkedin", json=True, press=str(page), text="Mine")

    assert response.status_code == 409
    assert share.link.code not in response.content.decode()
    reserved = bob_client.post(
        f"/o/acme/posts/{post.pk}/share/reserve/", {"press": str(page), "channel": "linkedin"}
    )
    assert reserved.status_code == 409
    share.refresh_from_db()
    assert share.text == "Theirs"


def test_a_press_belongs_to_one_post(post: Post, bob_enrolment: Enrolment) -> None:
    number, now = uuid.uuid4(), timezone.now()
    words = Words(channel="linkedin", text="Hi")
    open_share(enrolment=bob_enrolment, post=post, words=words, press=number, at=now)
    other = PostFactory.create(programme=post.programme)

    with pytest.raises(NotYours):
        open_share(enrolment=bob_enrolment, post=other, words=words, press=number, at=now)


def test_without_scripts_the_press_leads_to_a_page_with_everything(
    press: Any, bob_client: Client
) -> None:
    response = press("whatsapp", text="Hi <b>")

    share = Share.objects.select_related("link").get()
    assert (response.status_code, response["Location"]) == (302, f"/o/acme/shares/{share.pk}/")
    page = bob_client.get(response["Location"]).content.decode()
    assert "\nHi &lt;b&gt;\n\nI work at Acme.\n\nhttp://127.0.0.1:8000/s/" in page
    assert 'href="https://wa.me/?text=Hi%20%3Cb%3E%0A%0AI%20work%20at%20Acme.' in page
    assert 'rel="noopener noreferrer"' in page
    assert "Did you post it?" in page


def test_withdrawn_meanwhile(press: Any, bob_client: Client, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)

    response = press("linkedin", text="My words")

    page = response.content.decode()
    assert response.status_code == 409
    assert "This post was withdrawn" in page
    assert "My words" in page
    assert press("linkedin", json=True).json() == {"problems": [], "over": True}
    reserved = bob_client.post(
        f"/o/acme/posts/{post.pk}/share/reserve/", {"press": str(uuid.uuid4()), "channel": "x"}
    )
    assert (reserved.status_code, reserved.json()) == (409, {"over": True})
    assert (Share.objects.count(), Link.objects.count()) == (0, 0)


def test_services_refuse_what_is_not_live(post: Post, bob_enrolment: Enrolment) -> None:
    words = Words(channel="linkedin", text="Hi")
    number, now = uuid.uuid4(), timezone.now()
    open_share(enrolment=bob_enrolment, post=post, words=words, press=number, at=now)
    Post.objects.filter(pk=post.pk).update(state=Post.State.EXPIRED)
    post.refresh_from_db()

    for another in (number, uuid.uuid4()):
        with pytest.raises(PostNotLive):
            open_share(enrolment=bob_enrolment, post=post, words=words, press=another, at=now)
    with pytest.raises(PostNotLive):
        reserve_link(enrolment=bob_enrolment, post=post, channel="x", press=uuid.uuid4(), at=now)


@pytest.mark.parametrize(
    ("target", "website", "expected"),
    [
        (
            "https://a.example/x?utm_source=news&b=%20c",
            "",
            "https://a.example/x?b=%20c&utm_source=x",
        ),
        ("", "https://acme.example/", "https://acme.example/?utm_source=x"),
        ("", "", "http://127.0.0.1:8000/?utm_source=x"),
    ],
)
def test_where_the_link_leads(
    press: Any, post: Post, acme: Organization, target: str, website: str, expected: str
) -> None:
    Post.objects.filter(pk=post.pk).update(target_url=target)
    Organization.objects.filter(pk=acme.pk).update(website=website)

    press("x", text="Hi")

    assert Link.objects.get().target_url.startswith(f"{expected}&utm_medium=employee-advocacy")


def test_a_very_long_address_goes_without_labels(press: Any, post: Post) -> None:
    address = "https://a.example/" + "x" * 1950
    Post.objects.filter(pk=post.pk).update(target_url=address)

    press("linkedin", text="Hi")

    assert Link.objects.get().target_url == address


def test_a_title_without_latin_letters_still_makes_a_campaign(press: Any, post: Post) -> None:
    Post.objects.filter(pk=post.pk).update(title="مرحبا 👍")

    press("linkedin", text="Hi")

    query = parse_qs(urlsplit(Link.objects.get().target_url).query)
    assert query["utm_campaign"] == [f"post-{post.pk}"]


class Meanwhile:
    """Runs something else in the middle of a service: right after it looked for a reservation."""

    def __init__(self, what: Callable[[], object]) -> None:
        self.what: Callable[[], object] | None = what

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if self.what and sql.startswith("SELECT") and 'FROM "shares_reservation"' in sql:
            what, self.what = self.what, None
            what()
        return found


def test_two_presses_at_the_same_moment(post: Post, bob_enrolment: Enrolment) -> None:
    number, now, shares = uuid.uuid4(), timezone.now(), []

    def send() -> None:
        words = Words(channel="linkedin", text="Hi")
        shares.append(
            open_share(enrolment=bob_enrolment, post=post, words=words, press=number, at=now)
        )

    with connection.execute_wrapper(Meanwhile(send)):
        send()

    assert len(shares) == 2
    assert shares[0] == shares[1] == Share.objects.get()
    assert (Link.objects.count(), Reservation.objects.count()) == (1, 0)


def test_two_reservations_at_the_same_moment(post: Post, bob_enrolment: Enrolment) -> None:
    number, now, links = uuid.uuid4(), timezone.now(), []

    def reserve() -> None:
        links.append(
            reserve_link(enrolment=bob_enrolment, post=post, channel="x", press=number, at=now)
        )

    with connection.execute_wrapper(Meanwhile(reserve)):
        reserve()

    assert links[0] == links[1] == Link.objects.get()
    assert Reservation.objects.count() == 1


def test_nobody_presses_sixty_times_a_minute(press: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "PRESSES_PER_MINUTE", 2)
    cache.clear()

    answers = [press("linkedin", json=json) for json in (True, True, True, False)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json() == {
        "problems": ["That was a lot at once. Try again in a minute."],
        "over": False,
    }
    assert Share.objects.count() == Link.objects.count() == 2


def test_an_address_that_grows_too_long_by_its_labels_stays_as_it_is(
    press: Any, post: Post
) -> None:
    post.target_url = f"https://news.example/{'é' * 320}"
    post.save()

    assert press("linkedin", json=True).status_code == 200

    assert Link.objects.get().target_url == f"https://news.example/{'%C3%A9' * 320}"

"""What goes to Threads, with which card or pictures, and that it goes once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.channels.conformance.bench import a_card, a_picture
from tests.channels.threads.conftest import LINK, Desk
from vaandel.channels.adapter import Evidence, Finding, Kind, Memory, Outgoing, Picture, Trouble

PUBLIC = "https://vaandel.example/media/pipes.jpg"
PUBLISH = ("POST", "/threads_publish")


def seen_at(url: str = PUBLIC, alt: str = "Two red pipes") -> Picture:
    return replace(a_picture(alt), public_url=url)


def refusal(desk: Desk, outgoing: Outgoing | None = None) -> Trouble:
    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)
    return raised.value


def look(desk: Desk, outgoing: Outgoing) -> Finding:
    """By a process that has only what was stored."""
    memory = Memory(json.loads(json.dumps(desk.kept)), desk.kept.update)
    return desk.adapter.look(desk.app, desk.account, outgoing, memory)


def containers(desk: Desk) -> int:
    return len(desk.network.containers)


# What is sent


def test_a_text_with_its_link_inside(desk: Desk) -> None:
    published = desk.adapter.publish(desk.app, desk.account, desk.outgoing(), desk.memory)

    assert desk.sent() == {"media_type": "TEXT", "text": f"Heat\n\n{LINK}"}
    assert published.remote_id == desk.network.posts[0].id
    assert published.permalink == f"https://www.threads.net/@p1/post/{published.remote_id}"


def test_a_card_is_attached_beside_the_text(desk: Desk) -> None:
    desk.publish(desk.outgoing("Heat", card=a_card()))

    assert desk.sent() == {"media_type": "TEXT", "text": "Heat", "link_attachment": LINK}


def test_a_link_is_never_left_out(desk: Desk) -> None:
    desk.publish(desk.outgoing("Heat", pictures=[seen_at()]))

    assert desk.sent() == {"media_type": "TEXT", "text": "Heat", "link_attachment": LINK}


def test_a_text_without_a_link(desk: Desk) -> None:
    outgoing = desk.outgoing("Heat", link="")
    desk.publish(outgoing)

    assert desk.sent() == {"media_type": "TEXT", "text": "Heat"}
    assert look(desk, outgoing).evidence is Evidence.THERE


def test_one_picture_goes_along_with_its_alternative_text(desk: Desk) -> None:
    desk.publish(desk.outgoing(pictures=[seen_at()]))

    assert desk.sent() == {
        "media_type": "IMAGE",
        "text": f"Heat\n\n{LINK}",
        "image_url": PUBLIC,
        "alt_text": "Two red pipes",
    }


def test_several_pictures_are_a_carousel(desk: Desk) -> None:
    desk.publish(desk.outgoing(pictures=[seen_at(), seen_at(f"{PUBLIC}2", "")]))

    first, second = (
        desk.network.containers[number].sent for number in desk.sent()["children"].split(",")
    )
    assert desk.sent()["media_type"] == "CAROUSEL"
    assert first["alt_text"] == "Two red pipes"
    assert second == {
        "is_carousel_item": "true",
        "media_type": "IMAGE",
        "image_url": f"{PUBLIC}2",
    }


def test_a_long_alternative_text_fits(desk: Desk) -> None:
    desk.publish(desk.outgoing(pictures=[seen_at(alt="a" * 1001)]))

    assert desk.sent()["alt_text"] == "a" * 1000


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://vaandel.example/media/pipes.jpg",
        "https://localhost/pipes.jpg",
        "https://vaandel/pipes.jpg",
        "https://192.168.1.4/pipes.jpg",
        "https://[fd00::1]/pipes.jpg",
    ],
)
def test_pictures_that_threads_cannot_reach_stay_here(desk: Desk, url: str) -> None:
    desk.publish(desk.outgoing(pictures=[seen_at(), seen_at(url)]))

    assert desk.sent() == {"media_type": "TEXT", "text": f"Heat\n\n{LINK}"}


def test_pictures_that_threads_did_not_get_are_left_out(desk: Desk) -> None:
    desk.network.settings.downloads = False
    outgoing = desk.outgoing(pictures=[seen_at()])

    trouble = refusal(desk, outgoing)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "processing")

    desk.publish(outgoing)
    assert [post.sent["media_type"] for post in desk.network.posts] == ["TEXT"]


def test_pictures_that_threads_does_not_like_are_for_the_person(desk: Desk) -> None:
    said = {"id": "1", "status": "ERROR", "error_message": "INVALID_ASPECT_RATIO"}
    desk.network.fail_next("GET", "fields=status", status=200, body=json.dumps(said))
    trouble = refusal(desk, desk.outgoing(pictures=[seen_at()]))

    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "refused_media")
    assert trouble.detail == "INVALID_ASPECT_RATIO"


# Once


@pytest.mark.parametrize("pictures", [1, 2])
def test_what_is_not_ready_is_published_later_from_the_same_container(
    desk: Desk, pictures: int
) -> None:
    desk.network.settings.container_seconds = 30.0
    outgoing = desk.outgoing(pictures=[seen_at(f"{PUBLIC}{n}") for n in range(pictures)])

    for _ in range(pictures):
        trouble = refusal(desk, outgoing)
        assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "processing")
        assert trouble.retry_at is not None
        desk.network.skip(31)
    desk.publish(outgoing)

    assert len(desk.network.posts) == 1
    assert containers(desk) == (1 if pictures == 1 else 3)


def test_a_text_that_is_not_ready_either(desk: Desk) -> None:
    desk.network.settings.text_seconds = 30.0
    outgoing = desk.outgoing()
    assert refusal(desk, outgoing).code == "processing"
    assert refusal(desk, outgoing).code == "processing"

    desk.network.skip(31)
    desk.publish(outgoing)
    assert containers(desk) == 1


def test_a_container_that_is_too_old_is_made_anew(desk: Desk) -> None:
    outgoing = desk.outgoing()
    desk.network.fail_next(*PUBLISH, status=429)
    assert refusal(desk, outgoing).kind is Kind.THROTTLED
    desk.network.skip(86_401)

    trouble = refusal(desk, outgoing)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "fault_there")
    desk.publish(outgoing)
    assert (containers(desk), len(desk.network.posts)) == (2, 1)


def test_other_words_have_a_container_of_their_own(desk: Desk) -> None:
    desk.network.fail_next(*PUBLISH, status=400)
    assert refusal(desk).kind is Kind.REJECTED

    desk.publish(desk.outgoing(f"Warmth\n\n{LINK}"))
    assert [post.text for post in desk.network.posts] == [f"Warmth\n\n{LINK}"]


def test_published_before_is_found_and_not_published_again(desk: Desk) -> None:
    outgoing = desk.outgoing()
    number = desk.publish(outgoing)

    assert desk.publish(outgoing) == number
    assert len(desk.network.posts) == 1


def test_published_before_and_taken_away_is_a_doubt(desk: Desk) -> None:
    outgoing = desk.outgoing()
    desk.adapter.delete(desk.app, desk.account, desk.publish(outgoing))

    trouble = refusal(desk, outgoing)
    assert (trouble.kind, trouble.code) == (Kind.UNKNOWN, "no_answer")
    with pytest.raises(Trouble) as raised:
        look(desk, outgoing)
    assert raised.value.kind is Kind.UNKNOWN


def test_published_while_threads_said_not_found(desk: Desk) -> None:
    """A first request that came through late: the second one is told that nothing is there."""
    outgoing = desk.outgoing()
    body = '{"error": {"message": "The requested resource does not exist", "code": 24}}'
    desk.network.fail_next(*PUBLISH, status=400, body=body, after=True)

    assert desk.publish(outgoing) == desk.network.posts[0].id


@pytest.mark.parametrize("kind", ["lost", "cut", "refuse"])
@pytest.mark.parametrize("card", [True, False])
def test_exactly_one_post_whatever_was_lost(desk: Desk, kind: str, card: bool) -> None:
    outgoing = desk.outgoing("Heat", card=a_card()) if card else desk.outgoing()
    desk.proxy.order(kind, *PUBLISH)
    trouble = refusal(desk, outgoing)
    assert (trouble.kind, trouble.code) == (Kind.UNKNOWN, "no_answer")

    finding = look(desk, outgoing)

    assert finding.evidence is (Evidence.NOT_THERE if kind == "refuse" else Evidence.THERE)
    if finding.published is None:
        desk.publish(outgoing)
        finding = look(desk, outgoing)
    (post,) = desk.network.live
    assert finding.published is not None
    assert finding.published.remote_id == post.id
    assert finding.published.permalink == f"https://www.threads.net/@p1/post/{post.id}"
    assert containers(desk) == 1


def test_a_lost_container_is_no_post(desk: Desk) -> None:
    desk.proxy.order("lost", "POST", "/threads$")
    trouble = refusal(desk)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "unreachable")

    assert look(desk, desk.outgoing()) == Finding(evidence=Evidence.NOT_THERE)


@pytest.mark.parametrize("skipped", [0, 86_401])
def test_a_container_that_waits_or_is_over_was_not_published(desk: Desk, skipped: int) -> None:
    outgoing = desk.outgoing()
    desk.proxy.order("refuse", *PUBLISH)
    refusal(desk, outgoing)
    desk.network.skip(skipped)

    assert look(desk, outgoing) == Finding(evidence=Evidence.NOT_THERE)


def test_a_container_that_is_worked_on_is_looked_at_again(desk: Desk) -> None:
    desk.network.settings.text_seconds = 60.0
    outgoing = desk.outgoing()
    refusal(desk, outgoing)

    with pytest.raises(Trouble) as raised:
        look(desk, outgoing)
    assert raised.value.kind is Kind.UNKNOWN


def test_a_container_that_nobody_knows_tells_nothing(desk: Desk) -> None:
    desk.kept = {"container": "99"}

    assert look(desk, desk.outgoing()) == Finding(evidence=Evidence.CANNOT_TELL)


def test_posts_of_others_are_not_ours(desk: Desk) -> None:
    desk.publish(desk.outgoing("Other\n\nhttps://go.acme.example/b/Zz9q1R"))
    body = json.dumps({"data": ["odd", {"id": "1", "text": "Hello"}]})
    desk.network.fail_next("GET", "/threads[?]fields", status=200, body=body)
    desk.kept = {"container": "99"}

    assert look(desk, desk.outgoing()) == Finding(evidence=Evidence.CANNOT_TELL)


def test_it_stands_there_even_if_its_address_is_not_told(desk: Desk) -> None:
    desk.network.fail_next("GET", "fields=permalink", status=503)
    published = desk.adapter.publish(desk.app, desk.account, desk.outgoing(), desk.memory)

    assert (published.remote_id, published.permalink) == (desk.network.posts[0].id, "")


@pytest.mark.parametrize("body", ["{}", "[]", '{"id": "odd"}'])
def test_a_good_answer_without_a_number_is_a_doubt(desk: Desk, body: str) -> None:
    desk.network.fail_next(*PUBLISH, status=200, body=body)

    assert refusal(desk).kind is Kind.UNKNOWN


@pytest.mark.parametrize("body", ["{}", "[]", '{"id": "odd"}'])
def test_a_container_without_a_number_is_none(desk: Desk, body: str) -> None:
    desk.network.fail_next("POST", "/threads$", status=200, body=body)

    assert refusal(desk).kind is Kind.TRANSIENT


def test_taking_down_needs_its_permission(desk: Desk) -> None:
    number = desk.publish()
    scopes = ("threads_basic", "threads_content_publish")
    without = desk.connected(scopes)
    for account in (without, replace(without, scopes=(*scopes, "threads_delete"))):
        with pytest.raises(Trouble) as raised:
            desk.adapter.delete(desk.app, account, number)
        assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "cannot_delete")
    assert len(desk.network.live) == 1


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ({"code": 9, "error_subcode": 2207042}, Kind.THROTTLED, "daily_limit"),
        ({"code": 190}, Kind.RECONNECT, "dead_tokens"),
    ],
)
def test_a_refusal_to_take_down_is_told(
    desk: Desk, said: dict[str, Any], kind: Kind, code: str
) -> None:
    number = desk.publish()
    desk.network.fail_next("DELETE", number, status=400, body=json.dumps({"error": said}))

    with pytest.raises(Trouble) as raised:
        desk.adapter.delete(desk.app, desk.account, number)

    assert (raised.value.kind, raised.value.code) == (kind, code)

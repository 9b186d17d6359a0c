"""What goes to LinkedIn, and that nothing goes there twice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.conformance.bench import a_card, a_document, a_picture, png
from tests.channels.linkedin.conftest import LINK, Desk
from vaandel.channels.adapter import Card, Kind, Trouble


def sent(desk: Desk) -> dict[str, Any]:
    return desk.network.posts[-1].sent


def test_a_post_is_public_and_of_the_member(desk: Desk) -> None:
    published = desk.adapter.publish(
        desk.app, desk.account, desk.outgoing("Heat (now)"), desk.memory
    )

    assert sent(desk) == {
        "author": "urn:li:person:p1",
        "commentary": r"Heat \(now\)",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    assert published.remote_id == desk.network.posts[0].id
    assert published.permalink == f"https://www.linkedin.com/feed/update/{published.remote_id}/"


def test_both_kinds_of_names_are_known(desk: Desk) -> None:
    desk.network.settings.urn_kind = "ugcPost"
    urn = desk.publish()

    assert urn.startswith("urn:li:ugcPost:")
    desk.adapter.delete(desk.app, desk.account, urn)
    assert desk.network.live == []


def test_a_card_has_its_picture_uploaded_once(desk: Desk) -> None:
    urn = desk.publish(desk.outgoing("Heat", card=a_card()))

    (name,) = desk.network.media
    assert sent(desk)["content"] == {
        "article": {
            "source": LINK,
            "title": "Heat for 900 homes",
            "description": "How",
            "thumbnail": name,
        }
    }
    assert desk.network.media[name].body == png()
    assert urn


def test_a_card_needs_no_picture(desk: Desk) -> None:
    desk.publish(desk.outgoing("Heat", card=Card(url=LINK, title="Heat")))

    assert sent(desk)["content"] == {"article": {"source": LINK, "title": "Heat"}}


def test_one_picture_several_pictures_and_a_document_have_their_own_forms(desk: Desk) -> None:
    desk.publish(desk.outgoing("One", pictures=[a_picture("A pipe")]))
    assert list(sent(desk)["content"]) == ["media"]
    assert sent(desk)["content"]["media"]["altText"] == "A pipe"

    desk.publish(desk.outgoing("Two", pictures=[a_picture("A pipe"), a_picture("A street")]))
    images = sent(desk)["content"]["multiImage"]["images"]
    assert [image["altText"] for image in images] == ["A pipe", "A street"]

    desk.publish(desk.outgoing("Three", document=a_document()))
    assert sent(desk)["content"]["media"]["title"] == "Heat in nine pages"
    assert ":document:" in sent(desk)["content"]["media"]["id"]


def test_a_picture_without_an_alternative_text(desk: Desk) -> None:
    desk.publish(desk.outgoing(pictures=[a_picture("")]))

    assert list(sent(desk)["content"]["media"]) == ["id"]


def test_too_early_means_later_with_the_same_upload(desk: Desk) -> None:
    desk.network.settings.media_seconds = 30.0
    outgoing = desk.outgoing("Heat", document=a_document())

    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)
    assert (raised.value.kind, raised.value.code) == (Kind.TRANSIENT, "processing")
    assert raised.value.retry_at is not None
    assert desk.network.posts == []

    desk.network.skip(31)
    desk.publish(outgoing)
    assert len(desk.network.posts) == 1
    assert len(desk.network.media) == 1
    assert desk.asked("initializeUpload") == 1


def test_an_upload_whose_answer_was_lost_is_done_again(desk: Desk) -> None:
    outgoing = desk.outgoing("Heat", pictures=[a_picture("One"), a_picture("Two")])
    desk.proxy.order("lost", "PUT", "/dms-uploads/")

    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)
    assert raised.value.kind is Kind.TRANSIENT
    assert desk.network.posts == []

    desk.publish(outgoing)
    assert len(desk.network.posts) == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "code"),
    [
        ("POST", "initializeUpload", 503, Kind.TRANSIENT, "fault_there"),
        ("POST", "initializeUpload", 401, Kind.RECONNECT, "dead_tokens"),
        ("PUT", "dms-uploads", 503, Kind.TRANSIENT, "fault_there"),
        ("PUT", "dms-uploads", 302, Kind.TRANSIENT, "fault_there"),
        ("PUT", "dms-uploads", 400, Kind.REJECTED, "refused_media"),
        ("PUT", "dms-uploads", 413, Kind.REJECTED, "refused_media"),
        ("PUT", "dms-uploads", 401, Kind.RECONNECT, "dead_tokens"),
        ("PUT", "dms-uploads", 429, Kind.THROTTLED, "throttled"),
    ],
)
def test_a_refused_upload_posts_nothing(
    desk: Desk, method: str, path: str, status: int, kind: Kind, code: str
) -> None:
    desk.network.fail_next(method, path, status=status)

    with pytest.raises(Trouble) as raised:
        desk.publish(desk.outgoing("Heat", card=a_card()))

    assert (raised.value.kind, raised.value.code) == (kind, code)
    assert desk.network.posts == []


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '{"value": {"image": "urn:li:image:1"}}',
        '{"value": {"image": "urn:li:image:1", "uploadUrl": "https://elsewhere.example/"}}',
        '{"value": {"image": "urn:li:image:1", "uploadUrl": "https://evil-linkedin.com/"}}',
        '{"value": {"image": "urn:li:image:1", "uploadUrl": "http://x.linkedin.com/"}}',
    ],
)
def test_the_token_goes_to_addresses_of_linkedin_only(desk: Desk, body: str) -> None:
    desk.network.fail_next("POST", "initializeUpload", status=200, body=body)

    with pytest.raises(Trouble) as raised:
        desk.publish(desk.outgoing("Heat", card=a_card()))

    assert (raised.value.kind, raised.value.code) == (Kind.TRANSIENT, "fault_there")


def test_a_correction_replaces_the_text_to_the_letter(desk: Desk) -> None:
    urn = desk.publish()

    again = desk.adapter.correct(desk.app, desk.account, urn, desk.outgoing("Heat (again)"))

    assert again.remote_id == urn
    assert [post.text for post in desk.network.live] == ["Heat (again)"]


def test_what_is_gone_cannot_be_corrected(desk: Desk) -> None:
    urn = desk.publish()
    desk.adapter.delete(desk.app, desk.account, urn)

    with pytest.raises(Trouble) as raised:
        desk.adapter.correct(desk.app, desk.account, urn, desk.outgoing("Again"))

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "cannot_correct")


def test_a_fault_while_changing_may_be_tried_again(desk: Desk) -> None:
    urn = desk.publish()
    for act in (
        lambda: desk.adapter.correct(desk.app, desk.account, urn, desk.outgoing("Again")),
        lambda: desk.adapter.delete(desk.app, desk.account, urn),
    ):
        desk.network.fail_next("*", "/rest/posts/urn", status=503)
        with pytest.raises(Trouble) as raised:
            act()
        assert (raised.value.kind, raised.value.code) == (Kind.TRANSIENT, "fault_there")


def test_what_was_never_there_is_taken_down(desk: Desk) -> None:
    desk.adapter.delete(desk.app, desk.account, "urn:li:share:1")

    assert desk.asked("/rest/posts/urn%3Ali%3Ashare%3A1") == 1

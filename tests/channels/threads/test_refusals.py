"""Each refusal of Threads has a meaning of its own, and posts nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.threads.conftest import LINK, Desk
from vaandel.channels.adapter import Kind, Trouble


def refusal(desk: Desk, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as raised:
        desk.publish(desk.outgoing(**more))
    return raised.value


@pytest.mark.parametrize("status", [400, 401])
def test_a_token_that_the_person_removed(desk: Desk, status: int) -> None:
    desk.network.settings.token_status = status
    desk.network.revoke_all("p1")
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")


def test_a_token_after_sixty_days(desk: Desk) -> None:
    desk.network.skip(61 * 86_400)
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")


def test_a_token_that_may_not_post(desk: Desk) -> None:
    desk.account = desk.connected(("threads_basic",))
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "missing_scope")


@pytest.mark.parametrize("text", ["é" * 501, "👍" * 126])
def test_a_text_that_is_too_long(desk: Desk, text: str) -> None:
    trouble = refusal(desk, text=text)

    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "too_long")


def test_a_text_that_just_fits(desk: Desk) -> None:
    desk.publish(desk.outgoing(text="👍" * 125, link=""))

    assert desk.network.posts[0].text == "👍" * 125


def test_five_links_are_the_most(desk: Desk) -> None:
    links = " ".join(f"https://acme.example/{number}" for number in range(5))
    trouble = refusal(desk, text=f"{links} {LINK}")
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "too_many_links")

    links = " ".join(links.split()[:4])
    desk.publish(desk.outgoing(text=f"{links} {LINK}"))
    assert len(desk.network.posts) == 1


def test_250_posts_in_a_day(desk: Desk) -> None:
    desk.network.settings.most_posts_a_day = 0
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.THROTTLED, "daily_limit")
    assert trouble.retry_at is not None
    assert timedelta(minutes=59) < trouble.retry_at - timezone.now() <= timedelta(hours=1)


@pytest.mark.parametrize("step", ["/threads$", "/threads_publish"])
@pytest.mark.parametrize(
    ("status", "error", "kind", "code"),
    [
        (400, {"code": 4}, "throttled", "throttled"),
        (403, {"code": 17}, "throttled", "throttled"),
        (400, {"code": 32}, "throttled", "throttled"),
        (400, {"code": 613}, "throttled", "throttled"),
        (429, {}, "throttled", "throttled"),
        (400, {"code": 9, "error_subcode": 2207042}, "throttled", "daily_limit"),
        (400, {"code": 190, "error_subcode": 463}, "reconnect", "dead_tokens"),
        (401, {"code": 102}, "reconnect", "dead_tokens"),
        (401, {}, "reconnect", "dead_tokens"),
        (403, {"code": 10}, "reconnect", "missing_scope"),
        (403, {"code": 200}, "reconnect", "missing_scope"),
        (400, {"code": 101}, "configuration", "refused_app"),
        (400, {"code": 368}, "rejected", "not_allowed"),
        (400, {"code": 100, "error_subcode": 2207051}, "rejected", "not_allowed"),
        (400, {"code": 100, "error_subcode": 2207026}, "rejected", "refused_media"),
        (400, {"code": 100, "message": "Param image_url is odd"}, "rejected", "refused_media"),
        (400, {"code": 100, "message": "Something else"}, "rejected", "refused_text"),
        (400, {"code": 506}, "duplicate", "duplicate"),
        (302, {}, "transient", "fault_there"),
    ],
)
def test_refusals(
    desk: Desk, step: str, status: int, error: dict[str, Any], kind: str, code: str
) -> None:
    desk.network.fail_next("POST", step, status=status, body=json.dumps({"error": error}))
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (kind, code)
    assert desk.network.posts == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(500, {}), (503, {"code": 2}), (400, {"code": 1}), (400, {"code": 7, "is_transient": True})],
)
def test_a_fault_is_a_doubt_only_at_the_last_step(
    desk: Desk, status: int, error: dict[str, Any]
) -> None:
    body = json.dumps({"error": error})
    desk.network.fail_next("POST", "/threads$", status=status, body=body)
    trouble = refusal(desk)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "fault_there")

    desk.network.fail_next("POST", "/threads_publish", status=status, body=body)
    trouble = refusal(desk)
    assert (trouble.kind, trouble.code) == (Kind.UNKNOWN, "no_answer")


def test_a_token_that_is_repeated_is_not_shown(desk: Desk) -> None:
    token = desk.account.keys["access_token"]
    error = {"code": 190, "message": f"Malformed access token {token}"}
    body = json.dumps({"error": error})
    desk.network.fail_next("POST", "/threads$", status=400, body=body)

    assert token not in repr(refusal(desk))


@pytest.mark.parametrize("body", ["<html>", "[]", '{"error": "odd"}', '{"error": {"code": "x"}}'])
def test_a_refusal_without_a_reason(desk: Desk, body: str) -> None:
    desk.network.fail_next("POST", "/threads$", status=400, body=body)
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "refused_text")

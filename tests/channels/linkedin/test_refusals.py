"""Each refusal of LinkedIn has a meaning of its own, and posts nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.channels.linkedin.conftest import Desk
from tests.channels.linkedin.harness import an_app
from vaandel.channels.adapter import Kind, Memory, Trouble

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)


def refusal(desk: Desk, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as raised:
        desk.publish(desk.outgoing(**more))
    assert desk.network.posts == []
    return raised.value


def ordered(desk: Desk, status: int, **said: Any) -> Trouble:
    desk.network.fail_next("POST", "/rest/posts$", status=status, body=json.dumps(said))
    return refusal(desk)


def unprocessable(code: str, message: str) -> dict[str, Any]:
    return {"message": message, "errorDetails": {"inputErrors": [{"code": code}]}}


def test_a_token_that_the_member_revoked(desk: Desk) -> None:
    desk.network.revoke_all("p1")
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")


def test_a_token_after_sixty_days(desk: Desk) -> None:
    desk.network.skip(61 * 86400)
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "dead_tokens")


def test_a_token_that_may_not_post(desk: Desk) -> None:
    desk.account = desk.connected(("openid", "profile"))
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "missing_scope")


def test_somebody_elses_name(desk: Desk) -> None:
    trouble = ordered(desk, 403, message="fields [/author]", serviceErrorCode=42)

    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "not_allowed")


@pytest.mark.parametrize("version", ["202501", "203001", "July"])
def test_a_version_that_is_not_served(desk: Desk, version: str) -> None:
    desk.app = an_app(api_version=version)
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.CONFIGURATION, "old_version")


def test_a_version_of_the_organisation_is_used(desk: Desk) -> None:
    desk.app = an_app(api_version="202609")
    desk.publish()

    assert desk.network.requests[-1].headers["linkedin-version"] == "202609"


def test_a_text_that_is_too_long(desk: Desk) -> None:
    trouble = refusal(desk, text="é" * 3001)

    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "too_long")


def test_a_text_of_3000_reserved_characters_fits(desk: Desk) -> None:
    desk.publish(desk.outgoing(text="_" * 3000))

    assert desk.network.posts[0].text == "_" * 3000


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (422, unprocessable("INVALID_FIELD", "ERROR :: /commentary"), "rejected", "refused_text"),
        (422, unprocessable("INVALID_FIELD", "ERROR :: /content"), "rejected", "refused_media"),
        (422, unprocessable("MEDIA_ASSET_BROKEN", "No"), "rejected", "refused_media"),
        (422, unprocessable("MEDIA_ASSET_WAITING_UPLOAD", "No"), "transient", "processing"),
        (422, {"errorDetails": {"inputErrors": "odd"}}, "rejected", "refused_text"),
        (422, {"errorDetails": {"inputErrors": ["odd"]}}, "rejected", "refused_text"),
        (400, {"code": "VERSION_MISSING"}, "configuration", "old_version"),
        (400, {"code": "ILLEGAL_ARGUMENT"}, "rejected", "refused_text"),
        (413, {}, "rejected", "refused_media"),
        (301, {}, "transient", "fault_there"),
        (401, {"serviceErrorCode": 65601}, "reconnect", "dead_tokens"),
        (401, {"serviceErrorCode": 65602}, "reconnect", "dead_tokens"),
        (500, {"message": "Internal"}, "unknown", "no_answer"),
        (504, {}, "unknown", "no_answer"),
        (201, {}, "unknown", "no_answer"),
    ],
)
def test_other_refusals(
    desk: Desk, status: int, said: dict[str, Any], kind: str, code: str
) -> None:
    trouble = ordered(desk, status, **said)

    assert (trouble.kind, trouble.code) == (kind, code)


def test_an_answer_that_is_no_object(desk: Desk) -> None:
    desk.network.fail_next("POST", "/rest/posts$", status=403, body='["no"]')
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code, trouble.detail) == (
        Kind.REJECTED,
        "not_allowed",
        '["no"]',
    )


def test_the_same_text_again_says_which_post_it_is(desk: Desk) -> None:
    outgoing = desk.outgoing()
    urn = desk.publish(outgoing)

    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)

    trouble = raised.value
    assert (trouble.kind, trouble.code, trouble.remote_id) == (Kind.DUPLICATE, "duplicate", urn)


def test_the_same_text_of_another_publication_is_not_ours(desk: Desk) -> None:
    outgoing = desk.outgoing()
    urn = desk.publish(outgoing)
    desk.memory = Memory({}, desk.kept.update)

    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)

    trouble = raised.value
    assert (trouble.kind, trouble.code, trouble.remote_id) == (Kind.DUPLICATE, "duplicate", "")
    assert urn in trouble.detail
    assert desk.kept["body"] == ""


def test_a_deleted_post_still_counts_as_said(desk: Desk) -> None:
    outgoing = desk.outgoing()
    urn = desk.publish(outgoing)
    desk.adapter.delete(desk.app, desk.account, urn)

    with pytest.raises(Trouble) as raised:
        desk.publish(outgoing)
    assert raised.value.kind is Kind.DUPLICATE

    desk.network.skip(25 * 3600)
    assert desk.publish(outgoing) != urn


def test_after_150_posts_it_goes_on_at_midnight_in_utc(desk: Desk) -> None:
    desk.network.settings.most_posts_a_day = 1
    desk.publish(desk.outgoing("One"))

    with time_machine.travel(NOON, tick=False):
        desk.network.today = {("urn:li:person:p1", int(desk.network.now() // 86400)): 1}
        with pytest.raises(Trouble) as raised:
            desk.publish(desk.outgoing("Two"))

    trouble = raised.value
    assert (trouble.kind, trouble.code, trouble.retry_at) == (
        Kind.THROTTLED,
        "daily_limit",
        MIDNIGHT,
    )


def test_the_limit_of_the_application_is_not_the_persons(desk: Desk) -> None:
    said = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
    with time_machine.travel(NOON, tick=False):
        trouble = ordered(desk, 429, message=said)

    assert (trouble.kind, trouble.code, trouble.retry_at) == (
        Kind.THROTTLED,
        "throttled",
        MIDNIGHT,
    )


def test_too_many_at_once_comes_back_when_linkedin_says(desk: Desk) -> None:
    desk.network.fail_next("POST", "/rest/posts$", status=429, headers={"Retry-After": "600"})
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.THROTTLED, "throttled")
    assert trouble.retry_at is not None
    assert abs(trouble.retry_at - timezone.now() - timedelta(minutes=10)) < timedelta(seconds=5)


def test_linkedin_out_of_reach_has_posted_nothing(desk: Desk, settings: Any) -> None:
    settings.NETWORK_ADDRESSES = {"LINKEDIN_API": "http://127.0.0.1:9"}
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1:9"]
    trouble = refusal(desk)

    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "unreachable")

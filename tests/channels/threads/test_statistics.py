"""Figures of posts at Threads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.channels.threads.conftest import Desk
from vaandel.channels.adapter import Figures, Kind, Trouble
from vaandel.channels.threads.statistics import SOURCE

ALL = {"views": 90, "likes": 12, "replies": 3, "reposts": 0, "quotes": 1, "shares": 4}
READ = Figures(source=SOURCE, views=90, reactions=12, comments=3, reposts=0, quotes=1)


def figures(desk: Desk, *numbers: str) -> Any:
    return desk.adapter.figures(desk.app, desk.account, numbers)


def test_figures_are_read(desk: Desk) -> None:
    number = desk.publish()
    desk.network.metrics[number] = ALL

    assert figures(desk, number) == {number: READ}


def test_what_is_not_told_is_not_nought(desk: Desk) -> None:
    number = desk.publish()
    desk.network.metrics[number] = {"likes": 0}

    assert figures(desk, number) == {number: Figures(source=SOURCE, reactions=0)}


def test_a_total_is_read_too(desk: Desk) -> None:
    number = desk.publish()
    data = [
        {"name": "views", "total_value": {"value": 5}},
        {"name": "likes", "values": []},
        {"name": "replies", "values": [{"value": "many"}]},
        "odd",
    ]
    desk.network.fail_next("GET", "/insights", status=200, body=json.dumps({"data": data}))

    assert figures(desk, number) == {number: Figures(source=SOURCE, views=5)}


@pytest.mark.parametrize("body", ["[]", "{}", '{"data": {}}'])
def test_an_odd_answer_has_no_figures(desk: Desk, body: str) -> None:
    number = desk.publish()
    desk.network.fail_next("GET", "/insights", status=200, body=body)

    assert figures(desk, number) == {number: Figures(source=SOURCE)}


def test_without_the_permission_nobody_is_asked(desk: Desk) -> None:
    number = desk.publish()
    desk.account = desk.connected(("threads_basic", "threads_content_publish"))
    asked = len(desk.network.requests)

    with pytest.raises(Trouble) as raised:
        figures(desk, number)

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "no_figures")
    assert len(desk.network.requests) == asked


def test_a_post_that_is_gone(desk: Desk) -> None:
    number = desk.publish()
    desk.adapter.delete(desk.app, desk.account, number)

    assert figures(desk, number) == {number: None}


def test_what_was_read_before_a_fault_stays(desk: Desk) -> None:
    first = desk.publish(desk.outgoing("One", link=""))
    second = desk.publish(desk.outgoing("Two", link=""))
    desk.network.metrics = {first: ALL, second: ALL}
    desk.network.fail_next("GET", f"{second}/insights", status=503)

    assert figures(desk, first, second) == {first: READ}


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ({"code": 10}, Kind.REJECTED, "no_figures"),
        ({"code": 190}, Kind.RECONNECT, "dead_tokens"),
        ({"code": 4}, Kind.THROTTLED, "throttled"),
        ({"code": 2}, Kind.TRANSIENT, "fault_there"),
    ],
)
def test_a_refusal_is_told(desk: Desk, error: dict[str, int], kind: Kind, code: str) -> None:
    number = desk.publish()
    body = json.dumps({"error": error})
    desk.network.fail_next("GET", "/insights", status=400, body=body)

    with pytest.raises(Trouble) as raised:
        figures(desk, number)

    assert (raised.value.kind, raised.value.code) == (kind, code)

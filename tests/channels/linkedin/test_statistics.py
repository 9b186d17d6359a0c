"""Figures of posts, where LinkedIn let the organisation's application in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.channels.linkedin.conftest import Desk
from tests.channels.linkedin.harness import SCOPES, an_app
from vaandel.channels.adapter import Figures, Kind, Trouble
from vaandel.channels.linkedin.statistics import SOURCE

ALL = {"IMPRESSION": 900, "REACTION": 12, "COMMENT": 3, "RESHARE": 0, "POST_SAVE": 2}
READ = Figures(source=SOURCE, views=900, reactions=12, comments=3, reposts=0, saves=2)


@pytest.fixture
def reader(desk: Desk) -> Desk:
    desk.account = desk.connected(tuple(SCOPES))
    return desk


def test_without_the_permission_nobody_is_asked(desk: Desk) -> None:
    urn = desk.publish()

    with pytest.raises(Trouble) as raised:
        desk.adapter.figures(desk.app, desk.account, [urn])

    assert (raised.value.kind, raised.value.code) == (Kind.REJECTED, "no_figures")
    assert desk.asked("Analytics") == 0


@pytest.mark.parametrize("value_field", ["count", "value"])
@pytest.mark.parametrize("metric_as", ["string", "object"])
@pytest.mark.parametrize("urn_kind", ["share", "ugcPost"])
def test_figures_are_read_in_every_form(
    reader: Desk, value_field: str, metric_as: str, urn_kind: str
) -> None:
    settings = reader.network.settings
    settings.value_field, settings.metric_as = value_field, metric_as
    settings.urn_kind = urn_kind
    urn = reader.publish()
    reader.network.metrics[urn] = ALL

    assert reader.adapter.figures(reader.app, reader.account, [urn]) == {urn: READ}


def test_what_is_not_told_is_not_nought(reader: Desk) -> None:
    urn = reader.publish()
    reader.network.metrics[urn] = {"IMPRESSION": 0}

    found = reader.adapter.figures(reader.app, reader.account, [urn])

    assert found == {urn: Figures(source=SOURCE, views=0)}


def test_a_version_that_does_not_know_a_figure(reader: Desk) -> None:
    urn = reader.publish()
    reader.network.metrics[urn] = ALL
    reader.app = an_app(api_version="202603")

    found = reader.adapter.figures(reader.app, reader.account, [urn])

    assert found == {urn: replace(READ, saves=None)}


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '{"elements": {}}',
        '{"elements": ["odd"]}',
        '{"elements": [{"count": "many"}]}',
        '{"elements": [{"metricType": "REACTION", "count": 4}]}',
    ],
)
def test_an_odd_answer_is_no_figure(reader: Desk, body: str) -> None:
    urn = reader.publish()
    reader.network.metrics[urn] = ALL
    reader.network.fail_next("GET", "queryType=IMPRESSION", status=200, body=body)

    found = reader.adapter.figures(reader.app, reader.account, [urn])

    assert found == {urn: replace(READ, views=None)}


def test_a_post_that_is_gone(reader: Desk) -> None:
    urn = reader.publish()
    reader.adapter.delete(reader.app, reader.account, urn)

    assert reader.adapter.figures(reader.app, reader.account, [urn]) == {urn: None}


def test_what_was_read_before_a_fault_stays(reader: Desk) -> None:
    first, second = reader.publish(reader.outgoing("One")), reader.publish(reader.outgoing("Two"))
    reader.network.metrics = {first: ALL, second: ALL}
    reader.network.fail_next("GET", second[-3:], status=429)

    assert reader.adapter.figures(reader.app, reader.account, [first, second]) == {first: READ}


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (403, Kind.REJECTED, "no_figures"),
        (401, Kind.RECONNECT, "dead_tokens"),
        (429, Kind.THROTTLED, "throttled"),
        (503, Kind.TRANSIENT, "fault_there"),
        (426, Kind.CONFIGURATION, "old_version"),
    ],
)
def test_a_refusal_is_told(reader: Desk, status: int, kind: Kind, code: str) -> None:
    urn = reader.publish()
    reader.network.fail_next("GET", "Analytics", status=status)

    with pytest.raises(Trouble) as raised:
        reader.adapter.figures(reader.app, reader.account, [urn])

    assert (raised.value.kind, raised.value.code) == (kind, code)

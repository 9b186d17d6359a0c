"""Whatever is written down on the way holds no token and no secret of an application."""

from __future__ import annotations

import logging

import pytest

from tests.channels.conformance.bench import Bench, a_picture
from tests.channels.conformance.harness import Harness


def test_no_secret_is_in_any_log(
    bench: Bench, harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even of the libraries, when everything is to be logged."""
    caplog.set_level(logging.DEBUG)
    account = bench.connect()
    pictures = [a_picture()][: bench.adapter.abilities.pictures]
    published = bench.publish(account, bench.outgoing(pictures=pictures), bench.memory())
    bench.adapter.figures(bench.app, account, [published.remote_id])
    harness.lose_answer()
    bench.refused(
        lambda: bench.publish(account, bench.outgoing("Other words"), bench.memory()), account
    )
    bench.adapter.revoke(bench.app, account)
    bench.no_secret_in(
        *[record.getMessage() for record in caplog.records],
        *[record.exc_text for record in caplog.records if record.exc_text],
        accounts=(account,),
    )


def test_no_secret_is_in_what_is_kept_of_a_publication(bench: Bench) -> None:
    account = bench.connect()
    bench.publish(account, bench.outgoing(pictures=[a_picture()]), bench.memory())
    bench.no_secret_in(bench.kept, accounts=(account,))

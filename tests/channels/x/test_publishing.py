"""What goes to X has a price, and X has many ways to say no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.channels.conformance.bench import Bench, a_picture
from tests.networks.x import X
from vaandel.channels.adapter import Account, Kind, Outgoing, Picture
from vaandel.channels.troubles import TROUBLES
from vaandel.channels.x.adapter import ADAPTER

POST = ("POST", "^/2/tweets$")
UPLOAD = ("POST", "^/2/media/upload$")
PROBLEMS = "https://api.x.com/2/problems/"
Says = Callable[..., None]


@pytest.mark.parametrize(
    ("text", "alts", "price"),
    [
        ("No address", [], 15),
        ("With one https://go.acme.com/a/Kx7p2Q", [], 200),
        ("Bare acme.com", [], 200),
        ("Pictures", ["", "One", "Two"], 25),
        ("https://acme.com and a picture", ["One"], 205),
    ],
)
def test_the_price_is_what_x_takes(
    bench: Bench, account: Account, stub: X, text: str, alts: list[str], price: int
) -> None:
    pictures = [a_picture(alt) for alt in alts]
    outgoing = replace(bench.outgoing(pictures=pictures), text=text)
    before = stub.charged
    bench.publish(account, outgoing, bench.memory())
    assert (ADAPTER.price(outgoing), int((stub.charged - before) * 1000)) == (price, price)


def test_an_address_that_x_may_not_know_is_counted_dear(bench: Bench) -> None:
    link = "https://go.corp.local/a/Kx7p2Q"
    outgoing = replace(bench.outgoing(), text=f"Inside {link}", link=link)
    assert ADAPTER.price(outgoing) == 200


def test_reading_has_a_price(bench: Bench, account: Account, stub: X) -> None:
    ids = [
        bench.publish(account, bench.outgoing(f"Number {each}"), bench.memory()).remote_id
        for each in range(3)
    ]
    before = stub.charged
    ADAPTER.figures(bench.app, account, ids)
    assert ADAPTER.reading_price(3) == int((stub.charged - before) * 1000) == 15


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("a" * 280, True),
        ("a" * 281, False),
        ("熱" * 140, True),
        ("熱" * 141, False),
        ("a" * 256 + " https://go.acme.com/" + "b" * 100, True),
        ("a" * 257 + " https://go.acme.com/" + "b" * 100, False),
    ],
)
def test_280_as_x_counts(bench: Bench, account: Account, stub: X, text: str, taken: bool) -> None:
    outgoing = replace(bench.outgoing(), text=text)
    if taken:
        bench.publish(account, outgoing, bench.memory())
    else:
        trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
        assert trouble.code == "too_long"
        assert not [seen for seen in stub.requests if seen.target == "/2/tweets"]


@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (401, {"title": "Unsupported Authentication"}, "reconnect", "dead_tokens"),
        (401, "", "reconnect", "dead_tokens"),
        (402, {"title": "CreditsDepleted"}, "budget", "no_credit"),
        (403, {"type": PROBLEMS + "usage-capped"}, "budget", "no_credit"),
        (429, {"type": PROBLEMS + "usage-capped"}, "budget", "no_credit"),
        (403, {"type": PROBLEMS + "credits-depleted"}, "budget", "no_credit"),
        (403, {"type": PROBLEMS + "client-forbidden"}, "configuration", "refused_app"),
        (403, {"detail": "You are not permitted"}, "rejected", "not_allowed"),
        (403, {"detail": "Your Tweet text is too long."}, "rejected", "too_long"),
        (400, {"detail": "Your Tweet text is too long."}, "rejected", "too_long"),
        (
            400,
            {"errors": [{"message": "Your media IDs are invalid."}]},
            "rejected",
            "refused_media",
        ),
        (400, {"errors": ["?"], "detail": 7}, "rejected", "refused_text"),
        (429, "", "throttled", "throttled"),
        (302, "", "rejected", "refused_text"),
    ],
)
def test_x_says_no(
    bench: Bench, account: Account, says: Says, status: int, said: Any, kind: str, code: str
) -> None:
    says(*POST, status, said)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (kind, code)
    assert code in TROUBLES


def test_the_money_is_spent_and_the_application_not_enrolled(
    bench: Bench, account: Account, stub: X
) -> None:
    for name, code in (("capped", "no_credit"), ("forbidden", "refused_app")):
        setattr(stub.settings, name, True)
        try:
            trouble = bench.refused(
                lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
            )
        finally:
            setattr(stub.settings, name, False)
        assert trouble.code == code
        assert trouble.detail


def test_a_person_who_did_not_allow_it(bench: Bench, account: Account, says: Says) -> None:
    says(*POST, 403, {"detail": "You are not permitted to perform this action."})
    less = replace(account, scopes=("tweet.read",))
    trouble = bench.refused(lambda: bench.publish(less, bench.outgoing(), bench.memory()), account)
    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "missing_scope")


@pytest.mark.parametrize("who", ["user", "app"])
def test_enough_for_a_day(bench: Bench, account: Account, says: Says, who: str) -> None:
    until = timezone.now() + timedelta(hours=9)
    headers = {
        "x-rate-limit-reset": str(int(timezone.now().timestamp()) + 60),
        f"x-{who}-limit-24hour-remaining": "0",
        f"x-{who}-limit-24hour-reset": str(int(until.timestamp())),
    }
    says(*POST, 429, "", headers=headers)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.THROTTLED, "daily_limit")
    assert trouble.retry_at is not None
    assert abs(trouble.retry_at - until) < timedelta(seconds=2)


def test_more_than_a_hundred_in_a_quarter_of_an_hour(
    bench: Bench, account: Account, stub: X
) -> None:
    stub.settings.posts_a_quarter = 2
    try:
        for each in range(2):
            bench.publish(account, bench.outgoing(f"Number {each}"), bench.memory())
        trouble = bench.refused(
            lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
        )
    finally:
        stub.settings.posts_a_quarter = 100
    assert trouble.retry_at is not None
    assert trouble.retry_at - timezone.now() > timedelta(minutes=14)


@pytest.mark.parametrize("said", ["", "[]", {"data": {}}])
def test_an_answer_that_says_nothing_is_a_doubt(
    bench: Bench, account: Account, says: Says, said: Any
) -> None:
    says(*POST, 201, said)
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.UNKNOWN, "no_answer")


def test_the_same_words_as_an_earlier_post_are_a_duplicate(
    bench: Bench, account: Account, stub: X
) -> None:
    """Not looked for: this publication has not been tried before."""
    bench.publish(account, bench.outgoing(), bench.memory())
    trouble = bench.refused(
        lambda: bench.publish(account, bench.outgoing(), bench.memory()), account
    )
    assert (trouble.kind, trouble.code) == (Kind.DUPLICATE, "duplicate")
    assert stub.charges["read"] == 0


def test_a_duplicate_of_our_own_lost_attempt_is_found(
    bench: Bench, account: Account, stub: X
) -> None:
    outgoing, memory = bench.outgoing(), bench.memory()
    bench.harness.lose_answer()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert bench.publish(account, outgoing, memory).remote_id == stub.live[0].id
    assert len(stub.live) == 1


def test_a_duplicate_that_is_not_found_stays_one(
    bench: Bench, account: Account, says: Says, stub: X
) -> None:
    memory = bench.memory()
    memory.keep(tried=True)
    says(*POST, 403, {"detail": "You are not allowed to create a Tweet with duplicate content."})
    trouble = bench.refused(lambda: bench.publish(account, bench.outgoing(), memory), account)
    assert trouble.kind is Kind.DUPLICATE


@pytest.mark.parametrize("status", [429, 401, 503])
def test_a_duplicate_that_cannot_be_looked_for_is_a_doubt(
    bench: Bench, account: Account, says: Says, status: int
) -> None:
    outgoing, memory = bench.outgoing(), bench.memory()
    bench.harness.lose_answer()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    says("GET", "^/2/users/p1/tweets", status)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert trouble.kind is Kind.UNKNOWN


def test_a_duplicate_behind_many_others_is_a_doubt(
    bench: Bench, account: Account, says: Says
) -> None:
    outgoing, memory = bench.outgoing(), bench.memory()
    bench.harness.lose_answer()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    others = [{"id": str(each), "text": "Other"} for each in range(5)]
    says("GET", "^/2/users/p1/tweets", 200, {"data": others})
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert trouble.kind is Kind.UNKNOWN


# Pictures


@pytest.fixture
def outgoing(bench: Bench) -> Outgoing:
    return bench.outgoing(pictures=[a_picture("One"), a_picture("x" * 1500)])


def test_an_alternative_text_is_cut_where_x_cuts(
    bench: Bench, account: Account, outgoing: Outgoing
) -> None:
    bench.publish(account, outgoing, bench.memory())
    (post,) = bench.harness.standing()
    assert post.alts == ["One", "x" * 1000]


def test_pictures_are_uploaded_once(
    bench: Bench, account: Account, outgoing: Outgoing, stub: X
) -> None:
    memory = bench.memory()
    bench.harness.lose_request()
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    bench.publish(account, outgoing, memory)
    assert len(stub.media) == 2
    assert stub.charges["metadata"] == 2


def test_pictures_that_were_there_for_too_long_go_once_more(
    bench: Bench, account: Account, outgoing: Outgoing, stub: X, says: Says
) -> None:
    memory = bench.memory()
    says(*POST, 429)
    bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    for media in stub.media.values():
        media.until = 0
    trouble = bench.refused(lambda: bench.publish(account, outgoing, memory), account)
    assert (trouble.kind, trouble.code) == (Kind.TRANSIENT, "processing")
    bench.publish(account, outgoing, memory)
    assert len(stub.live) == 1


@pytest.mark.parametrize(
    "picture",
    [
        replace(a_picture(), media_type="image/svg+xml"),
        replace(a_picture(), content=b"\x89PNG" + b"0" * 5_000_000),
    ],
    ids=["kind", "size"],
)
def test_what_x_does_not_take_is_not_sent(
    bench: Bench, account: Account, stub: X, picture: Picture
) -> None:
    outgoing = bench.outgoing(pictures=[picture])
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (Kind.REJECTED, "refused_media")
    assert stub.media == {}


@pytest.mark.parametrize("where", [UPLOAD, ("POST", "^/2/media/metadata$")])
@pytest.mark.parametrize(
    ("status", "said", "kind", "code"),
    [
        (400, {"detail": "No"}, "rejected", "refused_media"),
        (403, {"detail": "No"}, "rejected", "not_allowed"),
        (413, "", "rejected", "refused_media"),
        (503, "", "transient", "fault_there"),
        (429, "", "throttled", "throttled"),
        (401, "", "reconnect", "dead_tokens"),
    ],
)
def test_a_picture_is_refused(
    bench: Bench,
    account: Account,
    outgoing: Outgoing,
    stub: X,
    says: Says,
    where: tuple[str, str],
    status: int,
    said: Any,
    kind: str,
    code: str,
) -> None:
    says(*where, status, said)
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (kind, code)
    assert stub.posts == []


def test_an_upload_that_names_nothing(
    bench: Bench, account: Account, outgoing: Outgoing, says: Says
) -> None:
    says(*UPLOAD, 200, {"data": {}})
    trouble = bench.refused(lambda: bench.publish(account, outgoing, bench.memory()), account)
    assert trouble.kind is Kind.TRANSIENT


def test_a_connection_that_was_made_before_pictures_were_asked_for(
    bench: Bench, account: Account, outgoing: Outgoing, says: Says
) -> None:
    says(*UPLOAD, 403, {"detail": "You are not permitted to perform this action."})
    less = replace(account, scopes=("tweet.write",))
    trouble = bench.refused(lambda: bench.publish(less, outgoing, bench.memory()), account)
    assert (trouble.kind, trouble.code) == (Kind.RECONNECT, "missing_scope")

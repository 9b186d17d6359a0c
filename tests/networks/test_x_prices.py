"""What X charges."""

from __future__ import annotations

from decimal import Decimal

from tests.networks.asking import http
from tests.networks.x import X
from tests.networks.x_person import Person


def test_every_call_has_its_price(x: X) -> None:
    person = Person(x)
    number = person.number("Plain")
    assert x.charged == Decimal("0.015")
    person.post("See https://a.com")
    assert x.charged == Decimal("0.215")
    for _ in range(2):
        person.ask("GET", f"/2/tweets?ids={number}")
    assert x.charged == Decimal("0.220")
    person.ask("GET", "/2/users/p1/tweets")
    assert x.charged == Decimal("0.225")
    person.ask("DELETE", f"/2/tweets/{number}")
    assert x.charged == Decimal("0.235")
    words = {"id": person.picture(), "metadata": {"alt_text": {"text": "A pump"}}}
    person.ask("POST", "/2/media/metadata", json=words)
    assert x.charged == Decimal("0.240")
    person.ask("GET", "/2/users/me")
    assert http.get(f"{x.url}/_stub/charged").json()["charged"] == "0.25"


def test_what_is_refused_is_not_charged_and_the_owner_reads_for_less(x: X) -> None:
    x.settings.owner = "p1"
    person = Person(x)
    number = person.number()
    person.post()
    assert x.charged == Decimal("0.015")
    person.ask("GET", f"/2/tweets?ids={number}")

    assert x.charged == Decimal("0.016")

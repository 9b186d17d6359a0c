"""What editors see of conversions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    ConversionEndpointFactory,
    ConversionFactory,
    LinkFactory,
    UserFactory,
)
from vaandel.links.models import (
    Campaign,
    Conversion,
    ConversionAssist,
    ConversionCorrection,
    ConversionImport,
    Goal,
    Link,
)
from vaandel.organizations.models import Member, Organization

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LIST = "/o/acme/links/conversions/"


@pytest.fixture(autouse=True)
def at_half_past_nine() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def editor(alice: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(alice)


def a_link(acme: Organization, *, people: int = 1, channel: str = "linkedin") -> Link:
    """The first of some links about one thing, each of another colleague."""
    campaign = Campaign.objects.create(
        organization=acme, key=f"post:{channel}{people}", title="Warmth from the canal"
    )
    links = [
        LinkFactory.create(
            organization=acme, campaign=campaign, channel=channel, owner=UserFactory.create()
        )
        for _number in range(people)
    ]
    return links[0]


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- The list ----------------------------------------------------------------------------


def test_the_first_time_there_is_nothing(editor: Client) -> None:
    text = text_of(editor.get(LIST))

    assert "No conversions in the last 90 days" in text
    assert "Links carry no reference yet" in text


def test_the_list_names_the_post_and_nobody(
    editor: Client, acme: Organization, bob: Member
) -> None:
    link = a_link(acme, people=5)
    Link.objects.filter(pk=link.pk).update(owner=bob.user)
    ConversionFactory.create(
        organization=acme,
        goal=Goal.HIRE,
        external_id="H-1",
        link=link,
        value=Decimal("1250.50"),
        currency="EUR",
    )

    response = editor.get(LIST)

    text = text_of(response)
    assert "H-1 Hire 24 November 2026 Warmth from the canal LinkedIn €1,250.50" in text
    assert "Bob" not in text
    assert link.code not in response.content.decode()


def test_a_channel_of_few_people_is_not_named(editor: Client, acme: Organization) -> None:
    ConversionFactory.create(organization=acme, link=a_link(acme, people=4))

    text = text_of(editor.get(LIST))

    assert "Warmth from the canal" in text
    assert "LinkedIn" not in text


def test_last_and_earlier_clicks_stand_apart(editor: Client, acme: Organization) -> None:
    link = a_link(acme)
    both = ConversionFactory.create(organization=acme, goal=Goal.LEAD, link=link)
    ConversionAssist.objects.create(
        organization=acme, conversion=both, link=link, reference="r", at=NOW
    )
    ConversionFactory.create(organization=acme, goal=Goal.LEAD)

    text = text_of(editor.get(LIST))

    assert "Lead 1 1 1 –" in text
    assert "these columns are never added up" in text


def test_filters_keep_what_was_chosen(editor: Client, acme: Organization) -> None:
    ConversionFactory.create(organization=acme, goal=Goal.HIRE, external_id="new-hire")
    ConversionFactory.create(
        organization=acme, external_id="old", happened_at=NOW - timedelta(days=100)
    )
    ConversionFactory.create(organization=acme, external_id="linked", link=a_link(acme))

    def found(query: str) -> list[str]:
        text = text_of(editor.get(LIST + query))
        return [name for name in ("new-hire", "old", "linked") if f" {name} " in text]

    assert found("") == ["new-hire", "linked"]
    assert found("?period=all") == ["new-hire", "old", "linked"]
    assert found("?goal=HIRE") == ["new-hire"]
    assert found("?attributed=yes") == ["linked"]
    assert found("?attributed=no&period=365") == ["new-hire", "old"]
    assert found("?goal=PARTY&period=x&attributed=x&page=x") == ["new-hire", "linked"]
    assert "Nothing found" in text_of(editor.get(LIST + "?goal=SALE"))


def test_the_list_has_pages(editor: Client, acme: Organization) -> None:
    for number in range(26):
        ConversionFactory.create(organization=acme, external_id=f"N-{number:02d}")

    first, second = text_of(editor.get(LIST)), text_of(editor.get(LIST + "?page=2"))

    assert "N-25" in first
    assert "N-00" not in first
    assert "N-00" in second


def test_more_rows_take_no_more_queries(editor: Client, acme: Organization) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            editor.get(LIST)
        return len(found)

    ConversionFactory.create(organization=acme, link=a_link(acme))
    one = queries()
    for channel in ("bluesky", "mastodon"):
        ConversionFactory.create(organization=acme, link=a_link(acme, channel=channel))

    assert queries() == one <= 10


def test_nothing_of_another_organisation(editor: Client, globex: Organization) -> None:
    theirs = ConversionFactory.create(organization=globex, external_id="theirs")
    endpoint = ConversionEndpointFactory.create(organization=globex)
    other_list = ConversionImport.objects.create(organization=globex, filename="x.csv")

    assert "theirs" not in text_of(editor.get(LIST + "?period=all"))
    assert b"theirs" not in editor.get(LIST + "export/?period=all").content
    assert editor.get(f"{LIST}{theirs.pk}/").status_code == 404
    assert editor.post(f"{LIST}{theirs.pk}/correct/").status_code == 404
    assert editor.get(f"{LIST}endpoints/{endpoint.pk}/").status_code == 404
    assert editor.get(f"{LIST}import/{other_list.pk}/").status_code == 404


def test_the_file_holds_what_the_page_shows(editor: Client, acme: Organization) -> None:
    link = a_link(acme, people=5)
    Campaign.objects.update(title="=cmd")
    ConversionFactory.create(
        organization=acme,
        goal=Goal.SALE,
        external_id="=1+1",
        link=link,
        reference="ref-1",
        value=5,
        currency="EUR",
    )
    ConversionFactory.create(organization=acme, external_id="A-1", withdrawn_at=NOW)

    response = editor.get(LIST + "export/?period=30")

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").splitlines() == [
        "goal,id,date,value,currency,campaign,channel,source,withdrawn",
        "application,A-1,2026-11-24T09:30:00+00:00,,,,,postback,yes",
        "sale,'=1+1,2026-11-24T09:30:00+00:00,5.00,EUR,'=cmd,linkedin,postback,",
    ]


# --- One conversion ----------------------------------------------------------------------


def corrected(conversion: Conversion, **changed: str) -> dict[str, str]:
    return {
        "goal": conversion.goal,
        "happened_at": "2026-11-24T10:30",
        "value": "",
        "currency": "",
        "credit": "keep",
        "code": "",
        "reason": "Counted twice",
        **changed,
    }


@pytest.fixture
def hire(acme: Organization) -> Conversion:
    return ConversionFactory.create(
        organization=acme, goal=Goal.HIRE, external_id="H-1", reference="ref-9"
    )


def test_a_conversion_with_its_trace(
    editor: Client, acme: Organization, alice: Member, hire: Conversion
) -> None:
    link = a_link(acme)
    ConversionAssist.objects.create(
        organization=acme, conversion=hire, link=link, reference="r", at=NOW
    )
    address = f"{LIST}{hire.pk}/"
    assert "Reference that was given ref-9" in text_of(editor.get(address))

    response = editor.post(
        f"{address}correct/",
        corrected(
            hire,
            credit="code",
            code=f"https://go.example/s/{link.code}/",
            value="10.50",
            currency="eur",
            withdrawn="on",
        ),
        follow=True,
    )

    text = text_of(response)
    assert response.redirect_chain == [(address, 302)]
    assert "Corrected." in text
    assert "Alice Editor Counted twice" in text
    assert "Amount: – became 10.50" in text
    assert "Last click: Not attributed became Warmth from the canal" in text
    assert "Withdrawn: no became yes" in text
    assert "Withdrawn on 24 November 2026" in text
    assert "Earlier clicks that helped" in text
    hire.refresh_from_db()
    assert (hire.link, hire.currency, hire.withdrawn_at) == (link, "EUR", NOW)


def test_a_second_press_says_so(editor: Client, hire: Conversion) -> None:
    sent = corrected(hire, goal="LEAD")
    editor.post(f"{LIST}{hire.pk}/correct/", sent)

    response = editor.post(f"{LIST}{hire.pk}/correct/", sent, follow=True)

    assert "It was like that already." in text_of(response)
    assert ConversionCorrection.objects.count() == 1


def test_seconds_are_not_lost(editor: Client, hire: Conversion) -> None:
    hire.happened_at = NOW + timedelta(seconds=-17)
    hire.save()

    editor.post(
        f"{LIST}{hire.pk}/correct/", corrected(hire, happened_at="2026-11-24T10:29", goal="LEAD")
    )

    assert ConversionCorrection.objects.get().changed == {"goal": ["HIRE", "LEAD"]}


def test_taking_the_credit_away(editor: Client, acme: Organization, hire: Conversion) -> None:
    hire.link = a_link(acme)
    hire.save()
    assert "Earlier clicks" not in text_of(editor.get(f"{LIST}{hire.pk}/"))

    editor.post(f"{LIST}{hire.pk}/correct/", corrected(hire, credit="none"))
    link = Link.objects.get()
    link.delete()

    assert Conversion.objects.filter(pk=hire.pk, link=None, reference="").exists()
    assert "A link that is gone became Not attributed" in text_of(editor.get(f"{LIST}{hire.pk}/"))


@pytest.mark.parametrize(
    ("typed", "amount"), [("1.250,50", "1250.50"), ("1,250.50", "1250.50"), ("99,5", "99.50")]
)
def test_an_amount_may_have_a_comma(
    editor: Client, hire: Conversion, typed: str, amount: str
) -> None:
    editor.post(f"{LIST}{hire.pk}/correct/", corrected(hire, value=typed, currency="EUR"))

    hire.refresh_from_db()
    assert hire.value == Decimal(amount)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"reason": ""}, "This field is required."),
        ({"happened_at": "yesterday"}, "This is not a day with a time."),
        ({"happened_at": "2026-11-25T10:00"}, "This is in the future."),
        ({"happened_at": "1999-11-25T10:00"}, "This is too long ago."),
        ({"value": "10"}, "Say which currency the amount is in."),
        ({"value": "10", "currency": "EURO"}, "at most 3 characters"),
        ({"value": "10", "currency": "XQZ"}, "This is no currency."),
        ({"value": "-1", "currency": "EUR"}, "greater than or equal to 0"),
        ({"value": "a lot", "currency": "EUR"}, "This is no amount. Write it as 1250 or 99.50."),
        ({"credit": "code", "code": "nothing"}, "None of your short links has this code."),
        ({"credit": "code"}, "None of your short links has this code."),
        ({"goal": "LEAD"}, "There is another one with this goal and number."),
    ],
)
def test_what_cannot_be_is_said_and_kept(
    editor: Client, acme: Organization, hire: Conversion, changed: dict[str, str], message: str
) -> None:
    ConversionFactory.create(organization=acme, goal=Goal.LEAD, external_id="H-1")

    response = editor.post(f"{LIST}{hire.pk}/correct/", corrected(hire, **changed))

    assert response.status_code == 422
    assert message in text_of(response)
    assert not ConversionCorrection.objects.exists()


def test_a_code_of_another_organisation_is_unknown(
    editor: Client, globex: Organization, hire: Conversion
) -> None:
    link = LinkFactory.create(organization=globex, code="theirs222")

    response = editor.post(
        f"{LIST}{hire.pk}/correct/", corrected(hire, credit="code", code=link.code)
    )

    assert response.status_code == 422


def test_who_left_is_no_longer_named(editor: Client, acme: Organization, hire: Conversion) -> None:
    ConversionCorrection.objects.create(
        organization=acme,
        conversion=hire,
        by=None,
        at=NOW,
        changed={"happened_at": [NOW.isoformat(), NOW.isoformat()], "goal": ["LEAD", "HIRE"]},
        reason="r",
    )

    text = text_of(editor.get(f"{LIST}{hire.pk}/"))

    assert "Somebody who left" in text
    assert "Goal: Lead became Hire" in text


# --- Lists -------------------------------------------------------------------------------

"""Somebody says when we may write to them. Nobody else can, and what waits follows at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.ambassadors.conftest import TUESDAY
from vaandel.ambassadors.models import Enrolment, Leave, QuietHours
from vaandel.ambassadors.quiet import open_hours_for
from vaandel.ambassadors.services import follow_moved_people, forget_old_leave
from vaandel.ambassadors.services.hours import MOST_LEAVE
from vaandel.ambassadors.tokens import choices_token
from vaandel.lib.public_holidays import PublicHolidays
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization

PAGE = "/o/acme/settings/"
HOURS = {
    "days": ["0", "1", "3"],
    "opens": "09:00",
    "closes": "16:30",
    "holidays": "on",
    "country": "DE",
    "subdivision": "BY",
}


def waiting_mail(enrolment: Enrolment, **more: Any) -> OutgoingMessage:
    fields: dict[str, Any] = {
        "key": "proposal:1",
        "kind": "proposal",
        "person": enrolment.member.user_id,
        "tenant": enrolment.organization_id,
        "to_address": "bob@acme.example",
        "subject": "Something for your network",
        "text": "Dear Bob,",
        "windows": [["2026-11-24T07:00:00+00:00", "2026-11-24T17:00:00+00:00"]],
        "next_try_at": TUESDAY,
        "expires_at": TUESDAY + timedelta(days=5),
    }
    return OutgoingMessage.objects.create(**(fields | more))


def test_the_page_says_it_in_words_and_shows_what_is_kept_free(bobs: Client) -> None:
    page = bobs.get(PAGE).content.decode()

    assert "<strong>Monday to Friday, from 08:00 until 18:00</strong>" in page
    assert "By the clock of Europe/Amsterdam." in page
    assert page.count('class="c-1"') == 5
    assert re.sub(r"\s+", " ", page).count("25 Dec 2026") == 1


def test_hours_are_kept_and_followed(bobs: Client, bob_enrolment: Enrolment) -> None:
    response = bobs.post(f"{PAGE}hours/", HOURS)

    assert response["Location"] == f"{PAGE}#hours"
    hours = open_hours_for(bob_enrolment)
    assert (hours.opens, hours.closes, hours.days) == (time(9), time(16, 30), frozenset({0, 1, 3}))
    assert hours.holidays == PublicHolidays("DE", "BY")
    page = bobs.get(PAGE).content.decode()
    assert "Monday, Tuesday and Thursday, from 09:00 until 16:30" in page
    assert '<option value="BY" selected>Bayern</option>' in page


def test_saving_twice_is_once(bobs: Client) -> None:
    bobs.post(f"{PAGE}hours/", HOURS)
    bobs.post(f"{PAGE}hours/", HOURS)

    assert QuietHours.objects.count() == 1


def test_what_waits_to_be_sent_follows(bobs: Client, bob_enrolment: Enrolment) -> None:
    mail = waiting_mail(bob_enrolment)
    code = waiting_mail(bob_enrolment, key="code:1", essential=True, windows=[])

    bobs.post(f"{PAGE}hours/", HOURS | {"days": ["3"]})

    mail.refresh_from_db()
    code.refresh_from_db()
    assert mail.windows[0] == ["2026-11-26T08:00:00+00:00", "2026-11-26T15:30:00+00:00"]
    assert mail.next_try_at.isoformat() == "2026-11-26T08:00:00+00:00"
    assert (code.windows, code.next_try_at) == ([], TUESDAY)


def test_what_waits_follows_somebody_to_another_time_zone(
    tuesday: Any, bob_enrolment: Enrolment, alice: Member
) -> None:
    here = {"time_zone": "Europe/Amsterdam"}
    mail = waiting_mail(bob_enrolment, **here)
    code = waiting_mail(bob_enrolment, key="code:1", essential=True, windows=[], **here)
    # Alice does not take part, so nothing is known of her hours.
    other = waiting_mail(bob_enrolment, key="x", person=alice.user_id, time_zone="Asia/Tokyo")
    before = other.windows
    assert follow_moved_people() == 0
    bob_enrolment.member.user.time_zone = "America/New_York"
    bob_enrolment.member.user.save()

    assert (follow_moved_people(), follow_moved_people()) == (1, 0)

    mail.refresh_from_db()
    assert mail.windows[0] == ["2026-11-24T13:00:00+00:00", "2026-11-24T23:00:00+00:00"]
    assert mail.next_try_at.isoformat() == "2026-11-24T13:00:00+00:00"
    for untouched, windows in ((code, []), (other, before)):
        untouched.refresh_from_db()
        assert untouched.windows == windows


def test_whoever_works_at_night_says_so(bobs: Client) -> None:
    bobs.post(f"{PAGE}hours/", HOURS | {"opens": "22:00", "closes": "06:00"})

    page = bobs.get(PAGE).content.decode()
    assert "Monday, Tuesday and Thursday, from 22:00 until 06:00 the next day" in page
    assert page.count('class="c-1"') == 6


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opens": "00:00", "closes": "00:00"}, "Monday, Tuesday and Thursday, all day"),
        ({"days": list("0123456"), "closes": "00:00"}, "Every day, from 09:00 until 00:00"),
        ({"days": ["5", "6"]}, "Saturday and Sunday, from 09:00 until 16:30"),
        ({"days": ["2"]}, "Wednesday, from 09:00 until 16:30"),
    ],
)
def test_in_words(bobs: Client, changes: dict[str, Any], words: str) -> None:
    bobs.post(f"{PAGE}hours/", HOURS | changes)

    assert f"<strong>{words}</strong>" in bobs.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"days": []}, "Choose at least one day."),
        ({"days": ["7"]}, "Choose from these days."),
        ({"opens": ""}, "Fill in a time."),
        ({"opens": "nine"}, "This is not a time. Write it as 08:30."),
        ({"closes": "09:00"}, "This is the same time twice."),
        ({"closes": "09:59"}, "Leave at least an hour"),
        ({"country": "XX"}, "Choose a country from the list."),
    ],
)
def test_what_cannot_be_comes_back_as_it_was_typed(
    bobs: Client, changes: dict[str, Any], message: str
) -> None:
    response = bobs.post(f"{PAGE}hours/", HOURS | {"closes": "17:17"} | changes)

    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert f'value="{changes.get("closes", "17:17")}"' in page
    assert not QuietHours.objects.exists()


def test_public_holidays_can_be_working_days(bobs: Client, bob_enrolment: Enrolment) -> None:
    bobs.post(f"{PAGE}hours/", {key: HOURS[key] for key in HOURS if key != "holidays"})

    assert open_hours_for(bob_enrolment).holidays == PublicHolidays()
    assert "25 Dec 2026" not in bobs.get(PAGE).content.decode()


def test_a_region_of_another_country_says_nothing(bobs: Client) -> None:
    bobs.post(f"{PAGE}hours/", HOURS | {"country": "NL"})

    assert (QuietHours.objects.get().country, QuietHours.objects.get().subdivision) == ("NL", "")


def test_a_country_without_known_holidays_is_said_to_have_none(
    bobs: Client, acme: Organization, bob_enrolment: Enrolment
) -> None:
    """Tristan da Cunha is not on the list."""
    acme.country = "TA"
    acme.save()

    page = bobs.get(PAGE).content.decode()

    assert "We know no public holidays of this country." in page
    assert '<option value="" selected>None of these</option>' in page
    bobs.post(f"{PAGE}hours/", HOURS | {"country": "", "subdivision": ""})
    assert open_hours_for(bob_enrolment).holidays == PublicHolidays("TA")


def test_choosing_a_country_brings_its_regions(bobs: Client) -> None:
    answer = bobs.get(f"{PAGE}hours/regions/", {"country": "DE"}).content.decode()
    none = bobs.get(f"{PAGE}hours/regions/", {"country": "NL"}).content.decode()

    assert '<option value="BY">Bayern</option>' in answer
    assert "<html" not in answer
    assert "<select" not in none


def test_nobody_can_change_the_hours_of_somebody_else(
    client_as: Callable[[Member], Client], tuesday: Any, alice: Member, bob_enrolment: Enrolment
) -> None:
    """Alice owns the programme, and has no hours of her own to change."""
    leave = Leave.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        first_day=date(2026, 12, 1),
        last_day=date(2026, 12, 2),
    )
    owner = client_as(alice)
    posts = ["hours/", "days-off/", f"days-off/{leave.pk}/remove/", "calendar/"]
    posts += ["calendar/read/", "calendar/forget/"]

    assert {owner.post(f"{PAGE}{path}", HOURS).status_code for path in posts} == {404}
    assert not QuietHours.objects.exists()
    assert Leave.objects.get() == leave


def test_an_ambassador_cannot_remove_the_days_of_another(
    client_as: Callable[[Member], Client], tuesday: Any, charlie: Member, bob_enrolment: Enrolment
) -> None:
    leave = Leave.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        first_day=date(2026, 12, 1),
        last_day=date(2026, 12, 2),
    )

    client_as(charlie).post(f"/o/globex/settings/days-off/{leave.pk}/remove/")

    assert Leave.objects.get() == leave


def test_no_address_takes_the_hours_of_a_person() -> None:
    """Every route about hours, days off and calendars is about whoever is signed in."""
    words = ("hours", "days-off", "calendar")
    own = {
        name
        for name, patterns in get_resolver().namespace_dict["ambassadors"][1].reverse_dict.lists()
        if isinstance(name, str)
        for possibilities, *_rest in patterns
        for path, arguments in possibilities
        if any(word in path for word in words)
        if set(arguments) - {"org", "leave_id"}
    }

    assert own == set()


def test_days_off_are_added_removed_and_brought_back(
    bobs: Client, bob_enrolment: Enrolment
) -> None:
    mail = waiting_mail(bob_enrolment)
    bobs.post(f"{PAGE}days-off/", {"first_day": "2026-11-24", "last_day": "2026-11-25"})
    bobs.post(f"{PAGE}days-off/", {"first_day": "2026-11-24", "last_day": "2026-11-25"})
    mail.refresh_from_db()
    assert mail.windows[0][0] == "2026-11-26T07:00:00+00:00"
    leave = Leave.objects.get()
    assert "24–25 Nov 2026" in bobs.get(PAGE).content.decode()

    response = bobs.post(f"{PAGE}days-off/{leave.pk}/remove/")

    assert not Leave.objects.exists()
    mail.refresh_from_db()
    assert mail.windows[0][0] == "2026-11-24T09:00:00+00:00"
    page = bobs.get(response["Location"]).content.decode()
    assert "24–25 Nov 2026 is no longer kept free." in page
    again = re.findall(r'name="(first_day|last_day)" value="([^"]+)"', page)
    assert dict(again) == {"first_day": "2026-11-24", "last_day": "2026-11-25"}
    bobs.post(f"{PAGE}days-off/", dict(again))
    assert Leave.objects.get().last_day == date(2026, 11, 25)


def test_removing_twice_is_once(bobs: Client) -> None:
    response = bobs.post(f"{PAGE}days-off/1/remove/", follow=True)

    assert "These days were gone already." in response.content.decode()


@pytest.mark.parametrize("removed", ["x", "2026-12-01", "2026-13-01..2026-13-02", ".."])
def test_a_made_up_address_offers_nothing_to_undo(bobs: Client, removed: str) -> None:
    page = bobs.get(PAGE, {"removed": removed}).content.decode()

    assert ("is no longer kept free" in page) is (removed == "2026-12-01")


def test_one_day_needs_no_last_day(bobs: Client) -> None:
    bobs.post(f"{PAGE}days-off/", {"first_day": "2026-12-24", "last_day": ""})

    leave = Leave.objects.get()
    assert (leave.first_day, leave.last_day) == (date(2026, 12, 24), date(2026, 12, 24))


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("", "2026-12-24", "Choose a day."),
        ("Christmas", "", "This is not a day."),
        ("2026-12-24", "Christmas", "This is not a day."),
        ("2026-12-24", "2026-12-23", "The last day is before the first one."),
        ("2026-11-01", "2026-11-23", "These days are over."),
        ("2026-12-01", "2027-12-03", "Choose at most a year."),
        ("2028-11-01", "2029-01-01", "Choose days within two years."),
    ],
)
def test_days_that_cannot_be(bobs: Client, first: str, last: str, message: str) -> None:
    response = bobs.post(f"{PAGE}days-off/", {"first_day": first, "last_day": last})

    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert f'value="{first}"' in page or not first
    assert not Leave.objects.exists()


def test_from_a_mail_a_pause_until_after_the_days_off(
    client: Client, tuesday: Any, bob_enrolment: Enrolment
) -> None:
    url = f"/m/{choices_token(bob_enrolment)}/"
    assert "Until after my days off" not in client.get(url).content.decode()
    Leave.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        first_day=date(2026, 12, 21),
        last_day=date(2026, 12, 24),
    )

    page = client.get(url).content.decode()

    # The holidays and the weekend after it are no working days either.
    assert "Until after my days off, 28 Dec" in page
    assert 'name="until" value="2026-12-28"' in page
    assert "Monday to Friday, from 08:00 until 18:00." in page
    assert 'href="/o/acme/settings/#hours"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_days_off(
    bobs: Client, bob_enrolment: Enrolment, count: int, django_assert_max_num_queries: Any
) -> None:
    for day in range(count):
        Leave.objects.create(
            organization=bob_enrolment.organization,
            enrolment=bob_enrolment,
            first_day=date(2026, 12, 1 + day),
            last_day=date(2026, 12, 1 + day),
        )

    bobs.get(PAGE)

    with django_assert_max_num_queries(10):
        bobs.get(PAGE)


def test_days_off_are_forgotten_a_month_after(tuesday: Any, bob_enrolment: Enrolment) -> None:
    for first, last in (("2026-10-01", "2026-10-24"), ("2026-10-01", "2026-10-25")):
        Leave.objects.create(
            organization=bob_enrolment.organization,
            enrolment=bob_enrolment,
            first_day=date.fromisoformat(first),
            last_day=date.fromisoformat(last),
        )

    assert (forget_old_leave(), forget_old_leave()) == (1, 0)
    assert Leave.objects.get().last_day == date(2026, 10, 25)


def test_days_off_without_end_are_refused(bobs: Client, bob_enrolment: Enrolment) -> None:
    first = date(2026, 11, 25)
    for ahead in range(MOST_LEAVE):
        day = first + timedelta(days=2 * ahead)
        Leave.objects.create(
            organization=bob_enrolment.organization,
            enrolment=bob_enrolment,
            first_day=day,
            last_day=day,
        )

    known = bobs.post(f"{PAGE}days-off/", {"first_day": "2026-11-25", "last_day": ""})
    new = bobs.post(f"{PAGE}days-off/", {"first_day": "2026-11-26", "last_day": ""})

    assert known.status_code == 302
    assert new.status_code == 422
    assert "That is a lot of days off." in new.content.decode()
    assert Leave.objects.count() == MOST_LEAVE

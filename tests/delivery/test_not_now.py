"""Saying "not now": from the app and from a mail, once or twice, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.delivery.conftest import TUESDAY
from tests.factories import AskFactory, EnrolmentFactory
from vaandel.ambassadors.models import Enrolment, Leave
from vaandel.delivery.models import Ask
from vaandel.delivery.services import NotThatDay, put_aside
from vaandel.delivery.tokens import answer_token, answer_url
from vaandel.organizations.models import Member
from vaandel.posts.models import Post

As = Callable[[Member], Client]
State = Ask.State


@pytest.fixture
def ask(post: Post, bob_enrolment: Enrolment) -> Ask:
    return AskFactory.create(post=post, enrolment=bob_enrolment, offered_at=TUESDAY)


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def postpone_url(ask: Ask, org: str = "acme") -> str:
    return reverse("delivery:postpone", args=[org, ask.pk])


@pytest.mark.parametrize(
    ("answer", "state", "until"),
    [
        ({"choice": "tomorrow"}, State.POSTPONED, date(2026, 11, 25)),
        ({"choice": "monday"}, State.POSTPONED, date(2026, 11, 30)),
        ({"choice": "holidays", "day": "2027-01-04"}, State.POSTPONED, date(2027, 1, 4)),
        ({"choice": "holidays", "day": "4-1-2027"}, State.POSTPONED, date(2027, 1, 4)),
        ({"choice": "never"}, State.DECLINED, None),
    ],
)
def test_four_answers_in_the_app_and_in_the_mail(
    client_as: As, client: Client, bob: Member, ask: Ask, answer: Any, state: str, until: date
) -> None:
    response = client_as(bob).post(postpone_url(ask), answer)

    assert response.status_code == 302
    assert response["Location"] == f"/o/acme/?aside={ask.pk}"
    ask.refresh_from_db()
    assert (ask.state, ask.until, ask.answered_at) == (state, until, TUESDAY)

    Ask.objects.update(state=State.OFFERED, until=None, answered_at=None)
    address = f"/a/{answer_token(ask.pk)}/"
    response = client.post(address, answer)

    assert (response.status_code, response["Location"]) == (302, address)
    ask.refresh_from_db()
    assert (ask.state, ask.until, ask.answered_at) == (state, until, TUESDAY)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, "Choose until when this may rest."),
        ({"choice": "whenever"}, "Choose one of these four."),
        ({"choice": "holidays"}, "Fill in your first day back."),
        ({"choice": "holidays", "day": "soon"}, "Write the day as in 2026-12-31."),
        ({"choice": "holidays", "day": "2026-11-24"}, "Choose a day within the next half year."),
        ({"choice": "holidays", "day": "2027-05-24"}, "Choose a day within the next half year."),
    ],
)
def test_a_choice_that_cannot_be_used_is_explained(
    client_as: As, client: Client, bob: Member, ask: Ask, answer: Any, error: str
) -> None:
    for response in (
        client_as(bob).post(postpone_url(ask), answer),
        client_as(bob).post(postpone_url(ask), answer, headers={"HX-Request": "true"}),
        client.post(f"/a/{answer_token(ask.pk)}/", answer),
    ):
        page = response.content.decode()
        assert response.status_code == 422
        assert error in page
        if "day" in answer:
            assert f'value="{answer["day"]}"' in page
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


def test_htmx_puts_what_is_wrong_in_the_place_of_the_form(
    client_as: As, bob: Member, ask: Ask
) -> None:
    response = client_as(bob).post(
        postpone_url(ask), {"choice": "holidays"}, headers={"HX-Request": "true"}
    )

    assert response["HX-Retarget"] == f"#not-now-{ask.pk}"
    assert f'<form class="not-now-box" id="not-now-{ask.pk}"' in response.content.decode()


def test_two_presses_are_one_answer(client_as: As, bob: Member, ask: Ask) -> None:
    client = client_as(bob)
    client.post(postpone_url(ask), {"choice": "monday"})
    with time_machine.travel(TUESDAY + timedelta(seconds=1), tick=False):
        response = client.post(postpone_url(ask), {"choice": "monday"})

    assert response.status_code == 302
    ask.refresh_from_db()
    assert (ask.until, ask.answered_at) == (date(2026, 11, 30), TUESDAY)


def test_another_answer_replaces_the_first(client_as: As, bob: Member, ask: Ask) -> None:
    client = client_as(bob)
    client.post(postpone_url(ask), {"choice": "never"})
    client.post(postpone_url(ask), {"choice": "tomorrow"})

    ask.refresh_from_db()
    assert (ask.state, ask.until) == (State.POSTPONED, date(2026, 11, 25))


def test_on_a_sunday_next_week_is_not_tomorrow(client_as: As, bob: Member, ask: Ask) -> None:
    with time_machine.travel(datetime(2026, 11, 29, 12, 0, tzinfo=UTC), tick=False):
        page = client_as(bob).get(answer_url(ask.pk).removeprefix("http://127.0.0.1:8000"))

    assert "Monday 7 December" in page.content.decode()


def test_tomorrow_is_tomorrow_where_the_person_is(client_as: As, bob: Member, ask: Ask) -> None:
    bob.user.time_zone = "Pacific/Auckland"
    bob.user.save()

    with time_machine.travel(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), tick=False):
        client_as(bob).post(postpone_url(ask), {"choice": "tomorrow"})

    ask.refresh_from_db()
    assert ask.until == date(2026, 11, 26)


def test_htmx_gets_the_line_with_undo_and_undo_gets_the_card(
    client_as: As, bob: Member, ask: Ask
) -> None:
    client = client_as(bob)
    htmx = {"HX-Request": "true"}

    aside = client.post(postpone_url(ask), {"choice": "monday"}, headers=htmx).content.decode()
    back = client.post(f"/o/acme/asks/{ask.pk}/take-back/", headers=htmx).content.decode()

    assert "“Four kilometres of heat network” rests until Monday 30 November." in aside
    assert f'hx-post="/o/acme/asks/{ask.pk}/take-back/"' in aside
    assert back.strip().startswith(f'<li class="proposal" id="ask-{ask.pk}">')
    ask.refresh_from_db()
    assert (ask.state, ask.until, ask.answered_at) == (State.OFFERED, None, None)


def test_undo_without_scripts_goes_back_to_today(client_as: As, bob: Member, ask: Ask) -> None:
    Ask.objects.update(state=State.DECLINED)

    response = client_as(bob).post(f"/o/acme/asks/{ask.pk}/take-back/")

    assert (response.status_code, response["Location"]) == (302, "/o/acme/")
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


def test_undo_of_what_is_over_meanwhile_loads_today_again(
    client_as: As, bob: Member, ask: Ask
) -> None:
    Ask.objects.update(state=State.DECLINED)
    Post.objects.update(state=Post.State.WITHDRAWN)

    response = client_as(bob).post(
        f"/o/acme/asks/{ask.pk}/take-back/", headers={"HX-Request": "true"}
    )

    assert response["HX-Redirect"] == "/o/acme/"


@pytest.mark.parametrize("path", ["postpone", "take-back"])
def test_somebody_elses_ask_does_not_exist(
    client_as: As, alice: Member, charlie: Member, bob: Member, ask: Ask, path: str
) -> None:
    EnrolmentFactory.create(programme=ask.enrolment.programme, member=alice)
    address = f"/o/acme/asks/{ask.pk}/{path}/"

    assert client_as(alice).post(address, {"choice": "never"}).status_code == 404
    assert client_as(charlie).post(address, {"choice": "never"}).status_code == 404
    mine = f"/o/globex/asks/{ask.pk}/{path}/"
    assert client_as(charlie).post(mine, {"choice": "never"}).status_code == 404
    assert Client().post(address, {"choice": "never"}).status_code == 302
    assert client_as(bob).get(address).status_code == 405
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


def test_looking_at_the_link_of_a_mail_changes_nothing(client: Client, ask: Ask) -> None:
    address = answer_url(ask.pk, "never").removeprefix("http://127.0.0.1:8000")

    for response in (client.get(address), client.head(address), client.get(address)):
        assert response.status_code == 200
        assert response["Cache-Control"].startswith("max-age=0, no-cache, no-store")
        assert response["Referrer-Policy"] == "no-referrer"

    page = client.get(address).content.decode()
    assert 'value="never" id="id_choice_3" checked' in page.replace("required ", "")
    assert "Monday 30 November" in page
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


def test_the_page_of_a_mail_shows_the_answer_and_undoes_it(client: Client, ask: Ask) -> None:
    address = f"/a/{answer_token(ask.pk)}/"
    client.post(address, {"choice": "monday"})

    page = client.get(address).content.decode()
    assert "It rests until Monday 30 November" in page
    response = client.post(f"{address}back/")

    assert (response.status_code, response["Location"]) == (302, address)
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


def test_a_browser_that_sends_no_referrer_and_keeps_no_cookies_answers_too(ask: Ask) -> None:
    address = f"/a/{answer_token(ask.pk)}/"
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})

    assert strict.post(address, {"choice": "never"}).status_code == 302
    ask.refresh_from_db()
    assert ask.state == State.DECLINED
    assert strict.post(f"{address}back/").status_code == 302
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


def test_the_page_of_a_mail_says_when_a_post_is_over(client: Client, ask: Ask) -> None:
    Post.objects.update(state=Post.State.EXPIRED)

    page = client.get(f"/a/{answer_token(ask.pk)}/").content.decode()

    assert "This post is no longer offered" in page
    assert "<form" not in page


def test_the_page_of_a_mail_asks_again_when_the_day_has_come(client: Client, ask: Ask) -> None:
    Ask.objects.update(state=State.POSTPONED, until=date(2026, 11, 24))

    assert "Not now? That is fine" in client.get(f"/a/{answer_token(ask.pk)}/").content.decode()


def test_the_page_of_a_mail_speaks_the_language_of_its_person(client: Client, ask: Ask) -> None:
    user = ask.enrolment.member.user
    user.language = "nl"
    user.save()

    response = client.get(f"/a/{answer_token(ask.pk)}/", headers={"Accept-Language": "fr"})

    assert response["Content-Language"] == "nl"
    assert "Maandag 30 november" in response.content.decode()


def test_a_token_that_was_changed_opens_nothing(client: Client, ask: Ask) -> None:
    other = AskFactory.create(post=ask.post)
    token = answer_token(ask.pk)
    forged = [
        f"{other.pk}~{token.split('~', 1)[1]}",
        token[:-1],
        f"{token}x",
        token.split("~", 1)[0],
        "x",
        "~",
        "١~" + token.split("~", 1)[1],
    ]

    for word in forged:
        assert client.get(f"/a/{word}/").status_code == 404
        assert client.post(f"/a/{word}/", {"choice": "never"}).status_code == 404
        assert client.post(f"/a/{word}/back/").status_code == 404
    assert set(Ask.objects.values_list("state", flat=True)) == {State.OFFERED}


def test_the_link_ends_when_somebody_leaves_the_organisation(client: Client, ask: Ask) -> None:
    Member.objects.update(status=Member.Status.LEFT)

    assert client.get(f"/a/{answer_token(ask.pk)}/").status_code == 404


def test_the_link_of_a_mail_ends_after_sixty_days(client: Client, ask: Ask) -> None:
    address = f"/a/{answer_token(ask.pk)}/"

    with time_machine.travel(TUESDAY + timedelta(days=60), tick=False):
        client.post(address, {"choice": "never"})
        assert client.post(f"{address}back/")["Location"] == address
    with time_machine.travel(TUESDAY + timedelta(days=60, seconds=1), tick=False):
        responses = [
            client.get(address),
            client.post(address, {"choice": "never"}),
            client.post(f"{address}back/"),
        ]

    for response in responses:
        page = response.content.decode()
        assert response.status_code == 410
        assert "This link is over" in page
        assert 'href="/accounts/login/"' in page
        assert "Four kilometres" not in page
    ask.refresh_from_db()
    assert ask.state == State.OFFERED


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2026, 11, 24), date(2027, 5, 24)])
def test_a_service_refuses_days_that_make_no_sense(ask: Ask, until: date) -> None:
    with pytest.raises(NotThatDay):
        put_aside(ask=ask, until=until, today=date(2026, 11, 24), at=TUESDAY)


def test_the_day_after_known_leave_is_offered(
    client: Client, ask: Ask, bob_enrolment: Enrolment
) -> None:
    Leave.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        first_day=date(2026, 11, 30),
        last_day=date(2027, 1, 1),
    )
    address = f"/a/{answer_token(ask.pk)}/"

    page = client.get(address).content.decode()
    client.post(address, {"choice": "holidays", "day": ""})

    ask.refresh_from_db()
    assert "After my holidays, on Monday 4 January" in page
    assert 'value="2027-01-04"' in page
    assert ask.until == date(2027, 1, 4)

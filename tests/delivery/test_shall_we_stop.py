"""The answer to "shall we stop?", from a mail, without signing in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.delivery.conftest import TUESDAY
from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.ambassadors.services import leave
from vaandel.delivery.models import Approach
from vaandel.delivery.tokens import question_token, question_url
from vaandel.organizations.models import Member


@pytest.fixture(autouse=True)
def the_day_after() -> Iterator[None]:
    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def question(bob_enrolment: Enrolment) -> Approach:
    return Approach.objects.create(
        organization=bob_enrolment.organization,
        enrolment=bob_enrolment,
        kind=Approach.Kind.QUESTION,
        at=TUESDAY,
        channels=["mail"],
    )


@pytest.mark.parametrize(
    ("answer", "rhythm"),
    [("go-on", Rhythm.WEEKLY), ("less", Rhythm.FORTNIGHTLY), ("stop", Rhythm.IN_APP)],
)
def test_looking_changes_nothing_and_answering_does(
    client: Client, question: Approach, answer: str, rhythm: str
) -> None:
    address = question_url(question.pk, answer)
    page = client.get(address).content.decode()
    client.head(address)
    enrolment = Enrolment.objects.get()

    assert (enrolment.rhythm, enrolment.heard_at) == (Rhythm.WEEKLY, None)
    assert f'value="{answer}"' in page
    assert page.count("checked") == 1

    response = client.post(address, {"answer": answer})

    enrolment.refresh_from_db()
    assert response["Location"] == question_url(question.pk).removeprefix("http://127.0.0.1:8000")
    assert (enrolment.rhythm, enrolment.heard_at) == (rhythm, TUESDAY + timedelta(days=1))
    assert "Thank you, we know now" in client.get(response["Location"]).content.decode()


def test_two_presses_are_one(client: Client, question: Approach) -> None:
    for _ in range(2):
        client.post(question_url(question.pk), {"answer": "less"})

    assert Enrolment.objects.get().rhythm == Rhythm.FORTNIGHTLY


def test_who_went_on_can_still_stop_from_the_same_mail(client: Client, question: Approach) -> None:
    stop = question_url(question.pk, "stop")
    client.post(question_url(question.pk), {"answer": "go-on"})
    assert "Shall we stop?" in client.get(stop).content.decode()

    strict = Client(enforce_csrf_checks=True, headers={"Origin": "null"})
    assert strict.post(stop, {"answer": "stop"}).status_code == 302

    assert Enrolment.objects.get().rhythm == Rhythm.IN_APP
    assert "Thank you, we know now" in client.get(stop).content.decode()


@pytest.mark.parametrize(
    ("sent", "message"),
    [({}, "Choose whether we go on."), ({"answer": "x"}, "Choose one of these three.")],
)
def test_what_is_no_answer_changes_nothing(
    client: Client, question: Approach, sent: dict[str, str], message: str
) -> None:
    response = client.post(question_url(question.pk), sent)

    assert response.status_code == 422
    assert message in response.content.decode()
    assert Enrolment.objects.get().heard_at is None


def test_only_a_question_has_such_a_page(client: Client, question: Approach) -> None:
    token = question_token(question.pk)

    assert client.get(f"/how-often/{token}x/").status_code == 404
    assert client.get("/how-often/1/").status_code == 404
    Approach.objects.update(kind=Approach.Kind.DIGEST)
    assert client.get(f"/how-often/{token}/").status_code == 404


def test_the_link_ends_with_taking_part_and_with_working_here(
    client: Client, question: Approach, bob_enrolment: Enrolment
) -> None:
    leave(enrolment=bob_enrolment, at=TUESDAY)
    assert client.get(question_url(question.pk)).status_code == 404

    Enrolment.objects.update(state=Enrolment.State.JOINED)
    assert client.get(question_url(question.pk)).status_code == 200
    Member.objects.update(status=Member.Status.LEFT)
    assert client.get(question_url(question.pk)).status_code == 404


def test_the_link_ends_after_sixty_days(client: Client, question: Approach) -> None:
    address = question_url(question.pk)

    with time_machine.travel(TUESDAY + timedelta(days=62), tick=False):
        assert client.get(address).status_code == 410


def test_it_speaks_the_language_of_who_was_asked(client: Client, question: Approach) -> None:
    user = question.enrolment.member.user
    user.language = "nl"
    user.save()

    response = client.get(question_url(question.pk), headers={"Accept-Language": "fr"})

    assert response["Content-Language"] == "nl"

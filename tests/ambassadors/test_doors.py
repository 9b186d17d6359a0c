"""Who comes where: only one's own choices, and only while there are any."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import Http404
from django.test import Client

from vaandel.ambassadors.access import enrolment_for, enrolment_or_none
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.services import leave, undo_leaving
from vaandel.ambassadors.tokens import choices_token
from vaandel.organizations.models import Member

NO_ENROLMENT = ["topics/", "channels/", "consents/", "pause/", "resume/", "leave/", "leave/undo/"]


@pytest.mark.parametrize("path", NO_ENROLMENT)
def test_whoever_never_joined_has_nothing_to_change(
    client_as: Callable[[Member], Client], alice: Member, path: str
) -> None:
    assert client_as(alice).post(f"/o/acme/settings/{path}").status_code == 404


def test_whoever_never_joined_can_read_what_it_is(
    client_as: Callable[[Member], Client], alice: Member
) -> None:
    response = client_as(alice).get("/o/acme/settings/")

    assert response.status_code == 200
    assert 'href="/o/acme/join/"' in response.content.decode()


def test_an_invitation_alone_is_no_enrolment(alice: Member, bob_enrolment: Enrolment) -> None:
    Enrolment.objects.update(state=Enrolment.State.INVITED)

    assert enrolment_or_none(bob_enrolment.member) is None
    with pytest.raises(Http404):
        enrolment_for(bob_enrolment.member)


def test_undo_twice_is_once(bob: Member, bob_enrolment: Enrolment) -> None:
    leave(enrolment=bob_enrolment, at=bob_enrolment.created_at)

    assert undo_leaving(enrolment=bob_enrolment) is True
    assert undo_leaving(enrolment=bob_enrolment) is False
    bob.refresh_from_db()
    assert bob.is_ambassador is True


@pytest.mark.parametrize("form", [{"until": "yesterday"}, {"until": ""}])
def test_a_wrong_pause_from_a_mail_comes_back_with_a_word(
    client: Client, bob_enrolment: Enrolment, form: dict[str, str]
) -> None:
    response = client.post(f"/m/{choices_token(bob_enrolment)}/pause/", form)

    assert response.status_code == 422
    bob_enrolment.refresh_from_db()
    assert bob_enrolment.state == "JOINED"


def test_a_rhythm_that_does_not_exist_changes_nothing(
    client: Client, bob_enrolment: Enrolment
) -> None:
    client.post(f"/m/{choices_token(bob_enrolment)}/rhythm/", {"rhythm": "HOURLY"})

    bob_enrolment.refresh_from_db()
    assert bob_enrolment.rhythm == "WEEKLY"


def test_a_forged_link_stops_nobodys_mails(client: Client, bob_enrolment: Enrolment) -> None:
    assert client.post("/unsubscribe/1.0:forged/").status_code == 404


def test_the_settings_show_what_is_chosen(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment
) -> None:
    client = client_as(bob)
    client.post("/o/acme/settings/channels/", {"use_mastodon": "on", "instance": "mastodon.social"})

    page = client.get("/o/acme/settings/").content.decode()

    assert 'value="mastodon.social"' in page
    assert 'name="use_mastodon" id="id_use_mastodon" checked' in page

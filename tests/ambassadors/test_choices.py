"""Topics, networks, opt-ins, a pause and leaving: one's own, at any time, also from a mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from tests.factories import TopicFactory
from vaandel.ambassadors.models import ChannelUse, Consent, Enrolment, Purpose
from vaandel.ambassadors.services import end_enrolments_of_who_left, set_consent
from vaandel.ambassadors.tokens import choices_token
from vaandel.organizations.models import Member
from vaandel.organizations.services import add_member, off_board_member
from vaandel.programmes.models import Programme, Topic

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE = "/o/acme/settings/"


@pytest.fixture(autouse=True)
def tuesday() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bobs(client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment) -> Client:
    return client_as(bob)


def test_topics_languages_and_rhythm(
    bobs: Client, bob_enrolment: Enrolment, programme: Programme
) -> None:
    other = TopicFactory.create(programme=programme)

    response = bobs.post(
        f"{PAGE}topics/", {"topics": [other.pk], "languages": ["nl"], "rhythm": "MONTHLY"}
    )

    assert response["Location"] == f"{PAGE}#topics"
    bob_enrolment.refresh_from_db()
    assert (bob_enrolment.rhythm, bob_enrolment.languages) == ("MONTHLY", ["nl"])
    assert list(bob_enrolment.topics.all()) == [other]


def test_a_wrong_form_comes_back_as_it_was(bobs: Client, topic: Topic) -> None:
    response = bobs.post(f"{PAGE}topics/", {"languages": ["nl"], "rhythm": "MONTHLY"})

    assert response.status_code == 422
    assert response.context["choices"]["rhythm"].value() == "MONTHLY"
    assert "Choose at least one topic." in response.content.decode()


def test_networks_with_an_optional_size(bobs: Client, bob_enrolment: Enrolment) -> None:
    bobs.post(
        f"{PAGE}channels/",
        {
            "use_linkedin": "on",
            "size_linkedin": "300-700",
            "use_mastodon": "on",
            "size_mastodon": "",
            "size_x": "0-100",
            "instance": "https://Mastodon.Social/@bob",
        },
    )

    rows = ChannelUse.objects.order_by("channel").values_list("channel", "bracket", "instance")
    assert list(rows) == [
        ("linkedin", "300-700", ""),
        ("mastodon", "", "mastodon.social"),
    ]


@pytest.mark.parametrize("instance", ["no spaces.nl", "localhost", "-x.nl", "a..b", "x/nl"])
def test_a_server_that_is_no_server_is_explained(bobs: Client, instance: str) -> None:
    response = bobs.post(f"{PAGE}channels/", {"use_mastodon": "on", "instance": instance})

    assert response.status_code == 422
    assert "It looks like mastodon.social." in response.content.decode()
    assert not ChannelUse.objects.exists()


def test_opt_ins_are_given_and_taken_back_with_a_log(bobs: Client) -> None:
    bobs.post(f"{PAGE}consents/", {"result_mails": "on", "thanks_by_name": "on"})
    bobs.post(f"{PAGE}consents/", {"thanks_by_name": "on"})

    log = {row.purpose: row.revoked_at for row in Consent.objects.all()}
    assert log == {"RESULT_MAILS": NOW, "THANKS_BY_NAME": None}


def test_a_pause_until_a_day_and_back(bobs: Client, bob_enrolment: Enrolment) -> None:
    bobs.post(f"{PAGE}pause/", {"until": "2026-12-14"})
    bob_enrolment.refresh_from_db()
    assert (bob_enrolment.state, bob_enrolment.paused_until) == ("PAUSED", date(2026, 12, 14))
    assert "Paused until 14 December 2026." in bobs.get(PAGE).content.decode()
    assert not Enrolment.objects.active(date(2026, 12, 13)).exists()
    assert Enrolment.objects.active(date(2026, 12, 14)).exists()

    bobs.post(f"{PAGE}resume/")

    bob_enrolment.refresh_from_db()
    assert (bob_enrolment.state, bob_enrolment.paused_until) == ("JOINED", None)


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("", "Choose a day."),
        ("2026-11-24", "Choose a day after today."),
        ("2030-01-01", "Choose a day within a year."),
        ("soon", "This is not a day."),
    ],
)
def test_a_pause_that_cannot_be(
    bobs: Client, bob_enrolment: Enrolment, until: str, message: str
) -> None:
    response = bobs.post(f"{PAGE}pause/", {"until": until})

    assert response.status_code == 422
    assert message in response.content.decode()
    bob_enrolment.refresh_from_db()
    assert bob_enrolment.state == "JOINED"


def test_leaving_in_one_press_and_undoing_it(
    bobs: Client, bob: Member, bob_enrolment: Enrolment
) -> None:
    bobs.post(f"{PAGE}consents/", {"result_mails": "on"})
    bobs.post(f"{PAGE}leave/")
    bobs.post(f"{PAGE}leave/")
    bob_enrolment.refresh_from_db()
    bob.refresh_from_db()
    assert (bob_enrolment.state, bob_enrolment.left_at, bob.is_ambassador) == ("LEFT", NOW, False)
    assert Consent.objects.get().revoked_at == NOW
    assert "You have stopped" in bobs.get(PAGE).content.decode()

    bobs.post(f"{PAGE}leave/undo/")

    bob_enrolment.refresh_from_db()
    bob.refresh_from_db()
    assert (bob_enrolment.state, bob.is_ambassador) == ("JOINED", True)


class TestFromAMail:
    """Without signing in, with a link that is signed for one person."""

    def test_opening_the_page_changes_nothing(
        self, client: Client, bob_enrolment: Enrolment
    ) -> None:
        response = client.get(f"/m/{choices_token(bob_enrolment)}/")

        assert response.status_code == 200
        assert "For Bob at Acme." in response.content.decode()
        bob_enrolment.refresh_from_db()
        assert bob_enrolment.state == "JOINED"

    def test_pause_rhythm_leave_and_return(self, client: Client, bob_enrolment: Enrolment) -> None:
        address = f"/m/{choices_token(bob_enrolment)}"
        steps = [
            ("pause", {"until": "2026-12-14"}, ("PAUSED", "WEEKLY")),
            ("resume", {}, ("JOINED", "WEEKLY")),
            ("rhythm", {"rhythm": "MONTHLY"}, ("JOINED", "MONTHLY")),
            ("leave", {}, ("LEFT", "MONTHLY")),
            ("return", {}, ("JOINED", "MONTHLY")),
        ]
        for choice, data, expected in steps:
            response = client.post(f"{address}/{choice}/", data)

            assert response["Location"] == f"{address}/"
            bob_enrolment.refresh_from_db()
            assert (bob_enrolment.state, bob_enrolment.rhythm) == expected

    def test_thank_you_mails_stop_and_come_back_in_one_press(
        self, client: Client, bob_enrolment: Enrolment
    ) -> None:
        address = f"/m/{choices_token(bob_enrolment)}"
        assert "You find it all under My impact." in client.get(f"{address}/").content.decode()

        for choice, running in (("thanks", 1), ("thanks", 1), ("no-thanks", 0)):
            client.post(f"{address}/{choice}/")
            assert Consent.objects.filter(revoked_at=None).count() == running

    def test_one_click_in_the_mail_program_ends_the_mails(self, bob_enrolment: Enrolment) -> None:
        for purpose in (Purpose.RESULT_MAILS, Purpose.THANKS_BY_NAME):
            set_consent(enrolment=bob_enrolment, purpose=purpose, given=True, at=NOW)
        strict = Client(enforce_csrf_checks=True)
        address = f"/unsubscribe/{choices_token(bob_enrolment)}/"

        assert strict.get(address)["Location"] == f"/m/{choices_token(bob_enrolment)}/"
        bob_enrolment.refresh_from_db()
        assert bob_enrolment.rhythm == "WEEKLY"

        response = strict.post(address, {"List-Unsubscribe": "One-Click"})

        assert response.status_code == 204
        bob_enrolment.refresh_from_db()
        assert bob_enrolment.rhythm == "IN_APP"
        [still] = Consent.objects.filter(revoked_at=None)
        assert still.purpose == Purpose.THANKS_BY_NAME

    def test_a_link_ends_when_the_nonce_is_raised(
        self, client: Client, bob_enrolment: Enrolment
    ) -> None:
        token = choices_token(bob_enrolment)
        bob_enrolment.mail_nonce += 1
        bob_enrolment.save()

        assert client.get(f"/m/{token}/").status_code == 404
        assert client.post(f"/m/{token}/leave/").status_code == 404

    @pytest.mark.usefixtures("bob_enrolment")
    @pytest.mark.parametrize("token", ["1.0:forged", "x", "%00"])
    def test_a_forged_link_leads_nowhere(self, client: Client, token: str) -> None:
        assert client.get(f"/m/{token}/").status_code == 404

    def test_an_unknown_choice_does_not_exist(
        self, client: Client, bob_enrolment: Enrolment
    ) -> None:
        assert client.post(f"/m/{choices_token(bob_enrolment)}/sell/").status_code == 404

    def test_the_link_ends_with_the_membership(
        self, client: Client, bob: Member, bob_enrolment: Enrolment
    ) -> None:
        address = f"/m/{choices_token(bob_enrolment)}/"
        Member.objects.filter(pk=bob.pk).update(status=Member.Status.LEFT)

        assert client.get(address).status_code == 404
        assert client.post(f"{address}rhythm/", {"rhythm": "MONTHLY"}).status_code == 404
        assert client.post(f"/unsubscribe/{choices_token(bob_enrolment)}/").status_code == 204


def test_taking_part_ends_with_the_membership(
    alice: Member, bob: Member, bob_enrolment: Enrolment
) -> None:
    set_consent(enrolment=bob_enrolment, purpose=Purpose.RESULT_MAILS, given=True, at=NOW)
    off_board_member(member=bob, by=alice, at=NOW)

    assert [end_enrolments_of_who_left(), end_enrolments_of_who_left()] == [1, 0]

    add_member(organization=bob.organization, user=bob.user, by=alice, at=NOW)
    bob_enrolment.refresh_from_db()
    assert (bob_enrolment.state, bob_enrolment.left_at) == ("LEFT", NOW)
    assert Consent.objects.get().revoked_at == NOW

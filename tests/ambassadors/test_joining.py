"""From the invitation's mail to taking part, in one form and without signing in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from tests.factories import MemberFactory, TopicFactory
from vaandel.ambassadors.models import Consent, Enrolment
from vaandel.ambassadors.services import Choices, join
from vaandel.organizations.models import DoNotAsk, Invitation, Member, Organization
from vaandel.organizations.tokens import join_token
from vaandel.programmes.models import Programme, Topic


@pytest.fixture
def dana(acme: Organization) -> Member:
    return MemberFactory.create(organization=acme, user__name="Dana New")


@pytest.fixture
def invitation(dana: Member) -> Invitation:
    return Invitation.objects.create(
        organization=dana.organization,
        member=dana,
        expires_at=timezone.now() + timedelta(days=60),
    )


def page(invitation: Invitation) -> str:
    return f"/join/{join_token(invitation)}/"


def answers(*topics: Topic, **more: object) -> dict[str, object]:
    return {
        "topics": [topic.pk for topic in topics],
        "languages": ["en", "nl"],
        "rhythm": "FORTNIGHTLY",
        **more,
    }


def test_the_page_starts_without_topics_and_opt_ins(
    client: Client, invitation: Invitation, topic: Topic
) -> None:
    response = client.get(page(invitation))

    assert response.status_code == 200
    assert response.context["tiles"] == [(topic, False)]
    assert not any(box.value() for box in response.context["consents"])
    assert "Do you ever talk about your work, Dana?" in response.content.decode()


def test_opening_it_changes_nothing(client: Client, invitation: Invitation, topic: Topic) -> None:
    client.get(page(invitation))
    client.head(page(invitation))
    client.get(f"{page(invitation)}no/")

    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not Enrolment.objects.exists()
    assert not DoNotAsk.objects.exists()


def test_joining_takes_one_form_and_signs_in(
    client: Client, invitation: Invitation, dana: Member, topic: Topic
) -> None:
    response = client.post(page(invitation), answers(topic))

    assert response.status_code == 302
    assert response["Location"] == "/o/acme/"
    enrolment = Enrolment.objects.get(member=dana)
    assert (enrolment.state, enrolment.rhythm, enrolment.languages) == (
        "JOINED",
        "FORTNIGHTLY",
        ["en", "nl"],
    )
    assert list(enrolment.topics.all()) == [topic]
    assert not Consent.objects.exists()
    dana.refresh_from_db()
    assert dana.is_ambassador is True
    assert client.session["_auth_user_id"] == str(dana.user_id)
    assert UserSession.objects.get(user=dana.user).session_key == client.session.session_key


def test_each_opt_in_is_kept_by_itself_with_its_text(
    client: Client, invitation: Invitation, topic: Topic
) -> None:
    client.post(page(invitation), answers(topic, result_mails="on"))

    [consent] = Consent.objects.all()
    assert (consent.purpose, consent.text_version) == ("RESULT_MAILS", "2026-11")


def test_the_link_signs_in_only_once(client: Client, invitation: Invitation, topic: Topic) -> None:
    client.post(page(invitation), answers(topic))
    thief = Client()

    response = thief.post(page(invitation), answers(topic))

    assert "You have joined already" in response.content.decode()
    assert "_auth_user_id" not in thief.session
    assert Enrolment.objects.count() == 1


def test_without_a_topic_the_form_comes_back_with_what_was_chosen(
    client: Client, invitation: Invitation, topic: Topic
) -> None:
    response = client.post(page(invitation), answers(rhythm="MONTHLY"))

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "topics": ["Choose at least one topic. About other topics we send you nothing."]
    }
    assert response.context["form"]["rhythm"].value() == "MONTHLY"
    assert not Enrolment.objects.exists()


def test_another_organisations_topic_cannot_be_followed(
    client: Client, invitation: Invitation, topic: Topic, charlie: Member
) -> None:
    theirs = TopicFactory.create(programme=Programme.objects.get(organization__slug="globex"))

    response = client.post(page(invitation), answers(topic, theirs))

    assert response.status_code == 422
    assert not Enrolment.objects.filter(organization=invitation.organization).exists()


def test_no_is_remembered_as_a_digest_and_nothing_else(
    client: Client, invitation: Invitation, dana: Member, topic: Topic
) -> None:
    response = client.post(f"{page(invitation)}no/")

    assert response.status_code == 200
    assert "Fine, we leave you in peace" in response.content.decode()
    [row] = DoNotAsk.objects.all()
    assert len(row.address_digest) == 64
    assert dana.user.email not in row.address_digest
    invitation.refresh_from_db()
    assert (invitation.accepted_at, invitation.revoked_at) == (None, None)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("token", ["1:forged", "x", "1", "%00"])
def test_a_forged_link_says_so_kindly(client: Client, db: None, token: str) -> None:
    response = client.get(f"/join/{token}/")

    assert response.status_code == 404
    assert "This link no longer works" in response.content.decode()


def test_an_old_link_says_what_to_do(client: Client, invitation: Invitation, topic: Topic) -> None:
    invitation.expires_at = timezone.now() - timedelta(minutes=1)
    invitation.save()

    response = client.post(page(invitation), answers(topic))

    assert response.status_code == 410
    assert "Ask a colleague of the programme for a new one" in response.content.decode()
    assert not Enrolment.objects.exists()


def test_a_member_joins_without_an_invitation(
    client_as: Callable[[Member], Client], dana: Member, topic: Topic
) -> None:
    response = client_as(dana).post("/o/acme/join/", answers(topic))

    assert response["Location"] == "/o/acme/"
    assert Enrolment.objects.get(member=dana).state == "JOINED"


def test_coming_back_after_leaving(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, topic: Topic
) -> None:
    bob_enrolment.state = Enrolment.State.LEFT
    bob_enrolment.left_at = timezone.now()
    bob_enrolment.save()

    client_as(bob).post("/o/acme/join/", answers(topic))

    again = Enrolment.objects.get(pk=bob_enrolment.pk)
    assert (again.state, again.left_at) == ("JOINED", None)
    assert Enrolment.objects.count() == 1


def test_inviting_a_colleague_gives_the_same_answer_whoever_it_is(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment, dana: Member
) -> None:
    DoNotAsk.objects.all().delete()
    client = client_as(bob)

    known = client.post("/o/acme/invite/", {"email": dana.user.email}, follow=True)
    again = client.post("/o/acme/invite/", {"email": dana.user.email}, follow=True)

    for response in (known, again):
        assert (
            "If your colleague can be invited, a mail is on its way." in response.content.decode()
        )
    assert Invitation.objects.filter(member=dana).count() == 1


def test_an_older_invitation_does_not_sign_in_after_joining_through_another(
    client: Client, invitation: Invitation, dana: Member, topic: Topic
) -> None:
    newer = Invitation.objects.create(
        organization=dana.organization, member=dana, expires_at=invitation.expires_at
    )
    Client().post(page(newer), answers(topic))

    response = client.post(page(invitation), answers(topic))
    client.post(f"{page(invitation)}no/")

    assert "You have joined already" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert not DoNotAsk.objects.exists()


def test_whoever_has_a_second_step_joins_but_is_not_signed_in_by_a_mail(
    client: Client, invitation: Invitation, dana: Member, topic: Topic
) -> None:
    Authenticator.objects.create(user=dana.user, type=Authenticator.Type.TOTP, data={})

    response = client.post(page(invitation), answers(topic))

    assert response["Location"] == "/accounts/login/"
    assert Enrolment.objects.get(member=dana).state == "JOINED"
    assert "_auth_user_id" not in client.session


def test_no_is_one_press_on_the_page_and_asks_for_no_topic(
    client: Client, invitation: Invitation, topic: Topic
) -> None:
    response = client.get(page(invitation))

    button = f'formaction="{page(invitation)}no/" formnovalidate'
    assert response.content.decode().count(button) == 2


def test_the_page_says_whom_to_ask(
    client: Client, invitation: Invitation, alice: Member, topic: Topic
) -> None:
    Programme.objects.update(owner=alice)

    response = client.get(page(invitation))

    assert "Questions? Alice Editor helps everybody who starts." in response.content.decode()
    assert 'href="mailto:alice@acme.example"' in response.content.decode()


@pytest.mark.parametrize("name", ["<script>alert(1)</script> X", "O'Neill & Daughters"])
def test_a_name_is_shown_as_it_is(
    client: Client, invitation: Invitation, dana: Member, topic: Topic, name: str
) -> None:
    dana.user.name = name
    dana.user.save()

    response = client.get(page(invitation))

    assert f"{escape(dana.user.first_name)}?</h1>" in response.content.decode()


@pytest.mark.parametrize(
    "answer", [{"rhythm": "HOURLY"}, {"languages": ["xx"]}, {"topics": ["1\x00"]}]
)
def test_answers_that_were_not_offered_are_refused(
    client: Client, invitation: Invitation, topic: Topic, answer: dict[str, object]
) -> None:
    response = client.post(page(invitation), answers(topic, **answer))

    assert response.status_code == 422
    assert not Enrolment.objects.exists()


def test_joining_twice_is_one_enrolment(dana: Member, topic: Topic) -> None:
    choices = Choices(topics=[topic], languages=["en"])

    first = join(member=dana, programme=topic.programme, choices=choices, at=timezone.now())
    again = join(member=dana, programme=topic.programme, choices=choices, at=timezone.now())

    assert (again.pk, again.joined_at) == (first.pk, first.joined_at)
    assert Enrolment.objects.count() == 1


def test_joining_at_the_very_same_moment_is_one_enrolment(dana: Member, topic: Topic) -> None:
    """The other press has just written its row when ours looks: the row's key decides."""
    other = Enrolment(organization=dana.organization, programme=topic.programme, member=dana)
    other.save()

    join(member=dana, programme=topic.programme, choices=Choices(), at=timezone.now())

    assert [row.state for row in Enrolment.objects.all()] == ["JOINED"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(
            organization=dana.organization, programme=topic.programme, member=dana
        )


def test_whoever_takes_part_is_not_asked_again(
    client_as: Callable[[Member], Client], bob: Member, bob_enrolment: Enrolment
) -> None:
    assert client_as(bob).get("/o/acme/join/")["Location"] == "/o/acme/"

"""Going: what is personal is gone, what is out already stays without the person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import MemberFactory
from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import AuditEntry, Invitation, Member, Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture, Submission
from vaandel.privacy.queries import data_of
from vaandel.privacy.services import LastOwnerStays, delete_account, forget_farewells
from vaandel.recognition.models import Thanks
from vaandel.recognition.queries import thanks_for
from vaandel.shares.models import Share

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
PAGE = "/me/delete/"


def rows_with(text: str) -> list[str]:
    """Every table in which a text stands somewhere."""
    return [
        model._meta.label
        for model in apps.get_models()
        if any(
            text in str(value)
            for row in getattr(model, "across_tenants", model._default_manager).values()
            for value in row.values()
        )
    ]


def test_the_page_says_first_what_goes_and_what_stays(
    client_as: Callable[[Member], Client], everywhere: Member
) -> None:
    page = client_as(everywhere).get(PAGE).content.decode()

    assert "The short link of the 1 time you shared: it is out already" in page
    assert User.objects.filter(pk=everywhere.user_id).exists()


def test_the_share_stays_as_a_count(everywhere: Member, share: Share) -> None:
    delete_account(user=everywhere.user, at=NOW)

    share.refresh_from_db()
    assert (share.enrolment_id, share.text, share.disclosure, share.permalink) == (None, "", "", "")
    assert (share.views, share.channel) == (None, "linkedin")
    share.link.refresh_from_db()
    assert share.link.ended_at is None
    assert sum(share.link.days.values_list("count", flat=True)) == 7


def test_no_table_knows_the_person_any_more(
    client_as: Callable[[Member], Client],
    everywhere: Member,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client_as(everywhere).get("/me/")
    storage = everywhere.user.photo.storage
    files = [str(everywhere.user.photo.name), str(MediaAsset.objects.get().file.name)]
    assert all(storage.exists(name) for name in files)

    with django_capture_on_commit_callbacks(execute=True):
        delete_account(user=everywhere.user, at=NOW)

    for trace in ("bob@acme.example", "Bob", "I welded", "My first weld", "on the train"):
        assert rows_with(trace) in ([], ["mailing.OutgoingMessage"]), trace
    assert not any(storage.exists(name) for name in files)
    assert not Enrolment.objects.filter(organization__slug="acme").exists()


def test_a_last_mail_confirms_it_and_is_erased_a_week_later(everywhere: Member) -> None:
    delete_account(user=everywhere.user, at=NOW)

    [mail] = OutgoingMessage.objects.filter(to_address="bob@acme.example")
    assert mail.subject == "Your Vaandel account is deleted"
    assert "This is the last mail you get from us." in " ".join(mail.text.split())
    assert "This is the last mail you get from us." in mail.html
    assert forget_farewells(at=NOW + timedelta(days=6)) == 0
    assert forget_farewells(at=NOW + timedelta(days=8)) == 1
    assert rows_with("bob@acme.example") == []


def test_the_log_says_that_it_happened_without_a_name(everywhere: Member) -> None:
    delete_account(user=everywhere.user, at=NOW)

    entry = AuditEntry.objects.get(action="member.account_deleted")
    assert (entry.by_id, entry.subject, entry.at) == (None, f"member:{everywhere.pk}", NOW)
    assert AuditEntry.objects.get(action="post.edited").by_id is None


def test_thanks_that_were_given_are_from_a_colleague(
    everywhere: Member, bob_enrolment: Enrolment, alice: Member
) -> None:
    MemberFactory.create(organization=alice.organization, is_owner=True)
    Thanks.objects.update(by_function="Editor")

    delete_account(user=alice.user, at=NOW)

    [thanks] = thanks_for(bob_enrolment)
    assert thanks.from_line == "A colleague · your post was clicked 7 times"
    assert thanks.text == "Somebody applied."
    assert Invitation.objects.get().personal_note == ""


def test_a_story_that_became_a_post_leaves_the_post_and_its_picture(
    everywhere: Member, story: Submission, post: Post, django_capture_on_commit_callbacks: Any
) -> None:
    story.state, story.post = Submission.State.USED, post
    story.save()
    asset = MediaAsset.objects.get()
    PostPicture.objects.create(post=post, asset=asset)

    with django_capture_on_commit_callbacks(execute=True):
        delete_account(user=everywhere.user, at=NOW)

    assert not Submission.objects.exists()
    asset.refresh_from_db()
    assert asset.uploaded_by_id is None
    assert asset.file.storage.exists(str(asset.file.name))
    post.refresh_from_db()
    assert post.contact_id is None


def test_typing_ones_own_address_does_it_and_signs_out_everywhere(
    client_as: Callable[[Member], Client], everywhere: Member
) -> None:
    phone, laptop = client_as(everywhere), client_as(everywhere)
    for client in (phone, laptop):
        client.get("/me/")
        UserSession.objects.create(
            user=everywhere.user, session_key=client.session.session_key, ip="192.0.2.1"
        )
    keys = list(UserSession.objects.values_list("session_key", flat=True))

    response = phone.post(PAGE, {"email": " Bob@ACME.example "})

    assert response["Location"] == "/goodbye/"
    assert "Your account is deleted" in phone.get("/goodbye/").content.decode()
    assert laptop.get("/me/").status_code == 302
    assert not Session.objects.filter(session_key__in=keys).exists()
    assert not User.objects.filter(pk=everywhere.user_id).exists()
    assert phone.post(PAGE, {"email": "bob@acme.example"}).status_code == 302


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("", "Type your own mail address, so that it is no slip."),
        ("alice@acme.example", "This is not the address of this account."),
        ("bob@acme.example\x00", "Null characters are not allowed."),
    ],
)
def test_a_slip_deletes_nothing(
    client_as: Callable[[Member], Client], bob: Member, email: str, message: str
) -> None:
    response = client_as(bob).post(PAGE, {"email": email})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert User.objects.filter(pk=bob.user_id).exists()


def test_pressing_twice_deletes_once(everywhere: Member) -> None:
    user = everywhere.user
    same = User.objects.get(pk=user.pk)

    assert delete_account(user=user, at=NOW) is True
    assert delete_account(user=same, at=NOW) is False
    assert AuditEntry.objects.filter(action="member.account_deleted").count() == 1


def test_the_only_owner_is_told_what_to_do_first(
    client_as: Callable[[Member], Client], alice: Member
) -> None:
    client = client_as(alice)
    page = client.get(PAGE).content.decode()
    assert "Not yet: you are the only owner." in page
    assert 'href="/o/acme/people/"' in page

    response = client.post(PAGE, {"email": "alice@acme.example"})

    assert response.status_code == 422
    assert "Not yet: you are the only owner." in response.content.decode()
    assert User.objects.filter(pk=alice.user_id).exists()


def test_an_owner_who_left_does_not_count(alice: Member, acme: Organization) -> None:
    MemberFactory.create(organization=acme, is_owner=True, status=Member.Status.LEFT)
    with pytest.raises(LastOwnerStays):
        delete_account(user=alice.user, at=NOW)

    MemberFactory.create(organization=acme, is_owner=True)

    assert delete_account(user=alice.user, at=NOW) is True


def test_an_old_owner_who_left_may_go(alice: Member, acme: Organization) -> None:
    Member.objects.filter(pk=alice.pk).update(status=Member.Status.LEFT)

    assert delete_account(user=alice.user, at=NOW) is True


def test_the_others_keep_what_is_theirs(everywhere: Member, charlie: Member) -> None:
    before = [(part.section.key, part.rows) for part in data_of(charlie.user)]

    delete_account(user=everywhere.user, at=NOW)

    assert [(part.section.key, part.rows) for part in data_of(charlie.user)] == before

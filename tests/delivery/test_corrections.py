"""Who shared a post is told what changed; nobody learns who they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from tests.factories import EnrolmentFactory, MemberFactory, PostFactory, ShareFactory, UserFactory
from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.corrections import services
from vaandel.delivery.corrections.queries import audience_of, told_about
from vaandel.delivery.corrections.services import correct_post, tell_corrections, tell_next
from vaandel.delivery.models import Correction, CorrectionRead
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import AuditEntry, Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share

As = Callable[[Member], Client]
# A Monday morning in Amsterdam.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = "We wrote 40 kilometres; it is 4. Please correct it or take it down."


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme, title="Forty kilometres of pipe")


@pytest.fixture
def page(post: Post) -> str:
    return f"/o/acme/studio/posts/{post.pk}/correct/"


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    return ShareFactory.create(
        post=post,
        enrolment=bob_enrolment,
        state=Share.State.CONFIRMED,
        opened_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        permalink="https://www.linkedin.com/posts/bob_1",
    )


@pytest.fixture
def correction(post: Post, alice: Member, share: Share) -> Correction:
    return correct_post(post=post, text=TEXT, by=alice, at=NOW)


class Died(Exception):
    """The worker was killed before its transaction was over."""


@transaction.atomic
def die_while_telling() -> None:
    assert tell_corrections() == 2
    raise Died


def tell_everybody() -> int:
    told = 0
    while number := tell_corrections():
        told += number
    return told


@pytest.mark.usefixtures("share")
def test_two_presses_tell_everybody_who_shared_it(
    client_as: As, alice: Member, bob: Member, page: str
) -> None:
    client = client_as(alice)

    preview = client.post(page, {"text": TEXT})
    assert preview.context["preview"] == TEXT
    assert not Correction.objects.exists()
    response = client.post(page, {"text": TEXT, "sure": "on"}, follow=True)

    assert "Everybody who shared this post is told" in response.content.decode()
    assert bob.user.name not in response.content.decode()
    assert Correction.objects.get().by_name == "Alice Editor"
    assert AuditEntry.objects.get().action == "post.corrected"
    assert tell_everybody() == 1
    assert OutgoingMessage.objects.get().to_address == bob.user.email


@pytest.mark.usefixtures("share")
def test_pressed_twice_they_are_told_once(client_as: As, alice: Member, page: str) -> None:
    client = client_as(alice)
    for _ in range(2):
        client.post(page, {"text": TEXT, "sure": "on"})
    tell_everybody()
    tell_everybody()

    assert Correction.objects.count() == 1
    assert OutgoingMessage.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_the_mail_says_what_and_what_one_can_do(correction: Correction, bob: Member) -> None:
    Post.objects.update(state=Post.State.WITHDRAWN)

    tell_next(correction.pk, at=NOW)

    mail = OutgoingMessage.objects.get()
    assert mail.subject == "Something changed in what you shared: Forty kilometres of pipe"
    assert mail.text == (
        "Hello Bob,\n"
        "\n"
        "You shared “Forty kilometres of pipe”. Something in it has changed:\n"
        "\n"
        f"{TEXT}\n"
        "Alice Editor\n"
        "\n"
        "The post was withdrawn. The short link in your own post now leads to a page\n"
        "with something else to read.\n"
        "\n"
        "What you do with your own post is up to you: leave it, correct it, or delete\n"
        "it. Only you can; we cannot see or change it.\n"
        "\n"
        "LinkedIn, 20 November\n"
        "Your post:\n"
        "https://www.linkedin.com/posts/bob_1\n"
        "\n"
        "See it in Vaandel:\n"
        "http://127.0.0.1:8000/o/acme/impact/?period=all\n"
        "\n"
        "--\n"
        "You get this mail because you shared this post. Nobody sees who that were.\n"
    )
    assert 'href="https://www.linkedin.com/posts/bob_1"' in mail.html
    enrolment = bob.enrolments.get()
    assert (mail.key, mail.person) == (f"correction:{correction.pk}:{enrolment.pk}", bob.user_id)
    assert mail.windows[0] == ["2026-11-23T09:00:00+00:00", "2026-11-23T17:00:00+00:00"]
    assert not mail.essential


@pytest.mark.usefixtures("correction")
def test_who_did_not_post_has_left_or_works_here_no_more_gets_no_mail(
    programme: Programme, post: Post, bob: Member
) -> None:
    ShareFactory.create(post=post, state=Share.State.NOT_POSTED)
    left = EnrolmentFactory.create(programme=programme, state=Enrolment.State.LEFT)
    gone = MemberFactory.create(organization=programme.organization, status=Member.Status.LEFT)
    paused = EnrolmentFactory.create(programme=programme, state=Enrolment.State.PAUSED)
    for enrolment in (left, EnrolmentFactory.create(programme=programme, member=gone), paused):
        ShareFactory.create(post=post, enrolment=enrolment)

    assert tell_everybody() == 2

    assert set(OutgoingMessage.objects.values_list("person", flat=True)) == {
        bob.user_id,
        paused.member.user_id,
    }


def test_it_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, programme: Programme, post: Post, correction: Correction
) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(4):
        ShareFactory.create(post=post, enrolment=EnrolmentFactory.create(programme=programme))

    assert tell_corrections() == 2
    with pytest.raises(Died):
        die_while_telling()
    assert OutgoingMessage.objects.count() == 2
    assert tell_everybody() == 3

    assert OutgoingMessage.objects.count() == 5
    correction.refresh_from_db()
    assert (correction.told, correction.done_at is None) == (5, False)


def test_one_bad_mail_does_not_keep_the_others_from_knowing(
    programme: Programme, post: Post, correction: Correction, bob: Member
) -> None:
    ShareFactory.create(post=post, enrolment=EnrolmentFactory.create(programme=programme))
    User.objects.filter(pk=bob.user_id).update(time_zone="Mars/Olympus")

    tell_everybody()

    assert OutgoingMessage.objects.exclude(person=bob.user_id).count() == 1
    correction.refresh_from_db()
    assert correction.done_at is not None


def test_one_bad_correction_does_not_keep_back_the_next(
    post: Post, alice: Member, correction: Correction, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = correct_post(post=post, text="And it is 5.", by=alice, at=NOW)
    really = services.tell_next

    def tell_next(correction_id: int, *, at: datetime) -> int:
        if correction_id == correction.pk:
            raise ValueError("This one is broken.")
        return really(correction_id, at=at)

    monkeypatch.setattr(services, "tell_next", tell_next)

    assert tell_everybody() == 1

    later.refresh_from_db()
    correction.refresh_from_db()
    assert (later.told, correction.told) == (1, 0)


@pytest.mark.parametrize(("others", "shown"), [(3, None), (4, 5)])
def test_how_many_is_told_from_five(
    client_as: As,
    alice: Member,
    programme: Programme,
    post: Post,
    correction: Correction,
    page: str,
    others: int,
    shown: int | None,
) -> None:
    for _ in range(others):
        ShareFactory.create(post=post, enrolment=EnrolmentFactory.create(programme=programme))
    assert audience_of(post).people == shown
    tell_everybody()

    [told] = told_about(post)
    assert (told.people, told.done) == (shown, True)
    content = client_as(alice).get(page).content.decode()
    assert ("fewer than five people" in content) is (shown is None)
    assert ("5 people told" in content) is (shown is not None)


@pytest.mark.usefixtures("correction")
def test_the_notice_stands_on_today_and_at_the_share_until_it_is_put_away(
    client_as: As, bob: Member
) -> None:
    client = client_as(bob)
    correction = Correction.objects.get()
    assert TEXT in client.get("/o/acme/").content.decode()
    assert TEXT in client.get("/o/acme/impact/?period=all").content.decode()

    for _ in range(2):
        client.post(f"/o/acme/corrections/{correction.pk}/away/")

    assert CorrectionRead.objects.count() == 1
    assert TEXT not in client.get("/o/acme/").content.decode()
    assert TEXT in client.get("/o/acme/impact/?period=all").content.decode()


@pytest.mark.usefixtures("correction")
def test_who_did_not_share_it_reads_nothing(client_as: As, programme: Programme) -> None:
    other = EnrolmentFactory.create(
        programme=programme,
        member=MemberFactory.create(
            organization=programme.organization, user=UserFactory.create(), is_ambassador=True
        ),
    )
    client = client_as(other.member)
    correction = Correction.objects.get()

    assert TEXT not in client.get("/o/acme/").content.decode()
    assert client.post(f"/o/acme/corrections/{correction.pk}/away/").status_code == 404


def test_nobody_to_tell(client_as: As, alice: Member, post: Post, page: str) -> None:
    client = client_as(alice)

    response = client.post(page, {"text": TEXT, "sure": "on"})

    assert "Nobody to tell" in response.content.decode()
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "Write what changed"), ("x" * 1001, "At most 1,000 characters.")],
)
@pytest.mark.usefixtures("share")
def test_words_that_cannot_be_sent(
    client_as: As, alice: Member, page: str, text: str, message: str
) -> None:
    response = client_as(alice).post(page, {"text": text, "sure": "on"})

    assert response.status_code == 422
    assert message in response.content.decode()


def test_only_who_edits_and_only_what_was_live(
    client_as: As, alice: Member, bob: Member, post: Post, page: str
) -> None:
    assert client_as(bob).get(page).status_code == 403
    Post.objects.filter(pk=post.pk).update(published_at=None)
    assert client_as(alice).get(page).status_code == 404

"""A thank-you reaches everybody whose post was clicked, with their own figure and no list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tests.factories import EnrolmentFactory, MemberFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Kind, LinkDay
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.recognition.models import Thanks
from vaandel.recognition.queries import thankable, thanks_for
from vaandel.recognition.services import thank
from vaandel.shares.models import Share

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(programme=programme, title="Four kilometres of pipe")


@pytest.fixture
def page(post: Post) -> str:
    return f"/o/acme/posts/{post.pk}/thanks/"


def clicked(post: Post, enrolment: Enrolment, count: int, kind: Kind = Kind.HUMAN) -> Share:
    share = ShareFactory.create(post=post, enrolment=enrolment)
    LinkDay.objects.create(
        organization=post.organization, link=share.link, day=DAY, kind=kind, count=count
    )
    return share


def test_two_presses_send_a_personal_thank_you_with_the_figure(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
) -> None:
    clicked(post, bob_enrolment, 9)
    client = client_as(alice)

    assert client.get(page).status_code == 200
    client.post(page, {"text": "Somebody applied. Thank you."})

    [received] = thanks_for(bob_enrolment)
    assert received.text == "Somebody applied. Thank you."
    assert received.clicks == 9
    assert received.from_line == "Alice Editor · your post was clicked 9 times"
    assert received.initials == "AE"


def test_who_likes_looks_first_how_it_reads(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
) -> None:
    clicked(post, bob_enrolment, 9)

    preview = client_as(alice).post(page, {"text": "Thank you.", "look": "on"})

    assert preview.context["preview"] == "Thank you."
    assert not Thanks.objects.exists()


def test_who_was_not_clicked_or_did_not_post_is_not_thanked(
    client_as: Callable[[Member], Client],
    alice: Member,
    programme: Programme,
    post: Post,
    page: str,
) -> None:
    unclicked = EnrolmentFactory.create(programme=programme)
    previewed = EnrolmentFactory.create(programme=programme)
    ShareFactory.create(post=post, enrolment=unclicked)
    clicked(post, previewed, 4, Kind.PREVIEW)
    not_posted = clicked(post, EnrolmentFactory.create(programme=programme), 3)
    Share.objects.filter(pk=not_posted.pk).update(state=Share.State.NOT_POSTED)

    response = client_as(alice).post(page, {"text": "Thank you"}, follow=True)

    assert not Thanks.objects.exists()
    assert "Nobody to thank yet" in response.content.decode()


def test_pressing_twice_thanks_once(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
) -> None:
    clicked(post, bob_enrolment, 2)
    client = client_as(alice)

    for _ in range(2):
        client.post(page, {"text": "Thank you"})

    assert Thanks.objects.count() == 1
    assert AuditEntry.objects.filter(action="thanks.given").count() == 1


def test_the_page_never_says_who_or_how_few(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
) -> None:
    clicked(post, bob_enrolment, 2)

    response = client_as(alice).get(page)

    assert response.context["people"].people is None
    assert "It goes to fewer than five people." in response.content.decode()
    assert bob.user.name not in response.content.decode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Write a few words."),
        ("Thanks for ___", "Fill in the gap first"),
        ("x" * 501, "At most 500 characters."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_words_that_cannot_be_sent(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
    text: str,
    message: str,
) -> None:
    clicked(post, bob_enrolment, 2)

    response = client_as(alice).post(page, {"text": text})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Thanks.objects.exists()


def test_markup_is_shown_as_it_was_typed(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
) -> None:
    clicked(post, bob_enrolment, 2)

    response = client_as(alice).post(page, {"text": "<script>alert(1)</script>", "look": "on"})

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_the_colleague_whose_vacancy_it_is_may_thank(
    client_as: Callable[[Member], Client], acme: Organization, post: Post, page: str
) -> None:
    recruiter = MemberFactory.create(organization=acme)
    assert client_as(recruiter).get(page).status_code == 403

    post.contact = recruiter
    post.save()

    assert client_as(recruiter).get(page).status_code == 200


def test_another_organisation_learns_nothing(
    client_as: Callable[[Member], Client], charlie: Member, post: Post
) -> None:
    assert client_as(charlie).get(f"/o/globex/posts/{post.pk}/thanks/").status_code == 404


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (
            4,
            "about “Four kilometres of pipe”. People came to look because of you.",
        ),
        (
            5,
            "Together you brought 10 clicks: people came to look because of you.",
        ),
    ],
)
def test_words_to_send_as_they_are_with_a_figure_that_points_at_nobody(
    client_as: Callable[[Member], Client],
    alice: Member,
    programme: Programme,
    post: Post,
    page: str,
    people: int,
    words: str,
) -> None:
    for _ in range(people):
        clicked(post, EnrolmentFactory.create(programme=programme), 2)

    response = client_as(alice).get(page)

    assert response.context["form"]["text"].value().endswith(words)


def test_changing_the_words_keeps_them(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob_enrolment: Enrolment,
    post: Post,
    page: str,
) -> None:
    clicked(post, bob_enrolment, 2)

    response = client_as(alice).post(page, {"text": "Thank you", "again": "on"})

    assert response.context["form"]["text"].value() == "Thank you"
    assert not Thanks.objects.exists()


def test_five_people_are_counted_with_their_clicks_and_four_are_not(
    client_as: Callable[[Member], Client],
    alice: Member,
    programme: Programme,
    post: Post,
    page: str,
) -> None:
    for count in range(1, 5):
        clicked(post, EnrolmentFactory.create(programme=programme), count)
    client = client_as(alice)
    people = client.get(page).context["people"]
    assert (people.anybody, people.people, people.clicks) == (True, None, None)

    clicked(post, EnrolmentFactory.create(programme=programme), 5)

    people = client.get(page).context["people"]
    assert (people.people, people.clicks) == (5, 15)
    response = client.post(page, {"text": "Thank you"}, follow=True)
    assert "Sent to 5 people, each with their own figure." in response.content.decode()
    assert "You thanked everybody</h" in response.content.decode()


def test_a_person_is_thanked_once_for_a_post_however_often_they_shared(
    alice: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    clicked(post, bob_enrolment, 2)
    best = clicked(post, bob_enrolment, 6)
    assert thank(post=post, by=alice, text="Thank you", at=NOW) == 1
    LinkDay.objects.filter(link__share__post=post).update(count=9)
    clicked(post, bob_enrolment, 30)

    assert thank(post=post, by=alice, text="Thank you", at=NOW) == 0

    [thanks] = Thanks.objects.all()
    assert (thanks.share, thanks.clicks) == (best, 6)
    assert thankable(post, by=alice).anybody is False


def test_another_colleague_may_thank_for_the_same_post(
    alice: Member, bob_enrolment: Enrolment, post: Post
) -> None:
    clicked(post, bob_enrolment, 2)
    coach = MemberFactory.create(organization=alice.organization, is_coach=True)

    assert [thank(post=post, by=by, text="Thanks", at=NOW) for by in (alice, coach)] == [1, 1]


def test_nobody_thanks_themselves(alice: Member, programme: Programme, post: Post) -> None:
    clicked(post, EnrolmentFactory.create(programme=programme, member=alice), 3)

    assert thankable(post, by=alice).anybody is False
    assert thank(post=post, by=alice, text="Well done", at=NOW) == 0

"""Once a month owners get a letter: measured, reported and estimated, one suggestion, no person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client

from tests.factories import EnrolmentFactory, MemberFactory, PostFactory, ShareFactory
from vaandel.impact.letters.figures import Month, figures_of
from vaandel.impact.letters.services import send_letters
from vaandel.impact.models import PostTotal
from vaandel.links.models import Kind, LinkDay
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import stop_sharing
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.recognition.models import Thanks
from vaandel.shares.models import Share

As = Callable[[Member], Client]
OCTOBER = Month(date(2026, 10, 1))
# Monday the second of November, nine o'clock in Amsterdam.
NINE = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def founded_long_ago(acme: Organization) -> None:
    acme.created_at = datetime(2026, 1, 1, tzinfo=UTC)
    acme.save()


@pytest.fixture
def post(programme: Programme) -> Post:
    return PostFactory.create(
        programme=programme,
        title="Four kilometres of pipe",
        published_at=datetime(2026, 10, 5, 9, tzinfo=UTC),
    )


def shared(post: Post, clicks: int, day: int = 6, **share: object) -> Share:
    opened = datetime(2026, 10, day, 9, tzinfo=UTC)
    enrolment = EnrolmentFactory.create(
        programme=post.programme, joined_at=datetime(2026, 9, 1, tzinfo=UTC)
    )
    made = ShareFactory.create(post=post, enrolment=enrolment, opened_at=opened, **share)
    LinkDay.objects.create(
        organization=post.organization,
        link=made.link,
        day=opened.date(),
        kind=Kind.HUMAN,
        count=clicks,
    )
    return made


@pytest.fixture
def october(post: Post) -> None:
    for day in (6, 7, 8, 20, 30):
        shared(post, 4, day, state=Share.State.CONFIRMED, views=100)
    PostTotal.objects.create(
        organization=post.organization,
        post=post,
        sharers=5,
        reach_low=300,
        reach_high=900,
        updated_at=NINE,
    )


@pytest.mark.usefixtures("october", "alice")
def test_the_letter_puts_the_three_layers_side_by_side() -> None:
    with time_machine.travel(NINE, tick=False):
        assert send_letters() == 1

    mail = OutgoingMessage.objects.get()
    assert mail.subject == "October: what colleagues told about Acme"
    address = "http://127.0.0.1:8000/o/acme"
    post = Post.objects.get()
    assert mail.text.startswith(
        "Hello Alice,\n"
        "\n"
        "October in the programme at Acme\n"
        "\n"
        "Measured\n"
        "- 20 clicks by people on what colleagues shared\n"
        "1 Oct – 7 Oct: 8\n"
        "8 Oct – 14 Oct: 4\n"
        "15 Oct – 21 Oct: 4\n"
        "22 Oct – 28 Oct: 0\n"
        "29 Oct – 31 Oct: 4\n"
        "- 5 people shared something\n"
        "- 5 times a network was opened\n"
        "\n"
        "Reported by people themselves\n"
        "- 5 posts placed\n"
        "- 500 views, typed in for 5 posts\n"
        "\n"
        "Estimated\n"
        "- ca. 300-900 people may have seen “Four kilometres of pipe”\n"
        "\n"
        "We never add these three up.\n"
        "\n"
        "What was clicked most\n"
        "- Four kilometres of pipe: 20\n"
        f"{address}/programme/posts/{post.pk}/\n"
        "\n"
        "New\n"
        "- 1 post published\n"
        "\n"
        "One suggestion\n"
        "Nobody was thanked last month. It takes two presses, and each person reads\n"
        "it with their own figure.\n"
        "\n"
        f"{address}/programme/posts/\n"
    )
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.windows[0] == ["2026-11-02T08:00:00+00:00", "2026-11-02T17:00:00+00:00"]
    assert len(mail.html) < 90_000


@pytest.mark.usefixtures("october")
@pytest.mark.parametrize(
    ("moment", "letters"),
    [
        (NINE - timedelta(minutes=1), 0),
        (NINE - timedelta(days=1), 0),
        (NINE, 1),
        (NINE + timedelta(days=6), 1),
        (NINE + timedelta(days=8), 0),
    ],
)
def test_from_nine_on_the_first_working_day(alice: Member, moment: datetime, letters: int) -> None:
    with time_machine.travel(moment, tick=False):
        assert send_letters() == letters
        assert send_letters() == 0

    assert OutgoingMessage.objects.filter(person=alice.user_id).count() == letters


@pytest.mark.usefixtures("october", "alice")
def test_a_public_holiday_is_no_working_day(acme: Organization) -> None:
    new_year = datetime(2027, 1, 1, 9, tzinfo=UTC)
    shared(Post.objects.get(), 1)
    LinkDay.objects.update(day=date(2026, 12, 6))
    with time_machine.travel(new_year, tick=False):
        assert send_letters() == 0
    with time_machine.travel(datetime(2027, 1, 4, 8, tzinfo=UTC), tick=False):
        assert send_letters() == 1


def test_nobody_can_be_recognised(post: Post) -> None:
    for _ in range(4):
        shared(post, 1, state=Share.State.CONFIRMED, views=10)

    figures = figures_of(OCTOBER)

    assert (figures.active, figures.shares, figures.confirmed, figures.views) == (None,) * 4
    assert (figures.reach, figures.joined, figures.clicks) == (None, None, 4)


@pytest.mark.usefixtures("october", "alice")
def test_who_does_not_want_it_stops_it_from_the_letter_itself(
    client: Client, acme: Organization
) -> None:
    other = MemberFactory.create(organization=acme, is_owner=True)
    with time_machine.travel(NINE, tick=False):
        send_letters()
    address = OutgoingMessage.objects.get(person=other.user_id).headers["List-Unsubscribe"][1:-1]

    assert "No more monthly letters?" in client.get(address).content.decode()
    for _ in range(2):
        said = client.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()

    assert "You get no more letters" in said
    assert not OutgoingMessage.objects.filter(person=other.user_id).exists()
    with time_machine.travel(NINE + timedelta(hours=1), tick=False):
        assert send_letters() == 0


def test_or_in_the_studio(client_as: As, alice: Member, bob: Member) -> None:
    client = client_as(alice)

    client.post("/o/acme/programme/letter/", {"stop": "on"})
    assert "You do not get it." in client.get("/o/acme/programme/letter/").content.decode()
    client.post("/o/acme/programme/letter/", {"start": "on"})
    assert "You get it." in client.get("/o/acme/programme/letter/").content.decode()

    assert client_as(bob).get("/o/acme/programme/letter/").status_code == 403


@pytest.mark.parametrize("token", ["x", signing.Signer(salt="other").sign("1")])
def test_a_made_up_address_leads_nowhere(client: Client, alice: Member, token: str) -> None:
    assert client.get(f"/l/{token}/").status_code == 404


@pytest.mark.usefixtures("october")
def test_while_sharing_is_stopped_there_is_no_letter(acme: Organization, alice: Member) -> None:
    stop_sharing(organization=acme, reason="An accident.", by=alice, at=NINE)

    with time_machine.travel(NINE, tick=False):
        assert send_letters() == 0


@pytest.mark.usefixtures("alice")
def test_a_programme_in_which_nothing_happened_gets_no_letter() -> None:
    with time_machine.travel(NINE, tick=False):
        assert send_letters() == 0


def test_the_suggestion_fits_the_month(alice: Member, post: Post) -> None:
    assert figures_of(Month(date(2026, 9, 1))).suggestion == "publish"
    assert figures_of(OCTOBER).suggestion == "thank"

    share = shared(post, 1)
    assert share.enrolment is not None
    Thanks.objects.create(
        organization=post.organization,
        by=alice,
        to=share.enrolment,
        post=post,
        text="Thank you",
        given_at=OCTOBER.start,
    )
    assert figures_of(OCTOBER).suggestion == "ask"

    PostTotal.objects.create(
        organization=post.organization, post=post, with_text=10, own_words=2, updated_at=NINE
    )
    assert figures_of(OCTOBER).suggestion == "starts"


def test_a_month_knows_its_ends() -> None:
    assert Month.before(date(2026, 3, 31)) == Month(date(2026, 2, 1))
    assert Month(date(2024, 2, 1)).last == date(2024, 2, 29)
    assert Month(date(2026, 12, 1)).end == datetime(2027, 1, 1, tzinfo=UTC)

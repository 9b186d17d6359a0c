"""Planning a text for one's own account, and every step with it until it is over."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.factories import EnrolmentFactory, PublicationFactory
from tests.networks.fixtures import linkedin as linkedin
from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import account as account
from tests.shares.publishing.conftest import proxy as proxy
from tests.shares.publishing.conftest import send as send
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic
from vaandel.shares.models import NetworkFigures, Publication, Share
from vaandel.shares.publishing import publish_due

State = Publication.State
Make = Callable[..., Publication]
# A Tuesday; ten past ten in Amsterdam.
TUESDAY = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
LIST = "/o/acme/planned/"


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def bob_account(bob_enrolment: Enrolment) -> ConnectedAccount:
    return ConnectedAccount.objects.create(
        organization_id=bob_enrolment.organization_id,
        enrolment=bob_enrolment,
        channel="linkedin",
        remote_id="p1",
        handle="Bob Sharer",
        keys_sealed="",
    )


@pytest.fixture
def plan(bob_client: Client, post: Post, bob_account: ConnectedAccount) -> Callable[..., Any]:
    """Bob presses "Plan it"; the answer."""

    def press(**fields: Any) -> Any:
        data = {
            "channel": "linkedin",
            "press": str(uuid.uuid4()),
            "disclosure": "en-0",
            "text": "We dug at night.",
            "when": "own",
        }
        return bob_client.post(f"/o/acme/posts/{post.pk}/share/plan/", data | fields)

    return press


@pytest.fixture
def make(post: Post, bob_account: ConnectedAccount) -> Make:
    """A publication of Bob's in some state."""

    def make_publication(state: str = State.ARMED, **values: Any) -> Publication:
        return PublicationFactory.create(post=post, account=bob_account, state=state, **values)

    return make_publication


def page_of(client: Client, path: str = LIST) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def press(client: Client, publication: Publication, step: str, **fields: str) -> Any:
    return client.post(f"{LIST}{publication.pk}/{step}/", fields, follow=True)


def test_three_moments_are_proposed(
    bob_client: Client, post: Post, bob_account: ConnectedAccount
) -> None:
    page = page_of(bob_client, f"/o/acme/posts/{post.pk}/share/")

    for label in ("Today, 12:15", "Today, 17:00", "Tomorrow, Wednesday 25 November, 08:30"):
        assert label in page
    assert "Plan it on LinkedIn" in page


def test_a_proposed_moment_is_taken(bob_client: Client, plan: Callable[..., Any]) -> None:
    response = plan(when="2026-11-25T08:30:00+01:00")

    publication = Publication.objects.get()
    assert response["Location"] == f"{LIST}{publication.pk}/"
    assert publication.planned
    assert publication.due_at == datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
    page = page_of(bob_client, response["Location"])
    assert "Planned for Wednesday 25 November 2026, 08:30." in page
    assert "quiet hours" not in page.split("</main>")[0].split("alert", 2)[1]


def test_a_moment_of_ones_own_may_be_in_quiet_hours(
    bob_client: Client, plan: Callable[..., Any]
) -> None:
    """What was typed counts, whatever was chosen above it."""
    response = plan(when="2026-11-25T08:30:00+01:00", day="2026-11-28", time="21:00")

    assert Publication.objects.get().due_at == datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
    assert "That is within your quiet hours; that is up to you." in page_of(
        bob_client, response["Location"]
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2026-11-24", "time": "09:00"}, "That moment has passed. Choose a later one."),
        ({"day": "2027-03-01", "time": "09:00"}, "You can plan at most 90 days ahead."),
        ({"day": "2026-11-25"}, "Choose a day and a time."),
        ({"time": "09:00"}, "Choose a day and a time."),
        ({"day": "tomorrow", "time": "09:00"}, "Write the day as 2027-01-15."),
        ({"day": "2026-11-25", "time": "nine"}, "Write the time as 09:30."),
        ({"when": "soon"}, "Choose a day and a time."),
        ({"when": "2026-11-25T08:30:00"}, "Choose a day and a time."),
    ],
)
def test_a_moment_that_cannot_be_is_said_at_the_field(
    plan: Callable[..., Any], fields: dict[str, str], words: str
) -> None:
    response = plan(**fields)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "We dug at night." in page
    assert '<details class="planning" open>' in page
    assert Publication.objects.count() == 0


@pytest.mark.parametrize(
    ("now", "day", "time", "words"),
    [
        ("2027-03-20", "2027-03-28", "02:30", "this time does not exist. Choose 03:30."),
        ("2026-10-20", "2026-10-25", "02:30", "this time comes twice. Choose another one."),
    ],
)
def test_a_time_in_the_night_the_clock_jumps(
    bob_client: Client,
    bob: Member,
    plan: Callable[..., Any],
    tuesday: Any,
    now: str,
    day: str,
    time: str,
    words: str,
) -> None:
    tuesday.move_to(datetime.fromisoformat(f"{now}T10:00:00+00:00"))
    bob_client.force_login(bob.user, backend="django.contrib.auth.backends.ModelBackend")

    response = plan(day=day, time=time)

    assert response.status_code == 422
    assert words in response.content.decode()


def test_not_after_the_end_of_the_proposal(post: Post, plan: Callable[..., Any]) -> None:
    Post.objects.filter(pk=post.pk).update(expires_at=TUESDAY + timedelta(days=1))

    response = plan(day="2026-11-26", time="09:00")

    assert response.status_code == 422
    assert "The proposal ends on Wednesday 25 November 2026, 10:10." in response.content.decode()


def test_the_list_says_what_needs_whom(bob_client: Client, make: Make) -> None:
    make(due_at=TUESDAY + timedelta(days=2), planned=True)
    make(State.REJECTED, problem="refused_text", text="Nobody liked this.")
    make(State.UNKNOWN, problem="no_answer")
    make(State.UNKNOWN, problem="cannot_tell")
    make(State.CANCELLED, ended_at=TUESDAY)
    make(State.PUBLISHED, permalink="https://www.linkedin.com/feed/update/1", ended_at=TUESDAY)

    page = page_of(bob_client)

    needs, _, rest = page.partition("Waits for its moment")
    waits, _, over = rest.partition("The last thirty days")
    assert needs.count('class="card publication publication-needs"') == 2
    assert "LinkedIn does not take this text." in needs
    assert "Look at your profile and tell us; then nothing is posted twice." in needs
    assert waits.count('class="card publication"') == 2
    assert "26 November 2026, 10:10" in waits
    assert "Not certain yet: we look whether it is there" in waits
    assert over.count('class="card publication"') == 2
    assert "https://www.linkedin.com/feed/update/1" in over
    assert "you cancelled it" in over


def test_an_empty_list_asks_nothing(bob_client: Client) -> None:
    page = page_of(bob_client)

    assert "Nothing is planned" in page
    assert "Nothing is required." in page


def test_who_does_not_take_part_has_an_empty_list(
    client_as: Callable[[Member], Client], alice: Member
) -> None:
    assert "Nothing is planned" in page_of(client_as(alice))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(
    bob_client: Client, make: Make, count: int, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        make(State.REJECTED, problem="duplicate")

    with django_assert_num_queries(6):  # session, user, member, enrolment, count, page
        page = page_of(bob_client)

    assert page.count("publication-needs") == count


def test_twenty_five_on_a_page(bob_client: Client, make: Make) -> None:
    for _ in range(26):
        make()

    assert page_of(bob_client).count('class="card publication"') == 25
    assert page_of(bob_client, f"{LIST}?page=2").count('class="card publication"') == 1


def test_nobody_sees_what_a_colleague_planned(
    client_as: Callable[[Member], Client], alice: Member, post: Post, make: Make
) -> None:
    publication = make(text="A secret of Bob's.")
    EnrolmentFactory.create(programme=post.programme, member=alice)
    client = client_as(alice)

    assert "A secret of Bob" not in page_of(client)
    for step in ("", "state/", "words/", "correct/"):
        assert client.get(f"{LIST}{publication.pk}/{step}").status_code == 404
    assert press(client, publication, "cancel").status_code == 404


def test_cancelling_can_be_undone(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)

    page = press(bob_client, publication, "cancel").content.decode()

    publication.refresh_from_db()
    assert publication.state == State.CANCELLED
    assert "Cancelled. Your text is kept." in page
    assert f'action="{LIST}{publication.pk}/undo/"' in page

    page = press(bob_client, publication, "undo", **{"from": "list"}).content.decode()

    publication.refresh_from_db()
    assert publication.state == State.ARMED
    assert "It is planned again." in page


def test_the_second_press_hears_how_it_stands(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1))
    press(bob_client, publication, "cancel")

    page = press(bob_client, publication, "cancel").content.decode()

    assert "That was done already, or it is on its way." in page


def test_moving(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)

    page = press(bob_client, publication, "move", day="2026-11-26", time="10:30").content.decode()

    publication.refresh_from_db()
    assert publication.due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert "Planned for Thursday 26 November 2026, 10:30." in page


def test_moving_into_the_past_is_refused(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)

    response = press(bob_client, publication, "move", day="2026-11-23", time="10:30")

    assert response.status_code == 422
    assert "That moment has passed. Choose a later one." in response.content.decode()
    assert 'value="2026-11-23"' in response.content.decode()


def test_other_words(bob_client: Client, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1), planned=True)
    page = page_of(bob_client, f"{LIST}{publication.pk}/words/")
    assert "Keep these words" in page

    page = press(bob_client, publication, "words", text="Better words.").content.decode()

    publication.refresh_from_db()
    assert (publication.text, publication.state) == ("Better words.", State.ARMED)
    assert "Your new words are kept." in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A ___ in it", "There is still a gap (___) in your text."),
        ("x" * 3100, "characters too long for LinkedIn."),
    ],
)
def test_other_words_that_cannot_go(bob_client: Client, make: Make, text: str, words: str) -> None:
    publication = make(State.REJECTED, problem="duplicate")

    response = press(bob_client, publication, "words", text=text)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert text in response.content.decode()


def test_no_other_words_for_what_is_under_way(bob_client: Client, make: Make) -> None:
    publication = make(State.SENDING)

    for page in (
        bob_client.get(f"{LIST}{publication.pk}/words/", follow=True),
        press(bob_client, publication, "words", text="Too late."),
    ):
        assert "That was done already, or it is on its way." in page.content.decode()
    publication.refresh_from_db()
    assert publication.text != "Too late."


def test_other_words_for_a_post_that_is_over(bob_client: Client, post: Post, make: Make) -> None:
    publication = make(due_at=TUESDAY + timedelta(days=1))
    Post.objects.filter(pk=post.pk).update(state=Post.State.EXPIRED)

    page = press(bob_client, publication, "words", text="Other words.").content.decode()

    assert "This post is not offered for sharing any more." in page


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        (State.ARMED, "now", State.ARMED),
        (State.REJECTED, "again", State.ARMED),
        (State.REJECTED, "leave", State.CANCELLED),
        (State.ASKING, "confirm", State.ARMED),
        (State.ASKING, "leave", State.CANCELLED),
    ],
)
def test_one_press(bob_client: Client, make: Make, state: str, step: str, after: str) -> None:
    publication = make(state, due_at=TUESDAY + timedelta(hours=1), problem="broken")

    response = press(bob_client, publication, step)

    publication.refresh_from_db()
    assert response.status_code == 200
    assert publication.state == after


@pytest.mark.parametrize("step", ["now", "again", "confirm", "undo"])
def test_nothing_goes_when_the_post_is_over(
    bob_client: Client, post: Post, make: Make, step: str
) -> None:
    publication = make(State.REJECTED)
    Post.objects.filter(pk=post.pk).update(state=Post.State.WITHDRAWN)

    page = press(bob_client, publication, step).content.decode()

    assert "This post is not offered for sharing any more." in page


def test_by_the_dialog_with_the_same_text(bob_client: Client, make: Make) -> None:
    publication = make(State.REJECTED, problem="disconnected", text="My ditch.")

    page = press(bob_client, publication, "dialog").content.decode()

    publication.refresh_from_db()
    assert publication.state == State.CANCELLED
    assert "\nMy ditch.</textarea>" in page


def test_it_is_there(bob_client: Client, make: Make) -> None:
    publication = make(State.UNKNOWN, problem="cannot_tell")

    wrong = press(bob_client, publication, "there", permalink="https://evil.example/1")
    right = press(
        bob_client, publication, "there", permalink="www.linkedin.com/feed/update/urn:li:share:1"
    )

    assert wrong.status_code == 422
    assert "This is not a link to a post on LinkedIn." in wrong.content.decode()
    publication.refresh_from_db()
    assert publication.state == State.PUBLISHED
    assert publication.permalink == "https://www.linkedin.com/feed/update/urn:li:share:1"
    assert "Thank you for telling us." in right.content.decode()
    assert Share.objects.get().state == Share.State.CONFIRMED


def test_it_is_not_there(bob_client: Client, make: Make) -> None:
    publication = make(State.UNKNOWN, problem="cannot_tell")

    page = press(bob_client, publication, "not-there").content.decode()

    publication.refresh_from_db()
    assert publication.state == State.REJECTED
    assert "You can send it again now, or leave it." in page
    assert "You told us that it is not there. Send it again, or leave it." in page
    told = page.split("What happened", 1)[1]
    assert "You told us that it is not there." in told
    assert f'action="{LIST}{publication.pk}/again/"' in page


def test_while_we_look_nobody_has_to_say_anything(bob_client: Client, make: Make) -> None:
    publication = make(State.UNKNOWN, problem="no_answer")

    page = page_of(bob_client, f"{LIST}{publication.pk}/")

    assert "Not certain yet: we look whether it is there" in page
    assert "It is there</button>" not in page


@pytest.fixture
def posted(send: Callable[..., Publication], linkedin: LinkedIn) -> Publication:
    publication = send("On the network.")
    assert publish_due() == 1
    publication.refresh_from_db()
    assert publication.state == State.PUBLISHED
    return publication


def test_taking_it_down(bob_client: Client, posted: Publication, linkedin: LinkedIn) -> None:
    address = f"{LIST}{posted.pk}/"
    assert "Take it down from LinkedIn" in page_of(bob_client, address)

    page = press(bob_client, posted, "take-down").content.decode()

    posted.refresh_from_db()
    assert posted.state == State.DELETED
    assert "It was taken down." in page
    assert Share.objects.get().state == Share.State.NOT_POSTED
    assert press(bob_client, posted, "take-down").status_code == 200


def test_correcting_what_stands_there(bob_client: Client, posted: Publication) -> None:
    assert "Change it on LinkedIn" in page_of(bob_client, f"{LIST}{posted.pk}/correct/")

    page = press(bob_client, posted, "correct", text="Mended.").content.decode()

    posted.refresh_from_db()
    assert posted.text == "Mended."
    assert "Your post was changed." in page


def test_a_network_that_cannot_be_reached_is_said(
    bob_client: Client, posted: Publication, settings: Any
) -> None:
    settings.NETWORK_ADDRESSES = {
        "LINKEDIN_API": "http://127.0.0.1:9",
        "LINKEDIN_WWW": "http://127.0.0.1:9",
    }
    settings.FETCH_ALLOWED_HOSTS = ["127.0.0.1:9"]

    down = press(bob_client, posted, "take-down").content.decode()
    mend = press(bob_client, posted, "correct", text="Mended.")

    posted.refresh_from_db()
    assert (posted.state, posted.text) == (State.PUBLISHED, "On the network.")
    assert "LinkedIn cannot be reached at the moment." in down
    assert mend.status_code == 422


def test_what_was_not_posted_is_not_taken_down(bob_client: Client, make: Make) -> None:
    publication = make(State.REJECTED)

    for step in ("take-down", "correct"):
        page = press(bob_client, publication, step, text="x").content.decode()
        assert "That was done already, or it is on its way." in page


def test_figures_that_the_network_gave(
    bob_client: Client, bob_enrolment: Enrolment, make: Make
) -> None:
    publication = make(State.PUBLISHED, ended_at=TUESDAY, remote_id="1")
    share = Share.objects.create(
        organization_id=publication.organization_id,
        post=publication.post,
        enrolment=bob_enrolment,
        link=publication.link,
        press=publication.press,
        channel="linkedin",
        language="en",
        state=Share.State.CONFIRMED,
    )
    Publication.objects.update(share=share)
    NetworkFigures.objects.create(
        organization_id=share.organization_id,
        share=share,
        source="test",
        reactions=12,
        comments=0,
        fetched_at=TUESDAY,
    )

    page = page_of(bob_client)

    assert "12 reactions · 0 comments · says LinkedIn" in page
    assert " views · " not in page


def test_the_history_is_told_in_words(bob_client: Client, make: Make) -> None:
    publication = make(
        State.REJECTED,
        planned=True,
        due_at=TUESDAY,
        created_at=TUESDAY - timedelta(hours=2),
        handed_over_at=TUESDAY,
        ended_at=TUESDAY + timedelta(seconds=3),
        problem="too_long",
    )

    page = page_of(bob_client, f"{LIST}{publication.pk}/")

    told = page.split("What happened", 1)[1]
    assert told.index("You planned it for Tuesday 24 November 2026, 10:10.") < told.index(
        "We handed your text to LinkedIn."
    )
    assert told.index("We handed your text") < told.index("LinkedIn finds the text too long.")


def test_what_the_law_asks_approval_for_is_said(
    bob_client: Client, post: Post, topic: Topic, make: Make
) -> None:
    waiting = make(due_at=TUESDAY + timedelta(days=1), planned=True)
    refused = make(State.REJECTED, problem="broken")
    Topic.objects.filter(pk=topic.pk).update(regulated=True, keep_years=5)
    Organization.objects.update(keeps_archive=True)

    again = press(bob_client, refused, "again").content.decode()
    words = press(bob_client, waiting, "words", text="My very own words.")

    said = "This text is not among those that were approved for this topic."
    assert said in again
    assert words.status_code == 422
    assert said in words.content.decode()

"""Planning a text for one's own account: which moments there are."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.shares.planned_cast import LIST, TUESDAY, page_of
from tests.shares.planned_cast import bob_account as bob_account
from tests.shares.planned_cast import tuesday as tuesday
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.shares.models import Publication


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

"""An owner may know better than the defaults of the estimate, and says where from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories import EnrolmentFactory, PostFactory, ShareFactory
from vaandel.ambassadors.models import ChannelUse
from vaandel.impact.assumptions import NAMES, default_of
from vaandel.impact.models import Assumption, PostTotal
from vaandel.impact.queries import own_reach_per_post
from vaandel.impact.services import Assuming, assume, freeze_weeks, roll_up
from vaandel.organizations.models import AuditEntry, Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

PAGE = "/o/acme/programme/settings/estimate/"
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
As = Callable[[Member], Client]


def typed(**changes: str) -> dict[str, str]:
    """The form as it is with the defaults, and these changes."""
    fields: dict[str, str] = {}
    for name in NAMES:
        low, high = default_of(name)
        fields |= {f"{name}_low": str(low), f"{name}_high": str(high), f"{name}_note": ""}
    return fields | changes


@pytest.fixture
def shared(programme: Programme) -> Post:
    """By six people who told that they know 300 to 700."""
    post = PostFactory.create(programme=programme)
    for _ in range(6):
        enrolment = EnrolmentFactory.create(programme=programme)
        ShareFactory.create(post=post, enrolment=enrolment)
        ChannelUse.objects.create(
            organization=programme.organization,
            enrolment=enrolment,
            channel="linkedin",
            bracket="300-700",
        )
    return post


def test_each_assumption_is_shown_with_meaning_and_source(client_as: As, alice: Member) -> None:
    page = client_as(alice).get(PAGE).content.decode()

    assert page.count('role="group"') == len(NAMES) == 6
    assert "The circle that colleagues share" in page
    assert "Default: 30%." in page
    assert "Seen on WhatsApp" in page
    assert "Default: 5 to 35%." in page
    assert "Bernstein and others, CHI 2013" in page
    assert "Back to the defaults" not in page


def test_own_figures_are_used_from_then_on_and_the_explanation_says_so(
    client_as: As, alice: Member, shared: Post
) -> None:
    roll_up()
    before = PostTotal.objects.get()
    client = client_as(alice)

    response = client.post(
        PAGE,
        typed(
            linkedin_low="10",
            linkedin_high="12",
            linkedin_note="Own measurement",
            core_low="20",
            core_high="40",
            core_note="Poll of May",
        ),
    )
    roll_up()

    assert (response.status_code, response["Location"]) == (302, PAGE)
    freeze_weeks()
    total = PostTotal.objects.get()
    assert before.reach_low is not None
    assert before.reach_high is not None
    assert total.reach_low is not None
    assert total.reach_high is not None
    assert before.reach_low < total.reach_low < total.reach_high < before.reach_high
    assert total.reach_inputs["linkedin"] == [10, 12]
    page = client.get("/o/acme/programme/").content.decode()
    assert "We assume that 20–40% of each network" in page
    assert "Of one post, 10–12% of a network" in page
    [entry] = AuditEntry.objects.filter(action="estimate.assumptions_changed")
    assert (entry.by, entry.detail) == (alice, {"fields": ["core", "linkedin"]})
    assert 'value="Own measurement"' in client.get(PAGE).content.decode()


def test_only_what_differs_is_kept_and_two_presses_are_one_change(
    client_as: As, alice: Member
) -> None:
    client = client_as(alice)
    for _ in range(2):
        client.post(PAGE, typed(x_high="20", x_note="Ours"))

    row = Assumption.objects.get()
    assert (row.name, row.low, row.high, row.note) == ("x", 1, 20, "Ours")
    assert AuditEntry.objects.count() == 1


def test_the_defaults_come_back(client_as: As, alice: Member, shared: Post) -> None:
    roll_up()
    before = PostTotal.objects.get().reach_high
    assume(values={"linkedin": Assuming(50, 60, "Guess")}, by=alice, at=AT)
    roll_up()
    assert PostTotal.objects.get().reach_high != before
    client = client_as(alice)
    assert "Back to the defaults" in client.get(PAGE).content.decode()

    for _ in range(2):
        assert client.post(f"{PAGE}restore/")["Location"] == PAGE
    roll_up()

    assert not Assumption.objects.exists()
    assert PostTotal.objects.get().reach_high == before
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"x_low": "-1"}, "Fill in a number from 0 to 100."),
        ({"x_high": "101"}, "Fill in a number from 0 to 100."),
        ({"x_low": "a few"}, "Fill in a whole number."),
        ({"x_low": ""}, "Fill in a percentage."),
        ({"x_low": "11", "x_note": "Ours"}, "This must not be less than the other."),
        ({"x_low": "2"}, "Say where these figures come from."),
    ],
)
def test_what_cannot_be_is_told_and_nothing_changes(
    client_as: As, alice: Member, changes: dict[str, str], error: str
) -> None:
    response = client_as(alice).post(PAGE, typed(core_note="kept", **changes))

    page = response.content.decode()
    assert response.status_code == 422
    assert error in page
    assert 'value="kept"' in page
    assert not Assumption.objects.exists()


def test_my_own_range_uses_them_too(client_as: As, alice: Member, shared: Post) -> None:
    member = ChannelUse.objects.all()[0].enrolment.member
    client = client_as(member)
    before = own_reach_per_post(ChannelUse.objects.all()[0].enrolment)

    assume(values={"linkedin": Assuming(50, 60, "Guess")}, by=alice, at=AT)

    assert before is not None
    assert (before.low, before.high) == (10, 122)
    response = client.get("/o/acme/impact/")
    own = response.context["own_reach"]
    assert (own.low, own.high) == (105, 294)
    assert "Of one post, 50–60% of a network" in response.content.decode()


def test_of_another_organisation_nothing_is_used(
    alice: Member, charlie: Member, shared: Post
) -> None:
    roll_up()
    before = PostTotal.objects.get().reach_high

    assume(values={"linkedin": Assuming(50, 60, "Guess")}, by=charlie, at=AT)
    roll_up()

    assert PostTotal.objects.get().reach_high == before


def test_it_is_for_the_owner(client_as: As, bob: Member) -> None:
    assert client_as(bob).get(PAGE).status_code == 403
    assert client_as(bob).post(f"{PAGE}restore/").status_code == 403

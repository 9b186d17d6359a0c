"""Who may see and change a post in the studio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import MemberFactory
from tests.posts.conftest import address, form_of
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Autosave, Post

SignIn = Callable[[Member], Client]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("is_owner", 200),
        ("is_editor", 200),
        ("is_approver", 200),
        ("is_ambassador", 403),
        ("is_sponsor", 403),
        ("is_works_council", 403),
        ("is_coach", 403),
    ],
)
def test_who_may_open_the_editor(
    draft: Post, acme: Organization, client_as: SignIn, role: str, status: int
) -> None:
    roles: dict[str, Any] = {role: True}
    somebody = client_as(MemberFactory.create(organization=acme, **roles))

    assert somebody.get(address(draft)).status_code == status


def test_nobody_signs_in_first(draft: Post, client: Client) -> None:
    response = client.get(address(draft))

    assert response.status_code == 302
    assert "/accounts/" in response.headers["Location"]


def test_a_stranger_learns_nothing_and_changes_nothing(
    draft: Post, charlie: Member, client_as: SignIn
) -> None:
    stranger = client_as(charlie)
    taken = form_of(draft, title="Taken")

    assert stranger.get(address(draft)).status_code == 404
    assert stranger.get(f"/o/globex/studio/posts/{draft.pk}/").status_code == 404
    for more in ((), ("autosave",), ("discard",), ("copy",), ("withdraw",), ("review", "approve")):
        assert stranger.post(address(draft, *more), taken).status_code == 404
    draft.refresh_from_db()
    assert (draft.title, draft.version, Post.objects.count()) == ("Heat from the sewer", 1, 1)
    assert not Autosave.objects.exists()


def test_an_approver_reads_and_does_not_write(
    draft: Post, acme: Organization, client_as: SignIn
) -> None:
    approver = client_as(MemberFactory.create(organization=acme, is_approver=True))

    for more in ((), ("autosave",), ("discard",), ("copy",), ("withdraw",)):
        response = approver.post(address(draft, *more), form_of(draft, title="Mine"))
        assert response.status_code == 403
    draft.refresh_from_db()
    assert draft.title == "Heat from the sewer"

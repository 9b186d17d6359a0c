"""An editor who publishes while sharing is stopped reads what that means."""

from __future__ import annotations

from datetime import UTC, datetime

from django.test import Client

from tests.posts.conftest import address, form_of
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.stopping import stop_sharing
from vaandel.posts.models import Post


def test_it_is_live_and_nobody_is_offered_it_yet(
    acme: Organization, alice: Member, draft: Post, studio: Client
) -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    stop_sharing(organization=acme, reason="An accident.", by=alice, at=at)

    response = studio.post(address(draft), form_of(draft, action="publish"), follow=True)

    assert "It is live. Nobody is offered it until sharing goes on." in response.content.decode()
    draft.refresh_from_db()
    assert draft.is_live

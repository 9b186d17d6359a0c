"""Figures that a person typed: kept apart, editable, and blank is not nought."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.posts.models import Post
from vaandel.shares.models import Share


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    return ShareFactory.create(post=post, enrolment=bob_enrolment, state=Share.State.CONFIRMED)


def test_they_are_kept_with_their_date(bob_client: Client, share: Share) -> None:
    address = f"/o/acme/shares/{share.pk}/numbers/"

    response = bob_client.post(address, {"views": "1240", "reactions": "0", "comments": ""})

    share.refresh_from_db()
    assert (share.views, share.reactions, share.comments) == (1240, 0, None)
    assert share.numbers_typed_at is not None
    page = bob_client.get(response["Location"]).content.decode()
    assert 'value="1240"' in page
    assert 'value="0"' in page
    assert "layer-reported" in page
    assert "Last typed in:" in page


def test_clearing_all_takes_them_away(bob_client: Client, share: Share) -> None:
    address = f"/o/acme/shares/{share.pk}/numbers/"
    bob_client.post(address, {"views": "5"})

    bob_client.post(address, {"views": ""})

    share.refresh_from_db()
    assert (share.views, share.numbers_typed_at) == (None, None)


@pytest.mark.parametrize("views", ["-1", "many", "1.5", "99999999999"])
def test_what_is_no_figure_is_refused(bob_client: Client, share: Share, views: str) -> None:
    response = bob_client.post(f"/o/acme/shares/{share.pk}/numbers/", {"views": views})

    share.refresh_from_db()
    assert response.status_code == 422
    assert f'value="{views}"' in response.content.decode()
    assert share.views is None

"""Nobody is asked too often, so not everybody is offered a post at once: the editor says so."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from tests.posts.conftest import address, form_of
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

THREE = (
    "Nobody is offered more than 3 posts a week."
    " Whoever had theirs already is offered this one on Monday at the earliest."
)
LIVE = "It is live. Colleagues are offered it from now on."


def test_before_at_and_after_publishing(draft: Post, studio: Client) -> None:
    before = studio.get(address(draft)).content.decode()
    at = studio.post(address(draft), form_of(draft, action="publish"), follow=True)
    after = studio.get(address(draft)).content.decode()

    assert before.count(THREE) == 1
    assert f"{LIVE} {THREE}" in at.content.decode()
    assert after.count(THREE) == 1


@pytest.mark.parametrize("state", ["EXPIRED", "WITHDRAWN"])
def test_not_when_it_is_over(draft: Post, studio: Client, state: str) -> None:
    studio.post(address(draft), form_of(draft, action="publish"), follow=True)
    studio.get(address(draft))
    Post.objects.filter(pk=draft.pk).update(state=state, withdrawn_at=draft.updated_at)

    assert THREE not in studio.get(address(draft)).content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Nobody is offered more than 1 post a week."),
        ("nl", "Niemand krijgt meer dan 1 bericht per week voorgesteld."),
        ("fr", "Personne ne se voit proposer plus de 1 publication par semaine."),
        ("de", "Niemandem wird mehr als 1 Beitrag pro Woche vorgeschlagen."),
    ],
)
def test_as_often_as_the_programme_allows(
    draft: Post, studio: Client, alice: Member, programme: Programme, language: str, said: str
) -> None:
    Programme.objects.filter(pk=programme.pk).update(asks_per_week=1)
    alice.user.language = language
    alice.user.save()

    assert escape(said) in studio.get(address(draft)).content.decode()

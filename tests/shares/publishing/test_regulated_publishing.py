"""Rules of law hold for what goes out by a network's own interface as well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.networks.linkedin import LinkedIn
from tests.shares.publishing.conftest import Send
from tests.shares.test_regulated_sharing import LINE, TEXT, approved, approver, kept, rules
from vaandel.archive.queries import verify
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic
from vaandel.programmes.services import set_rules
from vaandel.shares.models import Publication, Share
from vaandel.shares.publishing import change_words, confirm_seen, publish_due
from vaandel.shares.publishing.outgoing import words_of
from vaandel.shares.publishing.remote import correct, take_down
from vaandel.shares.refusals import TextNotApproved

__all__ = ["approved", "approver", "rules"]

State = Publication.State


def fresh(publication: Publication) -> Publication:
    return Publication.objects.select_related(
        "post__organization", "account", "link", "angle", "enrolment__member__user", "organization"
    ).get(pk=publication.pk)


def test_an_approved_text_goes_out_with_its_closing_line(
    approved: Post, send: Send, linkedin: LinkedIn, bob: Member, acme: Organization
) -> None:
    publication = send(TEXT)

    assert publish_due() == 1

    [posted] = linkedin.posts
    assert posted.text == f"{TEXT}\n\nI work at Acme.\n\n{LINE}"
    assert Share.objects.get().risk_line == LINE
    [entry] = kept("publication.published")
    assert entry["permalink"] == fresh(publication).permalink
    assert (entry["sharer"], entry["account"], entry["risk_line"]) == (
        f"Bob Sharer (#{bob.pk})", "p1", LINE,
    )  # fmt: skip
    assert kept("share.opened") == []
    assert verify(acme).ok


def test_another_text_does_not_go_out(approved: Post, send: Send) -> None:
    with pytest.raises(TextNotApproved):
        send("Rates rise to 9 %.")
    publication = send(TEXT, due_at=timezone.now() + timedelta(days=1))
    words: Any = words_of(fresh(publication))
    other = type(words)(channel="linkedin", text="Other", language="en")
    with pytest.raises(TextNotApproved):
        change_words(publication=fresh(publication), words=other, at=timezone.now())

    assert fresh(publication).text == TEXT


def test_what_was_planned_before_there_were_rules_waits_for_its_person(
    post: Post, topic: Topic, alice: Member, send: Send, linkedin: LinkedIn
) -> None:
    publication = send("As I like it")
    set_rules(
        topic=topic, regulated=True, keep_years=5, risk_lines={"en": LINE}, by=alice,
        at=timezone.now(),
    )  # fmt: skip

    publish_due()

    row = fresh(publication)
    assert (row.state, row.problem) == (State.ASKING, "changed")
    assert linkedin.posts == []
    with pytest.raises(TextNotApproved):
        confirm_seen(publication=row, at=timezone.now())


def test_correcting_and_taking_down(approved: Post, send: Send, linkedin: LinkedIn) -> None:
    publication = send(TEXT)
    publish_due()

    with pytest.raises(TextNotApproved):
        correct(publication=fresh(publication), text="Rates fall.", at=timezone.now())
    correct(publication=fresh(publication), text="A second text.", at=timezone.now())
    take_down(publication=fresh(publication), at=timezone.now())

    assert [row["text"] for row in kept("publication.corrected")] == ["A second text."]
    assert [row["text"] for row in kept("publication.taken_down")] == ["A second text."]

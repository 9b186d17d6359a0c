"""Naming the employer on the share page: by country, reward and the language of the text."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme
from vaandel.shares.models import Share

DUTCH = "Wat mij opviel: hoe stil het bleef in de straat met al die mensen."


@pytest.fixture
def rewarded(post: Post, programme: Programme, acme: Organization) -> Post:
    """A product of an organisation that gives something to who shares it."""
    Organization.objects.filter(pk=acme.pk).update(country="BE")
    Programme.objects.filter(pk=programme.pk).update(gives_rewards=True)
    post.commercial_class = "PRODUCT"
    post.save()
    return post


def press(client: Client, post: Post, **fields: str) -> Any:
    data = {"press": str(uuid.uuid4()), "channel": "linkedin", "text": DUTCH, **fields}
    return client.post(f"/o/acme/posts/{post.pk}/share/open/", data)


def look(client: Client, post: Post, **fields: str) -> str:
    data = {"text": DUTCH, **fields}
    response = client.post(f"/o/acme/posts/{post.pk}/share/look/", data)
    assert response.status_code == 200
    return response.content.decode()


def test_a_reward_makes_it_advertising_with_its_label_before_everything(
    bob_client: Client, bob_enrolment: Enrolment, rewarded: Post
) -> None:
    page = bob_client.get(f"/o/acme/posts/{rewarded.pk}/share/").content.decode()
    assert page.index("data-disclosure") < page.index('id="id_text"')
    assert "The first line belongs to your post" in page
    assert 'value="none"' not in page

    response = press(bob_client, rewarded, disclosure="nl-0")

    share = Share.objects.get()
    assert response.status_code == 302
    assert share.disclosure == "#advertentie Ik werk bij Acme."
    assert share.disclosure_rule == "2026-11-22 PRODUCT BE required reward"
    opened = bob_client.get(response["Location"]).content.decode()
    assert f"#advertentie Ik werk bij Acme.\n\n{DUTCH}" in opened


def test_the_label_is_in_the_language_of_the_text(
    bob_client: Client, bob_enrolment: Enrolment, rewarded: Post
) -> None:
    french = press(bob_client, rewarded, disclosure="fr-0")
    own = press(bob_client, rewarded, disclosure="own", own_disclosure="#ad Acme")
    fine = press(bob_client, rewarded, disclosure="own", own_disclosure="#publiciteit Acme")

    assert french.status_code == own.status_code == 422
    assert "Choose a line in your own: Nederlands." in french.content.decode()
    assert "begin the line with #advertentie" in own.content.decode()
    assert fine.status_code == 302
    assert Share.objects.get().language == "nl"


def test_where_it_is_only_advised_a_remark_holds_nobody_up(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    remark = look(bob_client, post, line="Je travaille chez Acme.", line_language="fr")
    assert "Choose a line in your own: Nederlands." in remark
    assert "cannot be shared" not in remark

    assert press(bob_client, post, disclosure="fr-0").status_code == 302


def test_where_it_is_required_a_remark_says_so(
    bob_client: Client, bob_enrolment: Enrolment, rewarded: Post
) -> None:
    assert "Without that this post cannot be shared." in look(
        bob_client, rewarded, line="#advertentie #acmelife"
    )
    blocked = press(bob_client, rewarded, disclosure="own", own_disclosure="#advertentie #acmelife")
    assert blocked.status_code == 422
    assert "Readers do not see in a hashtag" in blocked.content.decode()
    assert DUTCH in blocked.content.decode()


def test_a_look_at_a_text_with_nothing_to_say_is_empty(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    assert look(bob_client, post, line="Ik werk bij Acme.", line_language="nl") == ""


def test_what_was_offered_is_kept_beside_what_was_sent(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    press(bob_client, post, disclosure="own", own_disclosure="I build at Acme.")
    press(bob_client, post, disclosure="none")

    kept = list(Share.objects.order_by("pk").values_list("disclosure_offered", "disclosure"))
    assert len({offered for offered, _sent in kept}) == 1
    assert all("Acme" in offered for offered, _sent in kept)
    assert [sent for _offered, sent in kept] == ["I build at Acme.", ""]


def test_a_start_leaves_room_for_a_first_line(
    bob_client: Client, bob_enrolment: Enrolment, post: Post
) -> None:
    page = bob_client.get(f"/o/acme/posts/{post.pk}/share/").content.decode()

    assert "Your own first line" in page

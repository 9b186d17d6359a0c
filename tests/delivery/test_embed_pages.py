"""The pages of places on the intranet, in the studio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.delivery.embed_cast import LIST, SITE
from tests.factories import EmbedFactory, MemberFactory
from vaandel.delivery.embeds.tokens import embed_url
from vaandel.delivery.models import Embed
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.programmes.models import Topic

pytestmark = pytest.mark.usefixtures("fresh_counts")


def typed(**other: object) -> dict[str, object]:
    return {
        "name": "Front page",
        "sites": f"{SITE}/pages/home\nwiki.acme.example",
        "language": "nl",
        "look": "auto",
        "most": "4",
        **other,
    }


def test_an_editor_makes_a_place_and_gets_its_code(
    editor: Client, topic: Topic, alice: Member
) -> None:
    response = editor.post(LIST, typed(topics=[topic.pk]), follow=True)

    embed = Embed.objects.get()
    assert embed.sites == [SITE, "https://wiki.acme.example"]
    assert (embed.language, embed.look, embed.most) == ("nl", "auto", 4)
    assert list(embed.topics.all()) == [topic]
    text = response.content.decode()
    assert f"&lt;iframe src=&quot;{embed_url(embed)}&quot;" in text
    assert "title=&quot;Wat je kunt delen&quot;" in text
    assert "referrerpolicy=&quot;origin&quot;" in text
    assert AuditEntry.objects.get(action="embed.made").by == alice


def test_two_presses_make_one_place(editor: Client) -> None:
    for _ in range(2):
        editor.post(LIST, typed())

    assert Embed.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sites": ""}, "Fill in the address of your intranet."),
        ({"sites": "https://*.sharepoint.com"}, "is no address of a website"),
        ({"sites": "javascript:alert(1)"}, "is no address of a website"),
        ({"sites": "https://a.example;script-src"}, "is no address of a website"),
        ({"sites": "https://a.example' 'unsafe-inline"}, "is no address of a website"),
        ({"sites": "\n".join(f"a{n}.example" for n in range(11))}, "At most 10 websites."),
        ({"most": "50"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    editor: Client, wrong: dict[str, str], said: str
) -> None:
    response = editor.post(LIST, typed(**wrong))

    text = response.content.decode()
    assert (response.status_code, said in text) == (422, True)
    assert not Embed.objects.exists()
    if "sites" not in wrong:
        assert "pages/home\nwiki.acme.example" in text


def test_a_change_forgets_a_refusal_that_it_ends(editor: Client, embed: Embed) -> None:
    Embed.objects.update(refused_site="https://wiki.acme.example", refused_at=timezone.now())

    editor.post(f"{LIST}{embed.pk}/", typed(name="Wiki"))

    embed.refresh_from_db()
    assert (embed.name, embed.refused_site, embed.refused_at) == ("Wiki", "", None)


@pytest.mark.parametrize(
    ("page", "public_url", "said"),
    [
        (f"{SITE}/any/page", "https://vaandel.example", "may show it."),
        ("https://other.example/", "https://vaandel.example", "may not show it yet."),
        (f"{SITE}/", "http://vaandel.example", "browsers refuse"),
    ],
)
def test_it_can_be_checked_for_a_page(
    page: str, public_url: str, said: str, editor: Client, embed: Embed, settings: Any
) -> None:
    settings.PUBLIC_URL = public_url

    response = editor.post(f"{LIST}{embed.pk}/check/", {"page": page})

    assert (response.status_code, said in response.content.decode()) == (200, True)


def test_a_closed_one_may_be_shown_by_nobody(editor: Client, embed: Embed) -> None:
    editor.post(f"{LIST}{embed.pk}/revoke/")

    response = editor.post(f"{LIST}{embed.pk}/check/", {"page": SITE})

    assert "This place is closed: no page shows it." in response.content.decode()


def test_nonsense_is_no_page(editor: Client, embed: Embed) -> None:
    response = editor.post(f"{LIST}{embed.pk}/check/", {"page": "https://*"})

    assert response.status_code == 422
    assert "This is not a whole address." in response.content.decode()


def test_two_presses_renew_once(editor: Client, embed: Embed) -> None:
    for _ in range(2):
        editor.post(f"{LIST}{embed.pk}/renew/", {"nonce": embed.nonce})

    embed.refresh_from_db()
    assert embed.nonce == 1
    assert AuditEntry.objects.filter(action="embed.renewed").count() == 1


def test_two_presses_close_once(editor: Client, embed: Embed) -> None:
    for _ in range(2):
        editor.post(f"{LIST}{embed.pk}/revoke/")

    assert AuditEntry.objects.filter(action="embed.revoked").count() == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [("is_editor", 200), ("is_owner", 200), ("is_approver", 403), ("is_ambassador", 403)],
)
def test_owners_and_editors_may(
    role: str, status: int, acme: Organization, client_as: Callable[[Member], Client]
) -> None:
    member = MemberFactory.create(organization=acme, **{role: True})

    assert client_as(member).get(LIST).status_code == status


def test_another_organisation_has_no_such_place(
    embed: Embed, charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(charlie)

    found = [
        client.get(f"/o/globex/channels/intranet/{embed.pk}/").status_code,
        *(
            client.post(f"/o/globex/channels/intranet/{embed.pk}/{what}/").status_code
            for what in ("check", "revoke", "renew", "remove")
        ),
    ]

    assert found == [404] * 5
    assert "Front page</a>" not in client.get("/o/globex/channels/intranet/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(
    count: int, editor: Client, acme: Organization, topic: Topic, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        EmbedFactory.create(organization=acme).topics.add(topic)

    with django_assert_num_queries(6):  # session, user, member, places, their topics, topics
        response = editor.get(LIST)

    assert response.content.decode().count('<td role="cell" data-label="Shown last">') == count

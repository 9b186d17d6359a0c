"""The page with the rules: who reads it, what holds here, own wordings, and what was offered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import MemberFactory, ShareFactory
from vaandel.organizations.models import AuditEntry, Member, Organization, Role
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme

PAGE = "/o/acme/programme/naming/"
WORDINGS = f"{PAGE}wordings/"
EXPORT = f"{PAGE}offered.csv"
ClientAs = Callable[[Member], Client]


@pytest.fixture
def owner(client_as: ClientAs, alice: Member, programme: Programme) -> Client:
    return client_as(alice)


@pytest.mark.parametrize(
    ("role", "page", "save", "export"),
    [
        (Role.OWNER, 200, 302, 200),
        (Role.EDITOR, 200, 403, 403),
        (Role.APPROVER, 200, 403, 403),
        (Role.WORKS_COUNCIL, 200, 403, 200),
        (Role.SPONSOR, 403, 403, 403),
        (Role.COACH, 403, 403, 403),
        (Role.AMBASSADOR, 403, 403, 403),
    ],
)
def test_who_may_read_word_and_count(
    client_as: ClientAs,
    acme: Organization,
    programme: Programme,
    role: Role,
    page: int,
    save: int,
    export: int,
) -> None:
    member = MemberFactory.create(organization=acme, **{f"is_{role.value.lower()}": True})
    client = client_as(member)

    assert client.get(PAGE).status_code == page
    assert client.post(WORDINGS, {"nl": ""}).status_code == save
    assert client.get(EXPORT).status_code == export


def test_strangers_see_nothing(client_as: ClientAs, charlie: Member, programme: Programme) -> None:
    assert client_as(charlie).get(PAGE).status_code == 404
    assert client_as(charlie).post(WORDINGS, {"nl": "Acme"}).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_the_table_is_that_of_the_country_with_its_sources(
    owner: Client, acme: Organization
) -> None:
    Organization.objects.filter(pk=acme.pk).update(country="BE")

    response = owner.get(PAGE)

    page = response.content.decode()
    assert "What holds in your country: Belgium" in page
    assert "Version 2026-11-22, compared with its sources on 22 November 2026" in page
    assert 'href="https://rdc-tbh.be/nl/news/' in page
    rows = response.context["rows"]
    assert [[str(cell.strictness) for cell in row.cells] for row in rows] == [
        ["required", "required"],
        ["advised", "required"],
        ["advised", "required"],
        ["free", "required"],
    ]
    assert rows[0].cells[1].labels == ["#advertentie", "#ad", "#publicité", "#Werbung"]
    assert [cell.in_force for cell in rows[0].cells] == [True, False]


def test_the_switch_for_rewards_moves_the_column_in_force(
    owner: Client, programme: Programme
) -> None:
    settings = "/o/acme/programme/settings/"
    page = owner.get(settings).content.decode()
    assert "Who shares gets something for it" in page
    assert f'href="{PAGE}"' in page
    data = {
        "name": programme.name,
        "asks_per_week": 3,
        "messages_per_week": 2,
        "offer_percent": 25,
        "gives_rewards": "on",
    }

    assert owner.post(settings, data).status_code == 302

    programme.refresh_from_db()
    assert programme.gives_rewards
    cells = owner.get(PAGE).context["rows"][0].cells
    assert [cell.in_force for cell in cells] == [False, True]


def test_own_wordings_are_offered_and_written_down(owner: Client, programme: Programme) -> None:
    response = owner.post(WORDINGS, {"nl": "  Ik bouw  bij Acme. ", "en": "", "fr": "", "de": ""})

    assert response.status_code == 302
    programme.refresh_from_db()
    assert programme.disclosure_wording == {"nl": "Ik bouw bij Acme."}
    entry = AuditEntry.objects.get(action="programme.edited")
    assert entry.detail == {"fields": ["disclosure_wording"]}
    lines = {one.language: one.line for one in owner.get(PAGE).context["lines"]}
    assert (lines["nl"], lines["en"]) == ("Ik bouw bij Acme.", "I work at Acme.")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Ik bouw mee.", "Name Acme, or put a link to its website in this line."),
        ("#acmelife", "Readers do not see in a hashtag that Acme is your employer."),
        ("Acme, zie mijn profiel", "Who reads your post does not see your profile."),
    ],
)
def test_a_wording_stays_within_the_rule(
    owner: Client, programme: Programme, line: str, problem: str
) -> None:
    response = owner.post(WORDINGS, {"nl": line})

    page = response.content.decode()
    assert response.status_code == 422
    assert problem in page
    assert f'value="{line}"' in page
    programme.refresh_from_db()
    assert programme.disclosure_wording == {}


def test_what_was_offered_is_counted_and_never_for_fewer_than_five_people(
    owner: Client, post: Post
) -> None:
    for _ in range(5):
        ShareFactory.create(post=post, disclosure_rule="2026-11-22 NEWS * advised")
    ShareFactory.create(post=post, disclosure_rule="2026-10-01 PRODUCT NL required reward")
    ShareFactory.create(post=post, disclosure_rule="something else")
    ShareFactory.create(post=post, disclosure_rule="")

    page = owner.get(PAGE).content.decode()
    lines = owner.get(EXPORT).content.decode("utf-8-sig").splitlines()

    assert "fewer than five people" in page
    assert lines == [
        "Version,Kind of post,Country,Reward,Rule,Shares",
        "2026-11-22,Culture or news,,no,advised,5",
        "2026-10-01,Product or offer,NL,yes,required,",
    ]


def test_an_editor_sees_no_counts(client_as: ClientAs, acme: Organization, post: Post) -> None:
    editor = MemberFactory.create(organization=acme, is_editor=True)
    ShareFactory.create(post=post, disclosure_rule="2026-11-22 NEWS * advised")

    page = client_as(editor).get(PAGE).content.decode()

    assert "What was offered" not in page
    assert "I work at Acme." in page
    assert f'action="{WORDINGS}"' not in page


def test_the_page_asks_no_more_for_more_shares(
    owner: Client, post: Post, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        ShareFactory.create(post=post, disclosure_rule="2026-11-22 NEWS * advised")

    with django_assert_max_num_queries(10):
        owner.get(PAGE)

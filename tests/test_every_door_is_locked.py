"""Walks every address of Vaandel as nobody, as a stranger and in each role.

A page that forgets its decorator fails here on the same day. Addresses without an
organisation are on a list, each with the reason why anybody may come there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import (
    AskFactory,
    ChatConnectionFactory,
    ConversionEndpointFactory,
    ConversionFactory,
    EmbedFactory,
    MemberFactory,
    PostFactory,
    ShareFactory,
    UnitFactory,
)
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member, MemberImport, Organization, Role
from vaandel.programmes.models import Topic

pytestmark = pytest.mark.one_database

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
UNKNOWN_ID = 999_999


@dataclass(frozen=True, slots=True)
class Door:
    """One address: its pattern, its name, and the view behind it."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return [(found["name"], found["kind"] or "str") for found in PARAMETER.finditer(self.route)]

    def address(self, known: dict[str, object]) -> str:
        def fill(found: re.Match[str]) -> str:
            name, kind = found["name"], found["kind"]
            if name in known:
                return str(known[name])
            return str(UNKNOWN_ID) if kind == "int" else "unknown"

        return "/" + PARAMETER.sub(fill, self.route)


def doors(
    patterns: list[URLPattern | URLResolver], *, prefix: str = "", space: str = ""
) -> Iterator[Door]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from doors(pattern.url_patterns, prefix=route, space=inner)
        else:
            yield Door(route=route, name=f"{space}{pattern.name}", view=pattern.callback)


ALL = list(doors(get_resolver().url_patterns))
LOCKED = [door for door in ALL if "<slug:org>" in door.route]
OPEN = [door for door in ALL if "<slug:org>" not in door.route]
door_name = attrgetter("name")

# Everything without an organisation in its address, with the reason why it needs none.
ALLOWED: dict[str, str] = {
    r"accounts:(profile|security|password_remove|mail_again)": "one's account, after signing in",
    r"accounts:set_language": "everybody may read in their own language",
    r"account_(login|request_login_code|confirm_login_code|password_login)": "signing in",
    r"account_(logout|inactive|signup|reauthenticate)": "signing in and out",
    r"account_(change|set)_password": "one's own account, after signing in",
    r"mfa_\w+": "the second step and passkeys of one's own account",
    r"usersessions_list": "one's own sessions, after signing in",
    r"organizations:choose": "shows only the organisations one belongs to",
    r"organizations:sign_up\w*": "a code by mail proves the address before anything is written",
    r"ambassadors:(join|decline|joined|declined|later)\w*": "a signed link from an invitation",
    r"ambassadors:(mail_choices|one_click|unsubscribe|mail)\w*": "a signed link from a mail",
    r"privacy:(export|delete_account)": "one's own data, after signing in",
    r"privacy:goodbye": "says the same to everybody",
    r"shares:personal\w*": "a signed link from a mail, for one post and one person",
    r"channels:arrive": "a network sends the browser back; counts for who set out, signed in",
    r"channels:bluesky_\w+": "what Bluesky servers fetch: our description and public keys",
    r"shares:ended": "what a reader sees when a short link has ended",
    r"delivery:answer\w*": "a signed link from a mail: not now",
    r"delivery:(why|question)": "a signed link from a mail: why, and shall we stop",
    r"delivery:embed": "a signed address on the intranet, the same for everybody",
    r"delivery:renew": "a browser whose address for messages changed, with a signed token",
    r"recognition:(reply|thanks|mail)\w*": "a signed link from a mail",
    r"impact:letter_stop": "a signed link from the monthly letter",
    r"links:receive_conversion": "a site signs what it reports; 404 for an unknown token",
    r"mailing:events": "the mail provider, with its secret or signature; 404 without one",
    r"mailing:outbox\w*": "demonstration only, 404 otherwise",
    r"mailing:example": "says the same to everybody",
    r"demo:\w+": "demonstration only, 404 otherwise",
    r"components:style_guide": "demonstration and development only",
    r"home:(root|start|offline|service_worker|manifest)": "the way in, and what the browser keeps",
    r"picture": "pictures that were made to be seen, under names nobody can guess",
    r"javascript-catalog|robots|security_txt|favicon": "the same for everybody",
}

# Who may enter, by the beginning of the address; the first that fits decides. Members that
# are not named get 403, or 404 where the page is theirs alone (an ambassador's own things).
EVERYBODY = frozenset(Role)
AREAS: list[tuple[str, frozenset[Role]]] = [
    (r"people/import/", frozenset({Role.OWNER, Role.COACH})),
    (r"invitations/(again|withdraw)/", frozenset({Role.OWNER})),
    (r"invitations/", frozenset({Role.OWNER, Role.COACH})),
    (r"(people|units|topics|organisation)/", frozenset({Role.OWNER})),
    (r"programme/settings/", frozenset({Role.OWNER})),
    (r"log/", frozenset({Role.OWNER, Role.WORKS_COUNCIL})),
    (r"links/(settings|conversions/endpoints)/", frozenset({Role.OWNER})),
    (r"links/left-out/", EVERYBODY),
    (r"links/", frozenset({Role.OWNER, Role.EDITOR})),
    (r"channels/", frozenset({Role.OWNER, Role.EDITOR})),
    (r"studio/archive/$", frozenset({Role.OWNER, Role.APPROVER, Role.WORKS_COUNCIL})),
    (r"studio/(archive|texts)/", frozenset({Role.OWNER, Role.APPROVER})),
    (r"studio/", frozenset({Role.OWNER, Role.EDITOR, Role.APPROVER})),
    (
        r"programme/",
        frozenset(set(Role) - {Role.AMBASSADOR}),
    ),
    (r"", EVERYBODY),
]
READ_ONLY = (Role.SPONSOR, Role.WORKS_COUNCIL)
MANAGED = re.compile(
    r"(studio|channels|people|topics|units|organisation|invitations|programme/settings"
    r"|links/conversions)/"
)


def below(door: Door) -> str:
    return door.route.removeprefix("o/<slug:org>/")


def who_may(door: Door) -> frozenset[Role]:
    return next(roles for start, roles in AREAS if re.match(start, below(door)))


@pytest.fixture
def known(
    acme: Organization, alice: Member, bob: Member, bob_enrolment: Enrolment, topic: Topic
) -> dict[str, object]:
    """Rows of Acme for the ids in addresses."""
    post = PostFactory.create(programme=bob_enrolment.programme)
    return {
        "org": acme.slug,
        "member_id": bob.pk,
        "unit_id": UnitFactory.create(organization=acme).pk,
        "topic_id": topic.pk,
        "post_id": post.pk,
        "share_id": ShareFactory.create(post=post, enrolment=bob_enrolment).pk,
        "ask_id": AskFactory.create(post=post, enrolment=bob_enrolment).pk,
        "import_id": MemberImport.objects.create(
            organization=acme, uploaded_by=alice, filename="people.csv", state="DONE"
        ).pk,
        "file_format": "csv",
        "kind": "svg",
        "channel": "linkedin",
        "conversion_id": ConversionFactory.create(organization=acme).pk,
        "endpoint_id": ConversionEndpointFactory.create(organization=acme).pk,
        "connection_id": ChatConnectionFactory.create(organization=acme).pk,
        "embed_id": EmbedFactory.create(organization=acme).pk,
    }


def answers(client: Client, address: str) -> dict[str, int]:
    return {
        "GET": client.get(address).status_code,
        "POST": client.post(address).status_code,
    }


def member_with(acme: Organization, role: Role) -> Member:
    return MemberFactory.create(organization=acme, **{f"is_{role.value.lower()}": True})


def test_there_are_doors() -> None:
    assert len(LOCKED) > 30
    assert len({door.name for door in LOCKED}) == len(LOCKED)


@pytest.mark.parametrize("door", LOCKED, ids=door_name)
def test_every_view_below_an_organisation_has_its_decorator(door: Door) -> None:
    view = door.view
    while not getattr(view, "guarded", False) and hasattr(view, "__wrapped__"):
        view = view.__wrapped__

    assert getattr(view, "guarded", False)
    assert door.route.startswith("o/<slug:org>/")


@pytest.mark.parametrize("door", LOCKED, ids=door_name)
def test_nobody_is_sent_to_sign_in(door: Door, known: dict[str, object], client: Client) -> None:
    address = door.address(known)

    found = answers(client, address)

    assert set(found.values()) <= {302, 405}
    assert 302 in found.values()
    method = client.get if found["GET"] == 302 else client.post
    assert method(address).headers["Location"].startswith("/accounts/login/?next=/o/acme/")


@pytest.mark.parametrize("door", LOCKED, ids=door_name)
def test_a_stranger_learns_nothing(
    door: Door, known: dict[str, object], charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    found = answers(client_as(charlie), door.address(known))

    assert set(found.values()) <= {404, 405}
    assert 404 in found.values()


@pytest.mark.parametrize("door", LOCKED, ids=door_name)
def test_somebody_who_left_is_a_stranger(
    door: Door,
    known: dict[str, object],
    acme: Organization,
    client_as: Callable[[Member], Client],
) -> None:
    left = MemberFactory.create(organization=acme, is_owner=True, status=Member.Status.LEFT)

    found = answers(client_as(left), door.address(known))

    assert set(found.values()) <= {404, 405}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("door", LOCKED, ids=door_name)
def test_each_role_enters_what_is_theirs(
    door: Door,
    role: Role,
    known: dict[str, object],
    acme: Organization,
    client_as: Callable[[Member], Client],
) -> None:
    status = client_as(member_with(acme, role)).get(door.address(known)).status_code

    if role in who_may(door):
        # 302: to the first step (joining) or the step that comes next; 404: not one's own.
        assert status in {200, 302, 403, 404, 405}
    else:
        assert status in {403, 404, 405}


@pytest.mark.parametrize("role", READ_ONLY)
@pytest.mark.parametrize("door", [d for d in LOCKED if MANAGED.match(below(d))], ids=door_name)
def test_who_only_reads_changes_nothing(
    door: Door,
    role: Role,
    known: dict[str, object],
    acme: Organization,
    client_as: Callable[[Member], Client],
) -> None:
    status = client_as(member_with(acme, role)).post(door.address(known)).status_code

    assert status in {403, 405}


@pytest.mark.parametrize("number", [UNKNOWN_ID, 10**19])
@pytest.mark.parametrize("door", [d for d in LOCKED if "<int:" in d.route], ids=door_name)
def test_an_unknown_number_is_not_found(
    door: Door,
    number: int,
    acme: Organization,
    bob_enrolment: Enrolment,
    client_as: Callable[[Member], Client],
) -> None:
    everything = MemberFactory.create(
        organization=acme, is_owner=True, is_editor=True, is_ambassador=True
    )
    ids: dict[str, object] = {name: number for name, kind in door.parameters if kind == "int"}
    address = door.address({"org": acme.slug, "kind": "svg", "file_format": "csv", **ids})

    found = answers(client_as(everything), address)

    # An ambassador's page first sends somebody who has not joined to the page for that.
    assert set(found.values()) <= {302, 404, 405}
    if "people/" in door.route or "topics/" in door.route or "units/" in door.route:
        assert set(found.values()) <= {404, 405}


@pytest.mark.parametrize("door", OPEN, ids=door_name)
def test_an_open_address_is_on_the_list(door: Door) -> None:
    assert any(re.fullmatch(pattern, door.name) for pattern in ALLOWED)


@pytest.mark.parametrize("door", OPEN, ids=door_name)
def test_an_open_address_survives_nonsense(door: Door, client: Client, db: None) -> None:
    address = door.address({})

    assert client.get(address).status_code in {200, 302, 400, 403, 404, 405, 410}
    assert client.post(address).status_code in {200, 302, 400, 403, 404, 405, 410, 422}


OWN_PAGES = {
    "accounts:profile", "accounts:security", "organizations:choose", "usersessions_list",
    "account_change_password", "account_set_password", "mfa_add_webauthn", "mfa_activate_totp",
    "mfa_view_recovery_codes",
}  # fmt: skip


@pytest.mark.parametrize("door", [d for d in OPEN if d.name in OWN_PAGES], ids=door_name)
def test_ones_own_pages_ask_to_sign_in(door: Door, client: Client, db: None) -> None:
    response = client.get(door.address({}))

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", Role)
def test_the_table_for_managing(
    role: Role,
    known: dict[str, object],
    acme: Organization,
    client_as: Callable[[Member], Client],
) -> None:
    client = client_as(member_with(acme, role))
    manages = 200 if role == Role.OWNER else 403
    invites = 200 if role in {Role.OWNER, Role.COACH} else 403
    expected = {
        "/o/acme/people/": manages,
        f"/o/acme/people/{known['member_id']}/": manages,
        f"/o/acme/people/{known['member_id']}/leave/": manages,
        f"/o/acme/people/{known['member_id']}/roles/": 405,
        "/o/acme/people/import/": invites,
        "/o/acme/invitations/": invites,
        "/o/acme/invitations/again/": 405,
        "/o/acme/units/": manages,
        f"/o/acme/units/{known['unit_id']}/": manages,
        "/o/acme/organisation/": manages,
        "/o/acme/programme/settings/": manages,
        "/o/acme/topics/": manages,
        "/o/acme/topics/new/": manages,
        f"/o/acme/topics/{known['topic_id']}/": manages,
        f"/o/acme/topics/{known['topic_id']}/archive/": 405,
        "/o/acme/log/": 200 if role in {Role.OWNER, Role.WORKS_COUNCIL} else 403,
    }

    found = {address: client.get(address).status_code for address in expected}

    assert found == expected

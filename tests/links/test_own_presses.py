"""The sharer's own presses are no clicks, and nobody gets a cookie for it."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import InterfaceError
from django.test import Client
from django.utils import timezone

from tests.links.visitor import Visitor
from vaandel.links import reading
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import ClickReference, Kind, Link, LinkSettings
from vaandel.links.queries import Kinds, kinds
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member


@pytest.fixture
def link(link: Link, bob: Member) -> Link:
    Link.objects.filter(pk=link.pk).update(owner_id=bob.user_id)
    return link


def signed_in(member: Member) -> Client:
    """Signed in as people do it, so that the session is known to be theirs."""
    cache.clear()  # limits on codes
    client = Client()
    client.post("/accounts/login/", {"email": member.user.email})
    mail = OutgoingMessage.objects.get(to_address=member.user.email)
    code = re.findall(r"^\d{6}$", mail.text, re.MULTILINE)
    assert client.post("/accounts/login/code/", {"code": code}).status_code == 302
    return client


def cookies(client: Client) -> str:
    return "; ".join(["theme=dark", *(f"{name}={c.value}" for name, c in client.cookies.items())])


def press(visitor: Visitor, link: Link, cookie: str) -> Kinds:
    visitor.asks(f"/s/{link.code}", HTTP_COOKIE=cookie)
    assert visitor.status == "302 Found"
    assert visitor.headers["Location"].startswith(link.target_url)
    assert "Set-Cookie" not in visitor.headers
    ingest_clicks()
    return kinds([link.pk])


def test_the_sharer_is_no_visitor(visitor: Visitor, link: Link, bob: Member) -> None:
    client = signed_in(bob)
    assert UserSession.objects.get().user_id == bob.user_id

    assert press(visitor, link, cookies(client)) == Kinds(clicks=0, left_out={Kind.SELF: 1})


def test_the_sharer_gets_no_reference(visitor: Visitor, link: Link, bob: Member) -> None:
    LinkSettings.objects.create(organization=bob.organization, click_references=True)

    press(visitor, link, cookies(signed_in(bob)))

    assert visitor.headers["Location"] == link.target_url
    assert not ClickReference.objects.exists()


def test_a_colleague_is_a_visitor(visitor: Visitor, link: Link, alice: Member) -> None:
    assert press(visitor, link, cookies(signed_in(alice))) == Kinds(clicks=1, left_out={})


def test_who_signed_out_is_a_visitor(visitor: Visitor, link: Link, bob: Member) -> None:
    client = signed_in(bob)
    before = cookies(client)
    client.logout()

    assert press(visitor, link, before) == Kinds(clicks=1, left_out={})


def test_a_session_that_has_expired_says_nothing(visitor: Visitor, link: Link, bob: Member) -> None:
    client = signed_in(bob)
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))

    assert press(visitor, link, cookies(client)) == Kinds(clicks=1, left_out={})


@pytest.mark.parametrize(
    "value",
    [
        "",
        '"',
        "x" * 32,
        "x" * 9000,
        "' OR 1=1 --",
        r'"\000\777"',
        "\xff\xfe; =; ;;",
        "\udcff",
        '{"json": [1, 2]}; a[b]=c',
    ],
)
def test_rubbish_is_no_cookie(visitor: Visitor, link: Link, value: str) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={value}"

    assert press(visitor, link, cookie) == Kinds(clicks=1, left_out={})


def test_other_peoples_strange_cookies_do_not_hide_the_session(
    visitor: Visitor, link: Link, bob: Member
) -> None:
    cookie = f'odd[name]={{"a": 1}}; bad name=x; {cookies(signed_in(bob))}'

    assert press(visitor, link, cookie) == Kinds(clicks=0, left_out={Kind.SELF: 1})


def test_without_a_database_it_counts(visitor: Visitor, link: Link, monkeypatch: Any) -> None:
    visitor.asks(f"/s/{link.code}", method="HEAD")  # known from now on
    cookie = f"{settings.SESSION_COOKIE_NAME}={secrets.token_hex(16)}"

    def gone(sql: str, parameters: list[Any]) -> list[Any]:
        raise InterfaceError(sql)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "_select", gone)
        visitor.asks(f"/s/{link.code}", HTTP_COOKIE=cookie)

    assert visitor.headers["Location"] == link.target_url
    ingest_clicks()
    assert kinds([link.pk]) == Kinds(clicks=1, left_out={Kind.BOT: 1})

"""Nothing that somebody can type, in an address or in a form, ends in an internal error.

Walks every address with nasty query strings and numbers, and sends nasty values in every
field of every form that the pages show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from tests.factories import AskFactory, LinkFactory, PostFactory, ShareFactory, UnitFactory
from tests.test_every_door_is_locked import ALL, LOCKED, Door, door_name
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.tokens import mail_choices_url
from vaandel.delivery.tokens import answer_url
from vaandel.organizations.models import Member, Organization
from vaandel.organizations.services.imports import upload_list
from vaandel.posts.models import Occasion, Post, Submission
from vaandel.programmes.models import Topic
from vaandel.shares.addresses import personal_url
from vaandel.shares.services import personal_link
from vaandel.sources.models import Item, Source

HUGE = str(2**70)
QUERY_NAMES = (
    "page", "stories", "q", "query", "search", "state", "status", "topic", "author", "channel",
    "language", "month", "year", "day", "date", "from", "to", "since", "until", "period", "weeks",
    "unit", "role", "kind", "view", "ask", "choice", "occasion", "removed", "next", "choose",
    "shown", "sort", "order", "source", "show", "format",
)  # fmt: skip
NASTY = {
    "nothing": "",
    "nul": "a\x00b",
    "huge": HUGE,
    "negative": "-" + HUGE,
    "year 0": "0000-00-00",
    "year 9999": "9999-12-31",
    "year 1": "0001-01-01",
    "moment": "9999-12-31T23:59:59+14:00",
    "markup": "\"'><script>alert(1)</script>{{ 7 }}{% now %}",
    "long": "x" * 6000,
    "lines": "a\r\nBcc: all@acme.example\r\n\r\nb",
    "digits": "²٣",
    "half": "\ud83d",
    "reversed": "\u202eabc\u2028\ufeff👩‍👩‍👧‍👦",
    "not a number": "NaN",
    "infinite": "1e999",
    "list": '[{"a": [1e999]}]',
    "address": "http://[::1]:99999/\x00?%%",
    "path": "../../../../etc/passwd",
}
# A half character cannot be sent in an address or a form without being replaced before.
SENT = {name: value.encode("utf-8", "replace").decode() for name, value in NASTY.items()}
SOME = ("nul", "huge", "year 9999")
# What sends a form, or a part of it, elsewhere than the form says.
SENDING = ("formaction", "hx-post", "data-")
NOT_SENT = "/accounts/logout/"
# Leaving the page or ending the session; the forms there have no fields.
NOT_WALKED = {"account_logout"}


@dataclass(slots=True)
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class FormReader(HTMLParser):
    """All forms of a page, also those that a button or HTMX sends elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.targets: set[str] = set()
        self._by_id: dict[str, Form] = {}
        self._select: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.targets |= {
            value
            for name, value in given.items()
            if name.startswith(SENDING) and value.startswith(("/o/", "/p/"))
        }
        if tag == "form":
            form = self._form(given.get("id", ""))
            form.action, form.method = given.get("action", ""), given.get("method", "get").lower()
            self.forms.append(form)
        elif tag == "option" and self._select is not None:
            self._select.append(given.get("value", ""))
        elif tag in {"input", "textarea", "select", "button"}:
            self._field(tag, given)

    def _form(self, form_id: str) -> Form:
        """A field may name its form before the form comes."""
        return self._by_id.setdefault(form_id, Form()) if form_id else Form()

    def _field(self, tag: str, given: dict[str, str]) -> None:
        self._select = None
        if not given.get("name") or not (given.get("form") or self.forms):
            return
        form = self._form(given["form"]) if "form" in given else self.forms[-1]
        if given.get("type") == "file":
            form.files.add(given["name"])
            return
        values = form.fields.setdefault(given["name"], [])
        if tag == "select":
            self._select = values
        elif (given.get("value") and given.get("type") != "radio") or (
            given.get("value") and "checked" in given
        ):
            values.append(given["value"])


def forms_on(page: str) -> Iterator[Form]:
    """Each with its own address, then sent to the other addresses on the page too."""
    reader = FormReader()
    reader.feed(page)
    forms = [form for form in reader.forms if not form.action.endswith(NOT_SENT)]
    yield from forms
    for target in sorted(reader.targets - {form.action for form in forms}):
        for form in forms:
            if form.method == "post":
                yield Form(target, "post", form.fields, form.files)


@contextmanager
def noting(trouble: list[str], client: Client, what: str) -> Iterator[None]:
    """Note what a server would answer with 500; whatever was changed is undone."""
    cookies = deepcopy(client.cookies)
    # What may be done so often a minute is not what this is about.
    cache.clear()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what we look for
        trouble.append(f"{what}: {type(error).__name__}: {error}"[:300])
    client.cookies = cookies


def note_status(trouble: list[str], what: str, response: HttpResponseBase) -> None:
    """Read the answer to its end, as a server does."""
    if response.streaming:
        b"".join(response)
    if response.status_code >= 500:
        trouble.append(f"{what}: {response.status_code}")


@pytest.fixture
def known(
    acme: Organization, alice: Member, bob: Member, bob_enrolment: Enrolment, topic: Topic
) -> dict[str, object]:
    post = PostFactory.create(programme=bob_enrolment.programme)
    post.topics.add(topic)
    share = ShareFactory.create(post=post, enrolment=bob_enrolment)
    other = PostFactory.create(programme=topic.programme)
    ask = AskFactory.create(post=other, enrolment=bob_enrolment)
    source = Source.objects.create(organization=acme, url="https://news.example/feed")
    item = Item.objects.create(organization=acme, source=source, guid_digest="a", title="News")
    story = Submission.objects.create(
        organization=acme, member=bob, occasion=Occasion.values[0], title="I learnt something"
    )
    people = upload_list(
        file=SimpleUploadedFile("people.csv", b"name,email\nDan,dan@acme.example\nE\x01e,\x02\n"),
        filename="people.csv",
        invite=True,
        by=alice,
        at=timezone.now(),
    )
    return {
        "org": acme.slug,
        "member_id": bob.pk,
        "topic_id": topic.pk,
        "unit_id": UnitFactory.create(organization=acme).pk,
        "import_id": people.pk,
        "source_id": source.pk,
        "item_id": item.pk,
        "submission_id": story.pk,
        "answer": "approve",
        "table": "weeks",
        "post_id": post.pk,
        "share_id": share.pk,
        "ask_id": ask.pk,
        "file_format": "csv",
        "kind": "svg",
        "code": LinkFactory.create(organization=acme).code,
    }


@pytest.fixture
def everybody(
    alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> dict[str, Client]:
    Member.objects.filter(pk=alice.pk).update(is_ambassador=True, is_approver=True)
    return {"owner": client_as(alice), "ambassador": client_as(bob), "nobody": Client()}


WALKED = [door for door in ALL if door.name not in NOT_WALKED]


@pytest.mark.parametrize("door", WALKED, ids=door_name)
def test_no_query_string_breaks_a_page(
    door: Door, known: dict[str, object], everybody: dict[str, Client]
) -> None:
    trouble: list[str] = []
    address = door.address(known)
    for who, client in everybody.items():
        if who == "nobody" and door in LOCKED:
            continue
        for what, value in SENT.items():
            with noting(trouble, client, f"{who} {address} ?everything={what}"):
                query = dict.fromkeys(QUERY_NAMES, value)
                note_status(trouble, f"{who} {what}", client.get(address, query))

    assert trouble == []


@pytest.mark.parametrize("door", [d for d in WALKED if d.parameters], ids=door_name)
def test_no_part_of_an_address_breaks_a_page(
    door: Door, known: dict[str, object], everybody: dict[str, Client]
) -> None:
    trouble: list[str] = []
    for name, kind in door.parameters:
        values = ("0", HUGE, "9" * 400) if kind == "int" else ("a%00b", HUGE, "%0D%0Aa", "x" * 3000)
        for value in values:
            if kind == "slug" and "%" in value:
                continue
            address = door.address({**known, name: value})
            for who, client in everybody.items():
                with noting(trouble, client, f"{who} GET {address[:90]}"):
                    note_status(trouble, who, client.get(address))
                with noting(trouble, client, f"{who} POST {address[:90]}"):
                    note_status(trouble, who, client.post(address))

    assert trouble == []


def send_nasty_values(client: Client, page: str, where: str, trouble: list[str]) -> int:
    """Each value in all fields, then in one field with the others as the page gives them."""
    sent = 0
    for form in forms_on(page):
        fields = [name for name in form.fields if name != "csrfmiddlewaretoken"]
        as_given = {name: form.fields[name][:1] or ["a"] for name in fields}
        bodies: list[tuple[str, dict[str, Any]]] = [
            (f"all={what}", dict.fromkeys(fields, value)) for what, value in SENT.items()
        ]
        bodies += [
            (f"{name}={what}", {**as_given, name: SENT[what]}) for name in fields for what in SOME
        ]
        for what, body in bodies:
            files = {
                name: SimpleUploadedFile("a\x00b<x>.csv", b"\x00\xff\xfe<svg onload=x>")
                for name in form.files
            }
            action = form.action or where
            with noting(trouble, client, f"{form.method} {action} {what}"):
                send = client.post if form.method == "post" else client.get
                note_status(trouble, f"{action} {what}", send(action, {**body, **files}))
                sent += 1
    return sent


@pytest.mark.parametrize("door", WALKED, ids=door_name)
def test_nothing_typed_in_a_form_breaks_a_page(
    door: Door, known: dict[str, object], everybody: dict[str, Client]
) -> None:
    trouble: list[str] = []
    address = door.address(known)
    for client in everybody.values():
        response = client.get(address)
        if response.status_code == 200 and "html" in response.headers["Content-Type"]:
            send_nasty_values(client, response.content.decode(), address, trouble)

    assert trouble == []


@pytest.mark.parametrize("kind", ["mail choices", "share by mail", "not now"])
def test_nothing_typed_after_a_link_in_a_mail_breaks_a_page(
    kind: str, known: dict[str, object], bob_enrolment: Enrolment
) -> None:
    post = Post.objects.get(pk=str(known["post_id"]))
    link = personal_link(enrolment=bob_enrolment, post=post, at=timezone.now())
    address = {
        "mail choices": mail_choices_url(bob_enrolment),
        "share by mail": personal_url(link),
        "not now": answer_url(int(str(known["ask_id"]))),
    }[kind].removeprefix(settings.PUBLIC_URL)
    client = Client()
    trouble: list[str] = []

    page = client.get(address)
    assert page.status_code == 200
    assert send_nasty_values(client, page.content.decode(), address, trouble) > 10

    assert trouble == []

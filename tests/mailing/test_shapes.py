"""A mail that is filled in says exactly what a mail that is rendered says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaandel.mailing.contexts import NotStorable, restored, stored
from vaandel.mailing.letters import in_ascii
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import SHAPES, content_of, render_mail
from vaandel.mailing.services import prune_messages
from vaandel.mailing.shapes import Shapes

Queue = Callable[..., OutgoingMessage]
TEMPLATE = "mailing_tests/mails/personal"
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=60)


def lazy(**context: Any) -> OutgoingMessage:
    return OutgoingMessage(template=TEMPLATE, context=stored(context), language="nl")


# The first mail loads the templates: how long that takes says nothing.
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=WORDS, angle=WORDS, title=WORDS, query=WORDS)
def test_filled_in_is_what_rendered_would_be(name: str, angle: str, title: str, query: str) -> None:
    context = {
        "first_name": name,
        "angle": angle,
        "items": [{"title": title, "share_url": f"https://v.example/?a=1&b={query}".strip()}],
        "stop_url": "",
    }

    for person in (context, {**context, "first_name": "Ann & <b>"}):
        filled = content_of(lazy(**person))
        rendered = render_mail(TEMPLATE, person, language="nl")
        assert (filled.subject, filled.text) == (rendered.subject, rendered.text)
        # The same page; one in ASCII and in lines, the other as it was rendered.
        assert filled.html.isascii()
        assert unescape(filled.html) == unescape(in_ascii(rendered.html))


def test_people_share_a_shape_and_other_texts_have_their_own() -> None:
    SHAPES.clear()

    def said(name: str, title: str, stop: str = "") -> str:
        items = [{"title": title, "share_url": f"https://v.example/{name}"}]
        context = {"first_name": name, "angle": "", "items": items, "stop_url": stop}
        return content_of(lazy(**context)).html

    pages = [said("Ann", "One"), said("Ben", "One"), said("Ben", "Two"), said("Cas", "One", "u")]

    assert len(SHAPES) == 3
    assert ["Ann" in page for page in pages] == [True, False, False, False]
    assert "https://v.example/Ben" in pages[1]


def test_only_so_many_are_kept() -> None:
    shapes = Shapes(most=2)
    for number in range(5):
        shapes.filled({"title": str(number)}, lambda marked: (str(marked["title"]), "", ""))

    assert len(shapes) == 2


def test_a_context_comes_back_as_it_was() -> None:
    value = {
        "day": date(2026, 11, 22),
        "n": 1,
        "yes": True,
        "none": None,
        "list": ["a", {"b": 2.5}],
    }

    assert restored(stored(value)) == value


def test_what_cannot_be_kept_is_refused() -> None:
    with pytest.raises(NotStorable):
        stored({"thing": object()})


def test_what_was_kept_for_a_mail_is_forgotten_like_a_text(queue: Queue) -> None:
    now = timezone.now()
    old = queue("old@acme.example", at=now - timedelta(days=31), lazy=True)
    assert (old.text, old.html, old.subject) == ("", "", "Hello Bob")
    assert content_of(old).text.startswith("Dear Bob,")
    OutgoingMessage.objects.filter(pk=old.pk).update(state="SENT")

    assert prune_messages(at=now) == 1

    old.refresh_from_db()
    assert (old.template, old.context, old.subject, old.headers) == ("", {}, "", {})
    assert content_of(old).text == ""


@pytest.mark.parametrize("letters", ["e\u0301", "👩\u200d🚒", "C:\\new", "naïve", "Lena's"])
def test_letters_of_an_attribute_are_what_was_written(letters: str) -> None:
    """MJML's library has a way of its own with accents, joined pictures and backslashes."""
    address = f"https://v.example/{letters}"

    page = render_mail(
        TEMPLATE,
        {
            "first_name": "",
            "angle": "",
            "stop_url": address,
            "items": [{"title": "t", "share_url": address}],
        },
        language="nl",
    ).html

    assert unescape(page).count(f'href="{address}"') == 2

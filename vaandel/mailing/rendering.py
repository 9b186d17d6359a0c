"""From the three templates of a mail to its subject, text and HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation
from mjml import mjml2html

from vaandel.lib.open_hours import zone_of
from vaandel.mailing.branding import VAANDEL
from vaandel.mailing.contexts import restored
from vaandel.mailing.letters import in_ascii, referenced
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.shapes import Shapes

SUBJECT_LENGTH = 250
# Of plain text: what fits in any window, and in a quoted answer.
LINE_LENGTH = 76
SHAPES: Final = Shapes()
# The title becomes an attribute too.
ATTRIBUTE: Final = re.compile(r'="[^"]*"|<mj-title>[^<]*')


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    text: str
    html: str


def render_mail(
    template: str, context: Mapping[str, object], *, language: str, time_zone: str = ""
) -> Rendered:
    """Render ``template`` + ``.subject.txt``, ``.txt`` and ``.mjml`` in the reader's language.

    Every template sees, beside the context, ``public_url`` (for whole addresses), ``language``
    and ``subject``. ``brand`` in the context is what ``Branding.as_context`` gives; without it
    the mail is Vaandel's own. The HTML escapes what it shows; subject and text are plain and
    do not.
    """
    with _for_reader(language, time_zone):
        subject, text, html = _parts(template, _shared(context, language))
    return Rendered(subject=one_line(subject), text=tidy(text), html=html)


def render_subject(
    template: str, context: Mapping[str, object], *, language: str, time_zone: str = ""
) -> str:
    """The subject alone."""
    with _for_reader(language, time_zone):
        shared = _shared(context, language)
        return one_line(_render(f"{template}.subject.txt", shared, escape=False))


def content_of(message: OutgoingMessage) -> Rendered:
    """What a message says, in whatever way it is kept; empty once it was forgotten."""
    if not message.template:
        return Rendered(subject=message.subject, text=message.text, html=message.html)
    template, language, time_zone = message.template, message.language, message.time_zone

    def render(context: Mapping[str, object]) -> tuple[str, str, str]:
        plain = {name: restored(value) for name, value in context.items()}
        with _for_reader(language, time_zone):
            subject, text, html = _parts(template, _shared(plain, language))
        # Once for all who share it, instead of for each mail.
        return subject, text, in_ascii(html)

    subject, text, html = SHAPES.filled(message.context, render, template, language, time_zone)
    return Rendered(subject=one_line(subject), text=tidy(text), html=html)


@contextmanager
def _for_reader(language: str, time_zone: str) -> Iterator[None]:
    zone = zone_of(time_zone or settings.TIME_ZONE)
    with translation.override(language), timezone.override(zone):
        yield


def _shared(context: Mapping[str, object], language: str) -> dict[str, object]:
    return {
        "brand": VAANDEL.as_context(),
        "place": "",
        **context,
        "public_url": settings.PUBLIC_URL,
        "language": language,
    }


def _parts(template: str, shared: dict[str, object]) -> tuple[str, str, str]:
    """Subject and text as the templates leave them, and the HTML."""
    subject = _render(f"{template}.subject.txt", shared, escape=False)
    shared["subject"] = one_line(subject)
    text = _render(f"{template}.txt", shared, escape=False)
    return subject, text, _html(_render(f"{template}.mjml", shared, escape=True))


def _html(mjml: str) -> str:
    """The HTML. The library writes some letters of attributes in a way of its own (an accent
    that stands by itself as ``\\u{301}``), so they are handed to it as references."""
    return mjml2html(ATTRIBUTE.sub(_referenced, mjml))


def _referenced(attribute: re.Match[str]) -> str:
    text = attribute[0]
    if text.isascii() and "\\" not in text:
        return text
    return referenced(text.replace("\\", "&#92;"))


def _render(name: str, context: Mapping[str, object], *, escape: bool) -> str:
    template = Engine.get_default().get_template(name)
    return str(template.render(Context(dict(context), autoescape=escape)))


def one_line(text: str) -> str:
    """A subject is one line; a name with a line break in it must not add a header."""
    joined = " ".join(text.split())
    return joined if len(joined) <= SUBJECT_LENGTH else f"{joined[: SUBJECT_LENGTH - 1]}…"


def tidy(text: str) -> str:
    """At most one blank line between paragraphs, and no line too long to read.

    Template tags leave blank lines behind. An address is never broken.
    """
    lines: list[str] = []
    for line in (line.strip() for line in text.strip().splitlines()):
        if line:
            lines.extend(wrapped(line))
        elif lines and lines[-1]:
            lines.append(line)
    return "\n".join(lines) + "\n"


def wrapped(line: str) -> tuple[str, ...]:
    """In lines of at most ``LINE_LENGTH``; quotes and lists stay recognisable."""
    if len(line) <= LINE_LENGTH or " " not in line:
        return (line,)
    return _wrapped(line)


# Most lines of a mail are the same for everybody.
@lru_cache(maxsize=2000)
def _wrapped(line: str) -> tuple[str, ...]:
    mark = next((mark for mark in ("> ", "- ") if line.startswith(mark)), "")
    indent = {"": "", "> ": "> ", "- ": "  "}[mark]
    lines = textwrap.wrap(
        line,
        LINE_LENGTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return tuple(lines)

"""From the three templates of a mail to its subject, text and HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation
from mjml import mjml2html

from vaandel.mailing.branding import VAANDEL
from vaandel.mailing.contexts import restored
from vaandel.mailing.models import OutgoingMessage

SUBJECT_LENGTH = 250


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
    shared = _shared(context, language)
    with _for_reader(language, time_zone):
        subject = shared["subject"] = _subject(template, shared)
        text = tidy(_render(f"{template}.txt", shared, escape=False))
        html = mjml2html(_render(f"{template}.mjml", shared, escape=True))
    return Rendered(subject=subject, text=text, html=html)


def render_subject(
    template: str, context: Mapping[str, object], *, language: str, time_zone: str = ""
) -> str:
    """The subject alone."""
    with _for_reader(language, time_zone):
        return _subject(template, _shared(context, language))


def content_of(message: OutgoingMessage) -> Rendered:
    """What a message says, in whatever way it is kept; empty once it was forgotten."""
    if not message.template:
        return Rendered(subject=message.subject, text=message.text, html=message.html)
    return render_mail(
        message.template,
        {name: restored(value) for name, value in message.context.items()},
        language=message.language,
        time_zone=message.time_zone,
    )


@contextmanager
def _for_reader(language: str, time_zone: str) -> Iterator[None]:
    zone = ZoneInfo(time_zone or settings.TIME_ZONE)
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


def _subject(template: str, shared: Mapping[str, object]) -> str:
    return one_line(_render(f"{template}.subject.txt", shared, escape=False))


def _render(name: str, context: Mapping[str, object], *, escape: bool) -> str:
    template = Engine.get_default().get_template(name)
    return str(template.render(Context(dict(context), autoescape=escape)))


def one_line(text: str) -> str:
    """A subject is one line; a name with a line break in it must not add a header."""
    joined = " ".join(text.split())
    return joined if len(joined) <= SUBJECT_LENGTH else f"{joined[: SUBJECT_LENGTH - 1]}…"


def tidy(text: str) -> str:
    """Without the blank lines that template tags leave behind: at most one between paragraphs."""
    lines: list[str] = []
    for line in (line.strip() for line in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"

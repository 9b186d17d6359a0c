"""From the three templates of a mail to its subject, text and HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, Engine
from django.utils import timezone, translation
from mjml import mjml2html

from vaandel.mailing.branding import VAANDEL

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
    zone = ZoneInfo(time_zone or settings.TIME_ZONE)
    shared = {
        "brand": VAANDEL.as_context(),
        "place": "",
        **context,
        "public_url": settings.PUBLIC_URL,
        "language": language,
    }
    with translation.override(language), timezone.override(zone):
        subject = one_line(_render(f"{template}.subject.txt", shared, escape=False))
        shared["subject"] = subject
        text = tidy(_render(f"{template}.txt", shared, escape=False))
        html = mjml2html(_render(f"{template}.mjml", shared, escape=True))
    return Rendered(subject=subject, text=text, html=html)


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

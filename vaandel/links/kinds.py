"""What a request on a short link was. Free of tables, so that the redirect can import it early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Kind(models.TextChoices):
    """Only HUMAN is a click; the rest is counted apart and shown as left out.

    ENDED is a person who came after the link had ended, and read the friendly page.
    """

    HUMAN = "HUMAN", _("Clicks by people")
    REPEAT = "REPEAT", _("The same visitor again within seconds")
    PREVIEW = "PREVIEW", _("Link previews")
    BOT = "BOT", _("Robots")
    PREFETCH = "PREFETCH", _("Loaded ahead by a browser")
    SCANNER = "SCANNER", _("Security scanners")
    SELF = "SELF", _("From a page of Vaandel itself")
    ENDED = "ENDED", _("After the link had ended")


# What each kind is and why it is left out, or not: for the page that explains the figures.
WHY: dict[Kind, StrPromise] = {
    Kind.HUMAN: _(
        "Somebody opened the link in a browser or in the browser inside an app. "
        "One person who comes back later counts again: clicks are not people."
    ),
    Kind.REPEAT: _(
        "The same browser opened the same link again within ten seconds, "
        "by pressing twice or loading the page anew. It is one visit."
    ),
    Kind.PREVIEW: _(
        "LinkedIn, WhatsApp, Teams and others fetch a page to show its title and picture "
        "when somebody shares the link. Nobody has opened it yet."
    ),
    Kind.BOT: _(
        "A program asked, not a person: it says so by its name, or it behaves as no browser does. "
        "Search engines, monitoring, and programs that pass themselves off as a browser."
    ),
    Kind.PREFETCH: _(
        "A browser loaded the page ahead, in case somebody opens it. Nobody may ever see it."
    ),
    Kind.SCANNER: _(
        "Security software opens the links in a message to see whether they are safe, "
        "often all of them within seconds and from a data centre."
    ),
    Kind.SELF: _(
        "The visitor came from a page of Vaandel, or is the colleague who shared the link. "
        "Looking at your own link says nothing about readers."
    ),
    Kind.ENDED: _(
        "Somebody came after the link had ended and read a page that says so. "
        "They are people, but the post did not bring them to its target."
    ),
}

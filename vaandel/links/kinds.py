"""What a request on a short link was. Free of tables, so that the redirect can import it early."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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

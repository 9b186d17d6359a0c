"""All types of mail, in the order in which the studio shows them. See ``mailing.previews``."""

from __future__ import annotations

from typing import Final

from vaandel.delivery.mails.previews import PREVIEWS as APPROACHES
from vaandel.mailing.previews import Preview

PREVIEWS: Final[list[Preview]] = [*APPROACHES]

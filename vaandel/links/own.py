"""Whether the person who opens a link is the one whose link it is.

Only somebody who is signed in, on the host of the pages, sends the session's cookie along;
nothing is set for it. The answer is about this one press and is not kept.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import parse_cookie

from vaandel.links.reading import rows

logger = logging.getLogger("vaandel.links")

# As Django makes them; nothing else is worth a question to the database.
_SESSION_KEY: Final = re.compile(r"[0-9a-z]{8,40}")
_SELECT: Final = """
SELECT 1 FROM links_link l
JOIN usersessions_usersession s ON s.user_id = l.owner_id
JOIN django_session d ON d.session_key = s.session_key
WHERE s.session_key = %s AND l.id = %s AND d.expire_date > %s
"""


def is_own_press(environ: Mapping[str, str], link_id: int) -> bool:
    """Whether the sharer is signed in here; no as long as nobody can say."""
    cookies = environ.get("HTTP_COOKIE")
    if not cookies or settings.SESSION_COOKIE_NAME not in cookies:
        return False
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")
    if not _SESSION_KEY.fullmatch(key):
        return False
    now = connection.ops.adapt_datetimefield_value(datetime.now(UTC))
    try:
        return bool(rows(_SELECT, [key, link_id, now]))
    except DatabaseError:
        logger.warning("Whether a press was the sharer's own is not known; it counts.")
        return False

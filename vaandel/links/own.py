"""Whether the person who opens a link is the one whose link it is.

Only somebody who is signed in, on the host of the pages, sends the session's cookie along;
nothing is set for it. The answer is about this one press and is not kept.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

logger = logging.getLogger("vaandel.links")

_SELECT: Final = """
SELECT 1 FROM usersessions_usersession s JOIN links_link l ON l.owner_id = s.user_id
WHERE s.session_key = %s AND l.id = %s
"""


def is_own_press(environ: Mapping[str, str], link_id: int) -> bool:
    cookies = environ.get("HTTP_COOKIE")
    if not cookies or settings.SESSION_COOKIE_NAME not in cookies:
        return False
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
        if morsel is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute(_SELECT, [morsel.value, link_id])
            return cursor.fetchone() is not None
    except CookieError:
        return False
    except DatabaseError:
        logger.warning("Whether a press was the sharer's own is not known; it counts.")
        return False

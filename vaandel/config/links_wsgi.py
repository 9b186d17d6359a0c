"""The WSGI application of `vaandel links`: short links, and whether this node is well.

No page of Vaandel is answered here; somebody with an unknown code is led to where they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaandel.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - the settings come first

from vaandel.config import health  # noqa: E402
from vaandel.config.environment import ENVIRONMENT  # noqa: E402
from vaandel.config.proxies import TrustedProxies  # noqa: E402
from vaandel.links.addresses import PREFIX, ended_url  # noqa: E402
from vaandel.links.redirect import CODE, short_link_app  # noqa: E402


def elsewhere(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    path: str = environ.get("PATH_INFO", "")
    if (answer := health.ANSWERS.get(path)) is not None:
        response = answer()
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return [response.content]
    code = path.removeprefix(PREFIX).lower().removesuffix("/")
    where = ended_url(code) if path.startswith(PREFIX) and CODE.fullmatch(code) else ""
    headers = [("Content-Length", "0"), ("Cache-Control", "no-store")]
    if where:
        start_response("302 Found", [("Location", where), *headers])
        return []
    if path == "/":
        start_response("302 Found", [("Location", f"{settings.PUBLIC_URL}/"), *headers])
        return []
    start_response("404 Not Found", headers)
    return []


short_links = short_link_app(elsewhere)
application = TrustedProxies(
    short_links, ENVIRONMENT.trusted_proxies, country_header=ENVIRONMENT.country_header
)

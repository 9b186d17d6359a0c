"""A mail inside a page: it has its style in itself and its pictures here; nothing in it runs."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {pictures}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


def framed(html: str, *, target: str = "_top", pictures: bool = True) -> HttpResponse:
    """For an ``<iframe sandbox>`` on our pages; without ``pictures`` as mail programs block them.

    The view needs ``xframe_options_sameorigin``. Links open in ``target``.
    """
    response = HttpResponse(html.replace("<head>", f'<head><base target="{target}">', 1))
    sources = f"'self' {settings.PUBLIC_URL}" if pictures else "'none'"
    response.headers["Content-Security-Policy"] = POLICY.format(pictures=sources)
    return response

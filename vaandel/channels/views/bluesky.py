"""What this installation says of itself to Bluesky servers, which fetch it themselves."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from vaandel.channels.bluesky.client_app import client_metadata, is_public, key_set

# A new key signs an hour after it was made, so that this is never too long.
SECONDS: Final = 600


@require_safe
@cache_control(public=True, max_age=SECONDS)
def bluesky_client_metadata(request: HttpRequest) -> JsonResponse:
    _only_under_a_public_name()
    return JsonResponse(client_metadata())


@require_safe
@cache_control(public=True, max_age=SECONDS)
def bluesky_jwks(request: HttpRequest) -> JsonResponse:
    _only_under_a_public_name()
    return JsonResponse(key_set())


def _only_under_a_public_name() -> None:
    """On somebody's own machine the application describes itself in its name."""
    if not is_public():
        raise Http404("This installation has no public name.")

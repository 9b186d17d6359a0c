"""What exists in a demonstration only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse


def in_demo_mode(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Asked at every request, so that no setting of a running process can be forgotten."""

    @wraps(view)
    def only_in_demo_mode(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404("No such page.")
        return view(request, *args, **kwargs)

    return only_in_demo_mode

"""What an application sends along: fields of a form or JSON, and its token."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from vaandel.accounts.models import User
from vaandel.demo.network.allowing import Refused, who_has
from vaandel.demo.network.posting import NotTaken
from vaandel.demo.only import in_demo_mode


def refused(status: int, error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)


def asked_by_applications(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For an address that applications ask and no page: without a cookie, so without its token
    against forms of others. What is refused is said in JSON."""

    @csrf_exempt
    @in_demo_mode
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotTaken as not_taken:
            return refused(422, str(not_taken))
        except Refused as no:
            return refused(401 if no.error == "invalid_client" else 400, no.error)

    return answered


def with_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view`` gets the person whose token it is as second argument."""

    @wraps(view)
    def as_person(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = bearer_of(request)
        if person is None:
            return refused(401, "The access token is invalid")
        return view(request, person, *args, **kwargs)

    return as_person


def bearer_of(request: HttpRequest) -> User | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return who_has(token.strip()) if kind.lower() == "bearer" and token.strip() else None


def said(request: HttpRequest) -> dict[str, Any]:
    """The fields, whatever they came as; lists stay lists only in JSON."""
    if request.content_type != "application/json":
        return dict(request.POST.items())
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def word(fields: dict[str, Any], name: str) -> str:
    """A field of text, without what no database takes; "" when it is something else."""
    value = fields.get(name)
    return value.replace("\0", "") if isinstance(value, str) else ""

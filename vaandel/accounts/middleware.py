"""Everybody sees Vaandel in their own language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation


class PersonalSettingsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        # Kept, because the request may sign this person out.
        language = request.user.language
        with (
            translation.override(language),
            timezone.override(ZoneInfo(request.user.time_zone)),
        ):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

"""Where a link leads when its post is over: friendly, and with something else to read."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from vaandel.links.models import Link
from vaandel.organizations.tenancy import tenant_scope
from vaandel.shares.queries import other_posts


@require_safe
def ended(request: HttpRequest, code: str) -> HttpResponse:
    """For readers outside, who have no account: in the language of their browser."""
    link = Link.across_tenants.select_related("organization").filter(code=code).first()
    if link is None:
        raise Http404("No such link.")
    over = link.is_over(timezone.now())
    language = translation.get_language_from_request(request) or settings.LANGUAGE_CODE
    with tenant_scope(link.organization_id), translation.override(language):
        response = render(
            request,
            "shares/ended.html",
            {
                "employer": link.organization,
                "posts": other_posts(link.organization, language) if over else [],
                "still_there": not over,
                "target": link.target_url,
            },
        )
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response

"""The place itself, as a page of the intranet shows it. Nobody is signed in here."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import quote_etag
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from vaandel.delivery.embeds.access import EmbedOver, embed_of_token
from vaandel.delivery.embeds.services import note_refused, note_shown
from vaandel.delivery.embeds.sites import NotASite, framing_policy, origin_of, own_origin
from vaandel.delivery.everybody import join_address, open_posts
from vaandel.delivery.models import Embed
from vaandel.lib.rates import allowed
from vaandel.organizations.tenancy import tenant_scope

KEPT_SECONDS: Final = 300
# Of one address: a whole company may sit behind it.
PER_MINUTE: Final = 1200


@require_safe
@xframe_options_exempt
def embed(request: HttpRequest, signed: str) -> HttpResponse:
    """The same for every reader, so caches may keep it; without cookie and session."""
    if not allowed(f"embed:{request.META.get('REMOTE_ADDR', '')}", amount=PER_MINUTE, seconds=60):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        found = embed_of_token(signed)
    except EmbedOver as over:
        return _of_everybody(request, over.embed, _page(over.embed, over=True), status=410)
    note_who_asked(request, found)
    response = _of_everybody(request, found, _page(found, over=False))
    etag = quote_etag(salted_hmac("vaandel.delivery.embed", response.content).hexdigest()[:32])
    response.headers["ETag"] = etag
    conditional = get_conditional_response(request, etag=etag, response=response)
    return conditional if isinstance(conditional, HttpResponse) else response


def _page(embed: Embed, *, over: bool) -> str:
    """Rendered without the request: nothing of who asks can come into it."""
    with tenant_scope(embed.organization_id), translation.override(embed.language):
        posts = (
            []
            if over
            else open_posts(
                embed.organization,
                at=timezone.now(),
                topics=list(embed.topics.values_list("pk", flat=True)),
                language=embed.language,
                most=embed.most,
            )
        )
        context = {
            "embed": embed,
            "place": embed.organization.name,
            "posts": posts,
            "over": over,
            "join_url": join_address(embed.organization),
        }
        return render_to_string("delivery/embeds/embed.html", context)


def _of_everybody(
    request: HttpRequest, embed: Embed, page: str, *, status: int = 200
) -> HttpResponse:
    response = HttpResponse(page, status=status)
    response.headers["Content-Security-Policy"] = framing_policy(embed.sites)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Content-Language"] = embed.language
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # Somebody was looked for in the session before this view, and nothing here depends on it.
    request.session.accessed = False
    return response


def note_who_asked(request: HttpRequest, embed: Embed) -> None:
    """When it was shown last, or which other site tried; of who looks nothing is kept."""
    if request.headers.get("Sec-Fetch-Dest", "") not in {"iframe", "frame"}:
        return
    try:
        site = origin_of(request.headers.get("Referer", ""))
    except NotASite:
        return
    if site == own_origin():
        return
    if site in embed.sites:
        note_shown(embed=embed, at=timezone.now())
    elif allowed(f"embed-refused:{embed.pk}", amount=1, seconds=60):
        note_refused(embed=embed, site=site[:300], at=timezone.now())

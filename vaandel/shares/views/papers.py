"""The link on paper: a QR code as a picture, and a flyer."""

from __future__ import annotations

from io import BytesIO

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from vaandel.links.addresses import short_url
from vaandel.shares.access import Door
from vaandel.shares.flyers import flyer_pdf, sheet_of

QR_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
def qr(request: HttpRequest, door: Door, share_id: int, kind: str) -> HttpResponse:
    """The short link of an own share as a QR code."""
    if kind not in QR_TYPES:
        raise Http404("No such picture.")
    share = door.own_share(share_id)
    picture = BytesIO()
    segno.make(short_url(share.link), error="m", micro=False).save(
        picture, kind=kind, scale=12, border=4
    )
    return _download(picture.getvalue(), QR_TYPES[kind], f"qr-{share.link.code}.{kind}", request)


@require_safe
def flyer(request: HttpRequest, door: Door, share_id: int) -> HttpResponse:
    """A sheet of A6 with picture, title, own text and the QR code; drawn when it changed."""
    share = door.own_share(share_id)
    sheet = sheet_of(share, organization=door.organization)
    tag = quote_etag(sheet.fingerprint())
    response = get_conditional_response(request, etag=tag)
    if response is None:
        name = f"flyer-{share.link.code}.pdf"
        response = _download(flyer_pdf(sheet), "application/pdf", name, request)
    response.headers["ETag"] = tag
    # Kept by this browser only, which asks each time whether it is still the same.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _download(content: bytes, kind: str, name: str, request: HttpRequest) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    # Shown in the page when it asks for the picture, kept as a file when somebody follows the link.
    place = "inline" if "shown" in request.GET else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

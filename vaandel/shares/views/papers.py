"""The link on paper: a QR code as a picture, and a flyer."""

from __future__ import annotations

from io import BytesIO

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vaandel.links.addresses import short_url
from vaandel.shares.access import Door
from vaandel.shares.flyers import flyer_pdf

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
    """A sheet of A6 with picture, title, own text and the QR code."""
    share = door.own_share(share_id)
    content = flyer_pdf(share, organization=door.organization)
    return _download(content, "application/pdf", f"flyer-{share.link.code}.pdf", request)


def _download(content: bytes, kind: str, name: str, request: HttpRequest) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    # Shown in the page when it asks for the picture, kept as a file when somebody follows the link.
    place = "inline" if "shown" in request.GET else "attachment"
    response.headers["Content-Disposition"] = f'{place}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

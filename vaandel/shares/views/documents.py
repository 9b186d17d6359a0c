"""The document of a post, for who attaches it to a text of their own."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from vaandel.posts.queries import document_of
from vaandel.shares.access import Door


@require_safe
def download(request: HttpRequest, door: Door) -> FileResponse:
    """Kept as a file and never shown here; while the post is live, and for the studio always."""
    document = document_of(door.post)
    if document is None or not (door.post.is_live or door.member.in_studio):
        raise Http404("No such document.")
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The document is not there any more.") from error
    return FileResponse(
        file,
        as_attachment=True,
        filename=document.name,
        content_type="application/pdf",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
        },
    )

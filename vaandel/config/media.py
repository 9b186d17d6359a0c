"""Pictures that anybody may see who has their address; everything else is not here.

Only these folders and only these kinds: an import file or a page of HTML in the media
folder is never served. Rooms that serve something to some people have a view of their own.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

FOLDERS = frozenset({"media", "topics", "logos", "people"})
KINDS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
A_YEAR = 60 * 60 * 24 * 365


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    path = PurePosixPath(name)
    kind = KINDS.get(path.suffix)
    if kind is None or path.parts[0] not in FOLDERS:
        raise Http404("No such picture.")
    try:
        file = default_storage.open(name)
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404("No such picture.") from error
    return FileResponse(
        file,
        content_type=kind,
        headers={
            # The content of a name never changes: names are random.
            "Cache-Control": f"public, max-age={A_YEAR}, immutable",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
        },
    )

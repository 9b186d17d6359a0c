"""Uploading to LinkedIn: an address for one PUT of the whole file, and then some patience."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from tests.networks.linkedin_members import DAY, Members, refuse
from tests.networks.stub import PathHandler
from tests.networks.wire import Answer, Request, as_json

MEDIA_TYPES = {
    "image": (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8"),
    "document": (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
}


@dataclass(slots=True)
class Media:
    kind: str
    owner: str
    body: bytes = b""
    available_at: float | None = None


class Uploads(Members):
    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        return [
            ("POST", "/rest/(image|document)s", self.initialize_upload),
            ("GET", "/rest/(?:image|document)s/(.+)", self.read_media),
            ("PUT", "/dms-uploads/(.+)", self.upload),
        ]

    def forget(self) -> None:
        super().forget()
        self.media: dict[str, Media] = {}

    def initialize_upload(self, request: Request, kind: str) -> Answer:
        person = self.caller(request, "w_member_social")
        if request.query.get("action") != "initializeUpload":
            refuse(400, "Unknown action", "ILLEGAL_ARGUMENT")
        owner = self.body_of(request).get("initializeUploadRequest", {}).get("owner")
        if owner != f"urn:li:person:{person}":
            refuse(403, "The owner is not the member", "ACCESS_DENIED")
        urn = f"urn:li:{kind}:D4E{self.new_id()}"
        self.media[urn] = Media(kind, owner)
        value = {
            "uploadUrl": f"{request.here}/dms-uploads/{quote(urn, safe='')}",
            "uploadUrlExpiresAt": round((self.now() + DAY) * 1000),
            kind: urn,
        }
        return as_json({"value": value})

    def upload(self, request: Request, path: str) -> Answer:
        """One PUT of the whole file, with the member's token."""
        self.signed_in_as(request, "w_member_social")
        media = self.media.get(unquote(path))
        if media is None:
            return Answer(404)
        if media.available_at is not None or "content-range" in request.headers:
            refuse(400, "The whole file is sent once", "ILLEGAL_ARGUMENT")
        settings = self.settings
        if len(request.body) > (
            settings.image_bytes if media.kind == "image" else settings.document_bytes
        ):
            refuse(413, "The file is too large", "REQUEST_ENTITY_TOO_LARGE")
        if not request.body.startswith(MEDIA_TYPES[media.kind]):
            refuse(400, f"This is not a supported {media.kind}", "UNSUPPORTED_MEDIA_TYPE")
        media.body = request.body
        media.available_at = self.now() + settings.media_seconds
        return Answer(201)

    def read_media(self, request: Request, _: str) -> Answer:
        """A member's own application cannot."""
        self.caller(request, "w_organization_social")
        refuse(404, "Not kept", "NOT_FOUND")

"""Uploading to LinkedIn: one PUT of the whole file to an address that it gives for that.

A member's own application may not ask whether LinkedIn is done with a file. Posting too early is
refused and posts nothing, so the next attempt uses the same file.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final
from urllib.parse import urlsplit

from vaandel.channels import client
from vaandel.channels.adapter import Account, App, Kind, Memory, Outgoing, Trouble
from vaandel.channels.linkedin import wire

SECONDS: Final = 60.0


def content(app: App, account: Account, outgoing: Outgoing, memory: Memory) -> dict[str, Any]:
    """What goes along with the text, uploaded; empty when nothing does."""
    upload = _Uploads(app, account, memory)
    if outgoing.document:
        document = outgoing.document
        urn = upload.once("document", document.content)
        return {"media": {"id": urn, "title": document.title or document.name}}
    if outgoing.pictures:
        images = [
            _filled(id=upload.once("image", picture.content), altText=picture.alt)
            for picture in outgoing.pictures
        ]
        return {"media": images[0]} if len(images) == 1 else {"multiImage": {"images": images}}
    if outgoing.card:
        card = outgoing.card
        thumbnail = upload.once("image", card.picture.content) if card.picture else ""
        article = _filled(title=card.title, description=card.description, thumbnail=thumbnail)
        return {"article": {"source": card.url, **article}}
    return {}


def _filled(**fields: str) -> dict[str, str]:
    """Without those that are empty."""
    return {name: value for name, value in fields.items() if value}


class _Uploads:
    """Nothing is uploaded twice for one publication: what it became is kept in its memory."""

    def __init__(self, app: App, account: Account, memory: Memory) -> None:
        self.app = app
        self.account = account
        self.memory = memory

    def once(self, kind: str, body: bytes) -> str:
        """The URN of what is uploaded."""
        name = f"{kind}:{hashlib.sha256(body).hexdigest()}"
        known: dict[str, str] = dict(self.memory.get("uploaded", {}))
        if name not in known:
            known[name] = self._upload(kind, body)
            self.memory.keep(uploaded=known)
        return known[name]

    def _upload(self, kind: str, body: bytes) -> str:
        urn, url = self._place(kind)
        answer = client.call(
            "PUT",
            url,
            headers={**wire.bearer(self.account), "Content-Type": "application/octet-stream"},
            content=body,
            seconds=SECONDS,
        )
        if answer.ok:
            return urn
        trouble = wire.problem(answer)
        if trouble.code == "refused_text":
            raise Trouble(Kind.REJECTED, "refused_media", detail=trouble.detail)
        raise trouble

    def _place(self, kind: str) -> tuple[str, str]:
        answer = wire.ask(
            "POST",
            f"{kind}s?action=initializeUpload",
            self.app,
            self.account,
            data={"initializeUploadRequest": {"owner": wire.author(self.account)}},
        )
        if not answer.ok:
            raise wire.problem(answer)
        said = answer.json()
        value = said.get("value") if isinstance(said, dict) else None
        urn = str(value.get(kind, "")) if isinstance(value, dict) else ""
        url = str(value.get("uploadUrl", "")) if isinstance(value, dict) else ""
        # The token goes along, so it must be an address of theirs.
        if not urn or not _is_theirs(url):
            raise Trouble(Kind.TRANSIENT, "fault_there", detail="no address to upload to")
        return urn, url


def _is_theirs(url: str) -> bool:
    host = urlsplit(url).netloc
    known = {urlsplit(wire.www()).netloc, urlsplit(wire.api()).netloc}
    return host in known or (url.startswith("https://") and host.endswith(".linkedin.com"))

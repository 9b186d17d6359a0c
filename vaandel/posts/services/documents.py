"""The PDF that a post is about: checked, kept under an unguessable name, replaced, taken out."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models.fields.files import FieldFile

from vaandel.organizations.audit import record
from vaandel.organizations.models import Member
from vaandel.posts.models import Post, PostDocument, PostKind
from vaandel.posts.pdf.apart import read_pages
from vaandel.posts.pdf.reading import NotADocument
from vaandel.posts.services.conditions import GOING_OUT, NotReady, WrongState, open_states

# What LinkedIn takes, the network that shows documents.
LARGEST: Final = 100 * 1024 * 1024
LONGEST_NAME: Final = 200


class BadDocument(ValueError):
    """Not usable. ``reason``: too_large, or one of ``NotADocument``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def most_bytes() -> int:
    """Of one document: what the installation lets anybody upload, and 100 MB at most."""
    return min(int(settings.MAX_REQUEST_BYTES), LARGEST)


def attach_document(*, post: Post, file: File[bytes], by: Member, at: datetime) -> PostDocument:
    """Put an uploaded PDF with the post, in the place of an earlier one.

    The very same file again changes nothing. Raises ``BadDocument``, and ``WrongState`` when the
    post is closed.
    """
    if (file.size or 0) > most_bytes():
        raise BadDocument("too_large")
    # Reading and storing take seconds, so both come before the transaction.
    try:
        pages = read_pages(file.chunks())
    except NotADocument as error:
        raise BadDocument(error.reason) from error
    name = clean_name(file.name or "")
    old = _document_of(post)
    if old is not None and old.name == name and _same(old.file, file):
        return old
    new = PostDocument(
        organization_id=post.organization_id,
        post=post,
        name=name,
        size=file.size or 0,
        pages=pages,
        uploaded_by=by,
        created_at=at,
    )
    file.seek(0)
    new.file.save(f"{secrets.token_urlsafe(18)}.pdf", file, save=False)
    try:
        _put_in_place(new, by=by, at=at)
    except BaseException:
        new.file.storage.delete(new.file.name or "")
        raise
    post._state.fields_cache["document"] = new
    return new


@transaction.atomic
def _put_in_place(new: PostDocument, *, by: Member, at: datetime) -> None:
    post = _locked(new.post)
    old = _document_of(post)
    if old is not None:
        _take_out(old)
    # A row of its own, so that whoever planned to share the old one is asked again.
    new.save()
    _note(post, "post.document_added", new, by=by, at=at)


@transaction.atomic
def remove_document(*, post: Post, by: Member, at: datetime) -> bool:
    """Take it out; whether there was one.

    Raises ``WrongState`` when the post is closed, ``NotReady`` when it is out and needs it.
    """
    held = _locked(post)
    document = _document_of(held)
    if document is None:
        return False
    if held.state in GOING_OUT and held.kind == PostKind.DOCUMENT:
        raise NotReady(["document"])
    _take_out(document)
    _note(post, "post.document_removed", document, by=by, at=at)
    # What the post in hand remembers is not true any more.
    post._state.fields_cache.pop("document", None)
    return True


def copy_document(*, of: Post, to: Post) -> None:
    """The same file with another post; it goes when nobody has it any more."""
    document = _document_of(of)
    if document is not None:
        PostDocument.objects.create(
            organization_id=to.organization_id,
            post=to,
            file=document.file.name,
            name=document.name,
            size=document.size,
            pages=document.pages,
            uploaded_by=document.uploaded_by,
        )


def clean_name(name: str) -> str:
    """As people see it: without folders and signs that cannot be seen, and ending with .pdf."""
    base = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(sign for sign in base if unicodedata.category(sign)[0] != "C").strip()
    stem = seen[:-4] if seen.lower().endswith(".pdf") else seen
    return f"{stem[: LONGEST_NAME - 4].strip() or 'document'}.pdf"


def _locked(post: Post) -> Post:
    """As it stands now, for us alone until the end of the transaction."""
    held = Post.objects.select_for_update().get(pk=post.pk)
    if held.state not in open_states(held):
        raise WrongState(f"The text of post {post.pk} is closed.")
    return held


def _document_of(post: Post) -> PostDocument | None:
    return PostDocument.objects.filter(post=post).first()


def _same(stored: FieldFile, file: File[bytes]) -> bool:
    if not stored.storage.exists(stored.name or "") or stored.size != file.size:
        return False
    with stored.open("rb") as held:
        return all(piece == held.read(len(piece)) for piece in file.chunks())


def _take_out(document: PostDocument) -> None:
    """The row now, and the file when the transaction holds and no copy of the post has it."""
    name, storage = document.file.name or "", document.file.storage
    document.delete()
    if not PostDocument.objects.filter(file=name).exists():
        transaction.on_commit(lambda: storage.delete(name))


def _note(post: Post, action: str, document: PostDocument, *, by: Member, at: datetime) -> None:
    detail: dict[str, Any] = {"title": post.title, "name": document.name}
    record(by=by, action=action, subject=f"post:{post.pk}", detail=detail, at=at)

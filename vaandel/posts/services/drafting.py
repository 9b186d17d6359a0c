"""Making and changing a draft. Two editors at once lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Unit
from vaandel.posts.models import Angle, Autosave, CommercialClass, Pace, Post, PostKind
from vaandel.posts.services.conditions import GOING_OUT, WrongState, check_ready, open_states
from vaandel.posts.services.documents import copy_document
from vaandel.posts.services.pictures import BadPicture, attach_picture, store_picture
from vaandel.programmes.models import Programme, Topic

LONGEST_ADDRESS: Final = 2000
# What a copy takes over; its moments are its own.
COPIED: Final = (
    "title", "summary", "body", "target_url", "site_name", "language", "audience_languages",
    "commercial_class", "pace", "facts_cleared", "no_facts", "please_do", "please_do_not",
    "event_place",
)  # fmt: skip


class EditedMeanwhile(Exception):
    """Somebody else saved this post since it was opened. ``post`` is how it stands now."""

    def __init__(self, post: Post) -> None:
        super().__init__(f"Post {post.pk} is at version {post.version}.")
        self.post = post


@dataclass(frozen=True, slots=True)
class AngleText:
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """What an editor fills in. ``fields`` are plain columns of ``Post`` by name."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    topics: Sequence[Topic] = ()
    units: Sequence[Unit] = ()
    angles: Sequence[AngleText] = ()


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was read elsewhere: from a web page, an item of a feed or a vacancy."""

    title: str
    summary: str = ""
    target_url: str = ""
    site_name: str = ""
    language: str = ""
    image: bytes | None = None
    image_alt: str = ""
    expires_at: datetime | None = None
    event_at: datetime | None = None
    event_place: str = ""


@transaction.atomic
def create_draft(
    *,
    programme: Programme,
    kind: str,
    by: Member | None,
    at: datetime,
    content: Content | None = None,
) -> Post:
    """An empty draft, or one with this content."""
    given = content or Content()
    post = Post(
        organization_id=programme.organization_id,
        programme=programme,
        kind=kind,
        created_by=by,
        created_at=at,
        updated_at=at,
        **{
            "language": programme.organization.language,
            "pace": usual_pace(kind, given.fields.get("commercial_class", "")),
            **given.fields,
        },
    )
    post.save()
    _set_relations(post, given)
    record(
        by=by,
        action="post.created",
        subject=f"post:{post.pk}",
        detail={"title": post.title},
        organization_id=programme.organization_id,
        at=at,
    )
    return post


def usual_pace(kind: str, commercial_class: str) -> str:
    """News is for everybody at once; what keeps is spread, so that feeds do not fill with it."""
    keeps = kind in (PostKind.VACANCY, PostKind.STORY) or commercial_class in (
        CommercialClass.PRODUCT,
        CommercialClass.VACANCY,
        CommercialClass.STORY,
    )
    return Pace.SPREAD if keeps else Pace.NOW


@transaction.atomic
def begin_draft(
    *, programme: Programme, kind: str, by: Member, publish_at: datetime | None, at: datetime
) -> Post:
    """An empty draft. One of this kind that its maker never touched is used again.

    So a double press makes one draft, and looking around leaves no heap of empty ones.
    """
    untouched = Post.objects.filter(
        programme=programme, kind=kind, created_by=by, state=Post.State.DRAFT, version=1,
        title="", summary="", target_url="", autosaves=None, pictures=None,
    )  # fmt: skip
    post = untouched.order_by("pk").first()
    if post is None:
        content = Content(fields={"publish_at": publish_at})
        return create_draft(programme=programme, kind=kind, by=by, at=at, content=content)
    post.publish_at, post.updated_at = publish_at, at
    post.save(update_fields=["publish_at", "updated_at"])
    return post


@transaction.atomic
def copy_post(*, post: Post, by: Member, at: datetime) -> Post:
    """A new draft with all that is in this one, to say it again or to correct it."""
    same = {
        name: getattr(post, name)
        for name in (*COPIED, "ask_whom_id", "contact_id")
    }  # fmt: skip
    content = Content(
        fields=same,
        topics=list(post.topics.filter(archived_at=None)),
        units=list(post.audience_units.all()),
        angles=[AngleText(row.language, row.text) for row in post.angles.order_by("position")],
    )
    draft = create_draft(programme=post.programme, kind=post.kind, by=by, at=at, content=content)
    for row in post.picture_rows.select_related("asset").order_by("position"):
        attach_picture(post=draft, asset=row.asset)
    copy_document(of=post, to=draft)
    return draft


@transaction.atomic
def save_post(*, post: Post, version: int, content: Content, by: Member, at: datetime) -> Post:
    """Save what an editor typed on version ``version``; raises ``EditedMeanwhile``.

    The conditional UPDATE lets one of two editors through. The other one's text stays in the
    form and in ``Autosave``. Raises ``WrongState`` when the text is closed, and ``NotReady`` when
    a post that goes out or is out would lose something it needs; then nothing is saved.
    """
    states, fields = open_states(post), dict(content.fields)
    planned_without = post.state == Post.State.PLANNED and fields.get("publish_at") is None
    if planned_without or post.published_at is not None:
        # It has its moment already, and without one nothing would make it go out.
        fields.pop("publish_at", None)
    saved = Post.objects.filter(pk=post.pk, version=version, state__in=states).update(
        **fields, version=F("version") + 1, updated_at=at
    )
    post.refresh_from_db()
    if not saved and post.state not in states:
        raise WrongState(f"The text of post {post.pk} is closed.")
    if not saved:
        raise EditedMeanwhile(post)
    _set_relations(post, content)
    if post.state in GOING_OUT:
        check_ready(post, goes_out_at=at)
    Autosave.objects.filter(post=post, member=by).delete()
    record(
        by=by, action="post.edited", subject=f"post:{post.pk}", detail={"title": post.title}, at=at
    )
    return post


def _set_relations(post: Post, content: Content) -> None:
    post.topics.set(content.topics)
    post.audience_units.set(content.units)
    Angle.objects.filter(post=post).delete()
    Angle.objects.bulk_create(
        Angle(
            organization_id=post.organization_id,
            post=post,
            language=angle.language,
            text=angle.text,
            position=position,
        )
        for position, angle in enumerate(content.angles)
    )


def autosave(
    *, post: Post, member: Member, base_version: int, data: Mapping[str, Any], at: datetime
) -> Autosave:
    """Keep what is being typed, without touching the post."""
    kept, _created = Autosave.objects.update_or_create(
        post=post,
        member=member,
        organization_id=post.organization_id,
        defaults={"base_version": base_version, "data": dict(data), "saved_at": at},
    )
    return kept


def without_nuls(data: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """PostgreSQL keeps no NUL characters, and nobody types them."""
    return {
        name.replace("\x00", ""): [value.replace("\x00", "") for value in values]
        for name, values in data.items()
    }


def discard_autosave(*, post: Post, member: Member) -> None:
    Autosave.objects.filter(post=post, member=member).delete()


@transaction.atomic
def fill_from_preview(*, post: Post, found: FoundPage, by: Member, at: datetime) -> Post:
    """Fill the fields of a draft that are still empty with what was read from the page."""
    fitted = _fitting(found)
    changes = {
        name: value
        for name, value in fitted.items()
        if value and (name in ("target_url", "site_name") or not getattr(post, name))
    }
    Post.objects.filter(pk=post.pk).update(**changes, version=F("version") + 1, updated_at=at)
    post.refresh_from_db()
    _fill_autosave(post, changes, by)
    if found.image and not post.picture_rows.exists():
        attach_found_picture(post=post, found=found, by=by, at=at)
    return post


def _fitting(found: FoundPage) -> dict[str, Any]:
    """What was found, cut to what the columns hold. Half an address leads nowhere."""
    return {
        "title": found.title[:200],
        "summary": found.summary[:600],
        "target_url": found.target_url if len(found.target_url) <= LONGEST_ADDRESS else "",
        "site_name": found.site_name[:120],
        "expires_at": found.expires_at,
        "event_at": found.event_at,
        "event_place": found.event_place[:200],
    }


def _fill_autosave(post: Post, changes: Mapping[str, Any], by: Member) -> None:
    """What was typed and not saved stays; where nothing was typed yet, it takes what was found."""
    kept = Autosave.objects.filter(post=post, member=by, base_version=post.version - 1).first()
    if kept is None:
        return
    for name in ("title", "summary", "event_place"):
        if name in changes and not any(kept.data.get(name, [])):
            kept.data[name] = [changes[name]]
    kept.data["version"] = [str(post.version)]
    kept.base_version = post.version
    kept.save(update_fields=["data", "base_version"])


@transaction.atomic
def draft_from(
    *,
    programme: Programme,
    found: FoundPage,
    kind: str = PostKind.LINK,
    topic: Topic | None = None,
    by: Member | None,
    at: datetime,
) -> Post:
    """A draft from an item of a feed, a vacancy or a colleague's story."""
    content = Content(
        fields={
            **_fitting(found),
            **({"commercial_class": CommercialClass.VACANCY} if kind == PostKind.VACANCY else {}),
            **({"language": found.language} if found.language else {}),
        },
        topics=[topic] if topic else [],
    )
    post = create_draft(programme=programme, kind=kind, by=by, at=at, content=content)
    if found.image:
        attach_found_picture(post=post, found=found, by=by, at=at)
    return post


def attach_found_picture(*, post: Post, found: FoundPage, by: Member | None, at: datetime) -> None:
    """A picture from elsewhere is welcome, but a bad one is no reason to stop."""
    try:
        asset = store_picture(
            organization=post.organization,
            content=found.image or b"",
            alt=found.image_alt,
            by=by,
            at=at,
            source_url=found.target_url,
        )
        attach_picture(post=post, asset=asset)
    except BadPicture:
        return

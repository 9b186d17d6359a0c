"""Founding an organisation with its programme, and everything that can happen to these."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from vaandel.accounts.pictures import cropped
from vaandel.accounts.services import find_or_create_user
from vaandel.archive.models import Kind
from vaandel.archive.services import append, keep_for, named
from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Organization, Role
from vaandel.organizations.services import add_member, create_tenant
from vaandel.organizations.tenancy import tenant_scope
from vaandel.programmes.models import Programme, Topic


class TopicNameTaken(Exception):
    """The programme has a topic of that name, perhaps an archived one."""


@transaction.atomic
def found_organization(  # noqa: PLR0913  # what there is to say of a new organisation
    *,
    name: str,
    slug: str,
    country: str,
    language: str,
    owner_email: str,
    owner_name: str,
    at: datetime,
    time_zone: str = "Europe/Amsterdam",
    website: str = "",
) -> Organization:
    """An organisation with its owner (who edits as well) and a first programme, or nothing.

    Raises Django's ``ValidationError`` for a slug that is taken or no slug.
    """
    organization = create_tenant(
        name=name,
        slug=slug,
        country=country,
        language=language,
        time_zone=time_zone,
        website=website,
        at=at,
    )
    user = find_or_create_user(
        email=owner_email, name=owner_name, language=language, time_zone=time_zone, at=at
    )
    with tenant_scope(organization):
        owner = add_member(
            organization=organization, user=user, roles=[Role.OWNER, Role.EDITOR], by=None, at=at
        )
        with translation.override(language):
            programme_name = _("Ambassadors of %(organization)s") % {"organization": name}
        Programme.objects.create(
            organization=organization, name=programme_name[:120], owner=owner, created_at=at
        )
        record(
            by=owner,
            action="organization.founded",
            subject=f"organization:{organization.pk}",
            at=at,
        )
    return organization


@transaction.atomic
def edit_programme(
    *, programme: Programme, changes: dict[str, object], by: Member, at: datetime
) -> Programme:
    """Change the settings. What we expect goes into the invitation mails too."""
    for name, value in changes.items():
        setattr(programme, name, value)
    programme.save()
    if "expectation" in changes:
        Organization.objects.filter(pk=programme.organization_id).update(
            expectation=changes["expectation"]
        )
    record(
        by=by,
        action="programme.edited",
        subject=f"programme:{programme.pk}",
        detail={"fields": sorted(changes)},
        at=at,
    )
    return programme


@transaction.atomic
def create_topic(
    *,
    programme: Programme,
    name: str,
    description: str = "",
    colour: str = "petrol",
    pattern: str = "waves",
    picture: str = "",
    by: Member | None = None,
    at: datetime,
) -> Topic:
    """A topic at the end of the list. ``picture`` is a stored file's name."""
    last = Topic.objects.filter(programme=programme).aggregate(last=Max("position"))["last"]
    topic = Topic(
        organization_id=programme.organization_id,
        programme=programme,
        name=name,
        description=description,
        colour=colour,
        pattern=pattern,
        picture=picture,
        position=0 if last is None else last + 1,
    )
    save_topic(topic)
    record(
        by=by,
        action="topic.created",
        subject=f"topic:{topic.pk}",
        detail={"name": topic.name},
        organization_id=programme.organization_id,
        at=at,
    )
    return topic


@transaction.atomic
def edit_topic(*, topic: Topic, changes: dict[str, object], by: Member, at: datetime) -> Topic:
    for name, value in changes.items():
        setattr(topic, name, value)
    save_topic(topic)
    record(
        by=by,
        action="topic.edited",
        subject=f"topic:{topic.pk}",
        detail={"name": topic.name},
        at=at,
    )
    return topic


def save_topic(topic: Topic) -> None:
    try:
        with transaction.atomic():
            topic.save()
    except IntegrityError as error:
        raise TopicNameTaken(topic.name) from error


@transaction.atomic
def archive_topic(*, topic: Topic, by: Member, at: datetime) -> None:
    """Offer the topic no more; what was written about it stays. Twice is once."""
    if Topic.objects.filter(pk=topic.pk, archived_at=None).update(archived_at=at):
        record(
            by=by,
            action="topic.archived",
            subject=f"topic:{topic.pk}",
            detail={"name": topic.name},
            at=at,
        )


@transaction.atomic
def restore_topic(*, topic: Topic, by: Member, at: datetime) -> None:
    restored = Topic.objects.filter(pk=topic.pk, archived_at__isnull=False).update(archived_at=None)
    if restored:
        record(
            by=by,
            action="topic.restored",
            subject=f"topic:{topic.pk}",
            detail={"name": topic.name},
            at=at,
        )


@transaction.atomic
def set_rules(
    *, topic: Topic, regulated: bool, keep_years: int, risk_lines: dict[str, str],
    by: Member, at: datetime,
) -> Topic:  # fmt: skip
    """Switch the rules of law for a topic on, change them, or switch them off.

    Each of these stands in the log and in the archive; the same once more in neither. Off, the
    years and lines stay for another time.
    """
    locked = Topic.objects.select_for_update().get(pk=topic.pk)
    was = (locked.regulated, locked.keep_years, locked.risk_lines)
    if not regulated and not locked.regulated:
        return locked
    # What was promised already is not made shorter.
    longest = max(keep_years, locked.keep_years) if locked.regulated else keep_years
    locked.regulated, locked.keep_years, locked.risk_lines = regulated, keep_years, risk_lines
    if was == (regulated, keep_years, risk_lines):
        return locked
    locked.save(update_fields=["regulated", "keep_years", "risk_lines"])
    Organization.objects.filter(pk=locked.organization_id).update(keeps_archive=True)
    action, kind = _what_happened(before=was[0], after=regulated)
    record(by=by, action=action, subject=f"topic:{locked.pk}", detail={"name": locked.name}, at=at)
    append(
        organization=locked.organization_id,
        kind=kind,
        subject=f"topic:{locked.pk}",
        content={
            "name": locked.name,
            "keep_years": keep_years,
            "risk_lines": risk_lines,
            "by": named(by),
        },
        keep_until=keep_for(longest, at=at),
        at=at,
    )
    return locked


def _what_happened(*, before: bool, after: bool) -> tuple[str, Kind]:
    if before and after:
        return "topic.rules_changed", Kind.TOPIC_CHANGED
    if after:
        return "topic.regulated", Kind.TOPIC_REGULATED
    return "topic.released", Kind.TOPIC_RELEASED


@transaction.atomic
def move_topic(*, topic: Topic, places: int, by: Member, at: datetime) -> None:
    """Up (negative) or down among the topics that are offered; stops at the ends."""
    Programme.objects.select_for_update().get(pk=topic.programme_id)
    topics = list(
        Topic.objects.filter(programme=topic.programme_id, archived_at=None).order_by(
            "position", "pk"
        )
    )
    old = next((place for place, row in enumerate(topics) if row.pk == topic.pk), None)
    if old is None:
        return
    topics.insert(min(max(old + places, 0), len(topics) - 1), topics.pop(old))
    for position, row in enumerate(topics):
        row.position = position
    Topic.objects.bulk_update(topics, ["position"])
    record(
        by=by, action="topic.moved", subject=f"topic:{topic.pk}", detail={"name": topic.name}, at=at
    )


def store_topic_picture(content: bytes) -> str:
    """Keep a topic's picture, cut to the shape of its tile, and give its name in the store."""
    return default_storage.save(
        "topics/topic.jpg", ContentFile(cropped(content, width=800, height=500))
    )

"""Reading posts across tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member, Unit
from vaandel.posts.models import (
    Angle,
    Post,
    PostDocument,
    PostKind,
    PostPicture,
    Submission,
)
from vaandel.programmes.models import Topic

IN_STEPS_OF: Final = 5
FEWEST_LETTERS: Final = 2


def angles_for(post: Post, languages: Sequence[str], enrolment_id: int) -> list[Angle]:
    """The starts in the first of these languages that has any, else in the post's own language.

    Different people get a different one first; the same person always the same order.
    """
    found = angles_by_language([post.pk]).get(post.pk, {})
    return in_order_for(found, post, languages, enrolment_id)


def angles_by_language(posts: Collection[int]) -> dict[int, dict[str, list[Angle]]]:
    """The starts of these posts by language, in one query."""
    found: dict[int, dict[str, list[Angle]]] = {}
    for angle in Angle.objects.filter(post__in=posts).order_by("position"):
        found.setdefault(angle.post_id, {}).setdefault(angle.language, []).append(angle)
    return found


def in_order_for(
    found: Mapping[str, list[Angle]], post: Post, languages: Sequence[str], enrolment_id: int
) -> list[Angle]:
    """What ``angles_for`` answers, of starts that are at hand."""
    own = [language for language in (post.language, *languages) if language in languages]
    chosen = next((found[language] for language in own if language in found), None)
    angles = chosen or found.get(post.language) or next(iter(found.values()), [])
    first = (enrolment_id + post.pk) % len(angles) if angles else 0
    return angles[first:] + angles[:first]


@dataclass(frozen=True, slots=True)
class Choices:
    """All topics and units that a post may be given."""

    topics: Sequence[Topic]
    units: Sequence[Unit]


def with_parts(post: Post) -> Choices:
    """Read angles, pictures, topics and units of the post, each in one query.

    The topics and units it has are among those it may be given, so they are not read again.
    """
    pictures = PostPicture.objects.select_related("asset").order_by("position", "pk")
    prefetch_related_objects(
        [post],
        Prefetch("angles", Angle.objects.order_by("position")),
        Prefetch("picture_rows", pictures),
    )
    has_topic = Post.topics.through.objects.filter(post=post, topic=OuterRef("pk"))
    topics = (
        Topic.objects.annotate(is_chosen=Exists(has_topic))
        .filter(Q(archived_at=None) | Q(is_chosen=True), programme=post.programme_id)
        .order_by("position", "pk")
    )
    has_unit = Post.audience_units.through.objects.filter(post=post, unit=OuterRef("pk"))
    units = Unit.objects.annotate(is_chosen=Exists(has_unit)).order_by("name", "pk")
    _remember_chosen(post, "topics", topics)
    _remember_chosen(post, "audience_units", units)
    return Choices(topics=list(topics), units=list(units))


def _remember_chosen(post: Any, relation: str, rows: Iterable[Any]) -> None:
    """Let the relation answer with the chosen ones of these rows, the way a prefetch does."""
    known = getattr(post, relation).all()
    known._result_cache = [row for row in rows if row.is_chosen]
    known._prefetch_done = True
    post._prefetched_objects_cache[relation] = known


def followers_in_fives(post: Post) -> int | None:
    """How many people who take part follow one of the post's topics, at least.

    A multiple of five, and None for one to four. Narrowing to units, a pause or one person
    who joins do not show: comparing two counts must not tell what one person chose.
    """
    topics = [topic.pk for topic in post.topics.all()]
    people = Enrolment.objects.filter(
        programme_id=post.programme_id,
        topics__in=topics,
        state__in=[Enrolment.State.JOINED, Enrolment.State.PAUSED],
        member__status=Member.Status.ACTIVE,
    )
    count = people.distinct().count()
    return count - count % IN_STEPS_OF if count == 0 or count >= IN_STEPS_OF else None


def colleagues_like(typed: str, most: int = 8) -> list[Member]:
    """Active colleagues with these letters in their name or at the start of their address."""
    words = typed.replace("\x00", "").strip()
    if len(words) < FEWEST_LETTERS:
        return []
    fits = Q(user__name__icontains=words) | Q(user__email__istartswith=words)
    people = Member.objects.filter(fits, status=Member.Status.ACTIVE).select_related("user")
    return list(people.order_by("user__name", "pk")[:most])


def document_of(post: Post) -> PostDocument | None:
    """What the post is about; None for another kind of post, whatever it had before."""
    if post.kind != PostKind.DOCUMENT:
        return None
    found: PostDocument | None = getattr(post, "document", None)
    return found


def new_submissions() -> list[Submission]:
    """What colleagues sent in and nobody has handled, newest first."""
    return list(
        Submission.objects.filter(state=Submission.State.NEW)
        .select_related("member__user", "member__unit", "picture")
        .order_by("-created_at", "-pk")
    )


def waiting_story(
    *, member: Member, occasion: str, title: str, answers: Sequence[str]
) -> Submission | None:
    """The same story of this member, when it waits in the inbox already."""
    same = Submission.objects.filter(
        member=member, title=title, occasion=occasion, state=Submission.State.NEW
    )
    return next((row for row in same.order_by("pk") if row.answers == list(answers)), None)


def submissions_of(member_id: int) -> list[Submission]:
    """What somebody sent in, newest first, with what became of it."""
    return list(
        Submission.objects.filter(member_id=member_id)
        .select_related("post")
        .order_by("-created_at", "-pk")[:20]
    )

"""Reading posts across tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.posts.models import Angle, Post, Submission

FEWEST_LETTERS: Final = 2


def angles_for(post: Post, languages: Sequence[str], enrolment_id: int) -> list[Angle]:
    """The starts in the first of these languages that has any, else in the post's own language.

    Different people get a different one first; the same person always the same order.
    """
    found: dict[str, list[Angle]] = {}
    for angle in Angle.objects.filter(post=post).order_by("position"):
        found.setdefault(angle.language, []).append(angle)
    own = [language for language in (post.language, *languages) if language in languages]
    chosen = next((found[language] for language in own if language in found), None)
    angles = chosen or found.get(post.language) or next(iter(found.values()), [])
    first = (enrolment_id + post.pk) % len(angles) if angles else 0
    return angles[first:] + angles[:first]


def audience_size(post: Post) -> int:
    """How many people who take part follow one of the post's topics and belong to its audience."""
    topics = list(post.topics.values_list("pk", flat=True))
    units = list(post.audience_units.values_list("pk", flat=True))
    people = Enrolment.objects.active(timezone.localdate()).filter(
        programme_id=post.programme_id, topics__in=topics
    )
    if units:
        people = people.filter(member__unit__in=units)
    return people.distinct().count()


def colleagues_like(typed: str, most: int = 8) -> list[Member]:
    """Active colleagues with these letters in their name or at the start of their address."""
    words = typed.replace("\x00", "").strip()
    if len(words) < FEWEST_LETTERS:
        return []
    fits = Q(user__name__icontains=words) | Q(user__email__istartswith=words)
    people = Member.objects.filter(fits, status=Member.Status.ACTIVE).select_related("user")
    return list(people.order_by("user__name", "pk")[:most])


def new_submissions() -> list[Submission]:
    """What colleagues sent in and nobody has handled, newest first."""
    return list(
        Submission.objects.filter(state=Submission.State.NEW)
        .select_related("member__user", "member__unit", "picture")
        .order_by("-created_at", "-pk")
    )


def submissions_of(member_id: int) -> list[Submission]:
    """What somebody sent in, newest first, with what became of it."""
    return list(
        Submission.objects.filter(member_id=member_id)
        .select_related("post")
        .order_by("-created_at", "-pk")[:20]
    )

"""From an id in an address to a post that may be corrected, or to a correction to put away."""

from __future__ import annotations

from django.http import Http404

from vaandel.ambassadors.access import enrolment_for
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Correction
from vaandel.organizations.models import Member
from vaandel.posts.access import editable_post_for
from vaandel.posts.models import Post
from vaandel.shares.models import Share


def correctable_post_for(member: Member, post_id: int) -> Post:
    """A post that was live, whatever became of it; another one nobody can have shared."""
    post = editable_post_for(member, post_id)
    if post.published_at is None:
        raise Http404("Never published.")
    return post


def correction_for(member: Member, correction_id: int) -> tuple[Correction, Enrolment]:
    """Of a post that this member shared; otherwise it does not exist."""
    enrolment = enrolment_for(member)
    correction = Correction.objects.filter(
        pk=correction_id, post__in=Share.objects.filter(enrolment=enrolment).values("post")
    ).first()
    if correction is None:
        raise Http404("No such correction.")
    return correction, enrolment

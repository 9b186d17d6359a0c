"""Who may say thanks for a post's results, and who may put a notice away."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from vaandel.organizations.models import Member, Role
from vaandel.posts.access import post_for
from vaandel.posts.models import Post
from vaandel.recognition.models import Result, Thanks


def may_thank(member: Member, post: Post) -> bool:
    """An owner, editor or coach, and the colleague whose vacancy or news it is."""
    if member.has_role(Role.OWNER, Role.EDITOR, Role.COACH):
        return True
    return post.contact_id == member.pk


def thankable_post_for(member: Member, post_id: int) -> Post:
    post = post_for(member, post_id)
    if not may_thank(member, post):
        raise PermissionDenied
    return post


def thanks_to(member: Member, thanks_id: int) -> Thanks:
    """A thank-you that this member got; otherwise it does not exist."""
    row = Thanks.objects.filter(pk=thanks_id, to__member=member).first()
    if row is None:
        raise Http404("No such thanks.")
    return row


def result_of(member: Member, result_id: int) -> Result:
    """What a share of this member brought; otherwise it does not exist."""
    row = Result.objects.filter(pk=result_id, enrolment__member=member).first()
    if row is None:
        raise Http404("No such result.")
    return row

"""Who may say thanks for a post's results."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from vaandel.organizations.models import Member, Role
from vaandel.posts.access import post_for
from vaandel.posts.models import Post


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

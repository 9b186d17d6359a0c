"""From an id in an address to a post, or 404 and 403."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from vaandel.organizations.models import Member
from vaandel.posts.models import MediaAsset, Post, Submission


def post_for(member: Member, post_id: int) -> Post:
    """The post, if this member may see it; what is not published exists for the studio only."""
    post = (
        Post.objects.filter(pk=post_id)
        .select_related(
            "organization",
            "programme",
            "document",
            "ask_whom__user",
            "contact__user",
            "created_by__user",
        )
        .first()
    )
    if post is None:
        raise Http404("No such post.")
    if not post.is_public_inside and not member.in_studio:
        raise Http404("No such post.")
    return post


def live_post_for(member: Member, post_id: int) -> Post:
    post = post_for(member, post_id)
    if not post.is_live:
        raise Http404("Not live.")
    return post


def editable_post_for(member: Member, post_id: int) -> Post:
    post = post_for(member, post_id)
    if not member.can_edit:
        raise PermissionDenied
    return post


def reviewable_post_for(member: Member, post_id: int) -> Post:
    """For who approves; an editor may look, another role may not."""
    post = post_for(member, post_id)
    if not member.in_studio:
        raise PermissionDenied
    return post


def picture_for(member: Member, asset_id: int) -> MediaAsset:
    asset = MediaAsset.objects.filter(pk=asset_id).first()
    if asset is None or not member.can_edit:
        raise Http404("No such picture.")
    return asset


def submission_for(member: Member, submission_id: int) -> Submission:
    submission = (
        Submission.objects.filter(pk=submission_id)
        .select_related("member__user", "picture", "post")
        .first()
    )
    if submission is None or not member.can_edit:
        raise Http404("No such submission.")
    return submission

"""What happens to a whole post: read along, withdrawn, said again."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts import services
from vaandel.posts.access import editable_post_for, reviewable_post_for
from vaandel.posts.forms import ReasonForm
from vaandel.posts.models import Post
from vaandel.posts.services import NotReady, WrongState
from vaandel.posts.words import missing_text

STUDIO: Final = (Role.OWNER, Role.EDITOR, Role.APPROVER)
EDITORS: Final = (Role.OWNER, Role.EDITOR)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*EDITORS)
def withdraw(request: MemberRequest, post_id: int) -> HttpResponse:
    post = editable_post_for(request.member, post_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"post": post, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "posts/withdraw.html", context, status=status)
    try:
        services.withdraw_post(
            post=post, by=request.member, reason=form.cleaned_data["reason"], at=timezone.now()
        )
    except WrongState:
        messages.info(request, _("That has been done already. This is how it stands now."))
    else:
        messages.success(request, _("Withdrawn. Its links lead to something else to read."))
    return redirect("posts:edit", request.member.organization.slug, post.pk)


@require_POST
@role_required(*EDITORS)
def copy(request: MemberRequest, post_id: int) -> HttpResponse:
    """A new draft with the same content."""
    post = editable_post_for(request.member, post_id)
    draft = services.copy_post(post=post, by=request.member, at=timezone.now())
    messages.success(request, _("This is a new draft with the same content."))
    return redirect("posts:edit", request.member.organization.slug, draft.pk)


@require_POST
@role_required(*STUDIO)
def review(request: MemberRequest, post_id: int, answer: str) -> HttpResponse:
    """Approve or send back (somebody else than the author), or take it back to the desk."""
    post = reviewable_post_for(request.member, post_id)
    try:
        _answer(request, post, answer)
    except services.OwnWork:
        messages.error(request, _("You wrote this one, so somebody else looks at it."))
    except NotReady as not_ready:
        for code in not_ready.missing:
            messages.error(request, missing_text(code))
    except WrongState:
        messages.info(request, _("That has been done already. This is how it stands now."))
    return redirect("posts:edit", request.member.organization.slug, post.pk)


def _answer(request: MemberRequest, post: Post, answer: str) -> None:
    by, at = request.member, timezone.now()
    if answer == "approve" and by.can_approve:
        services.approve_post(post=post, by=by, at=at)
        messages.success(request, _("Approved. The author sees it."))
    elif answer == "send-back" and by.can_approve:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say in a few words what should change."))
            return
        services.send_back(post=post, by=by, note=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Sent back with your note."))
    elif answer == "desk" and by.can_edit:
        services.back_to_draft(post=post, by=by, at=at)
        messages.success(request, _("Back on the desk. Nobody is offered it."))
    else:
        messages.error(request, _("That is not yours to decide."))

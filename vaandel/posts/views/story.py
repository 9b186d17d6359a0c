"""A colleague's own story: three short questions, and what became of earlier ones."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.posts.forms import StoryForm
from vaandel.posts.models import MediaAsset, Occasion
from vaandel.posts.queries import submissions_of, waiting_story
from vaandel.posts.services import BadPicture, store_picture, submit_story
from vaandel.posts.words import picture_problem


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def story(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, StoryForm(initial={"occasion": _occasion(request)}))
    form, at = StoryForm(request.POST, request.FILES), timezone.now()
    if not form.is_valid():
        return _page(request, form)
    try:
        picture = _picture(request, form, at)
    except BadPicture as bad:
        name = form.cleaned_data["picture"].name
        form.add_error("picture", picture_problem(name, bad.reason))
        return _page(request, form)
    submit_story(
        member=request.member,
        occasion=form.cleaned_data["occasion"],
        title=form.cleaned_data["title"],
        answers=form.answers(),
        picture=picture,
        wants_to_read_along=form.cleaned_data["wants_to_read_along"],
        at=at,
    )
    messages.success(request, _("Thank you. Your story is with the editors."))
    return redirect("posts:story", request.member.organization.slug)


def _occasion(request: MemberRequest) -> str:
    """What *Today* asked about, when somebody comes from there."""
    asked = request.GET.get("occasion", "")
    return asked if asked in Occasion.values else ""


def _picture(request: MemberRequest, form: StoryForm, at: datetime) -> MediaAsset | None:
    upload, told = form.cleaned_data["picture"], form.cleaned_data
    if not upload:
        return None
    known = waiting_story(
        member=request.member,
        occasion=told["occasion"],
        title=told["title"],
        answers=form.answers(),
    )
    if known is not None:
        return known.picture
    return store_picture(
        organization=request.member.organization,
        content=upload.read(),
        alt=form.cleaned_data["alt"],
        by=request.member,
        at=at,
    )


def _page(request: MemberRequest, form: StoryForm) -> HttpResponse:
    context = {"form": form, "stories": submissions_of(request.member.pk)}
    return render(request, "posts/story.html", context, status=422 if form.is_bound else 200)

"""A colleague's own story, for the editors' inbox."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.posts.forms import StoryForm
from vaandel.posts.models import MediaAsset, Occasion
from vaandel.posts.queries import submissions_of
from vaandel.posts.services import BadPicture, store_picture, submit_story
from vaandel.posts.words import picture_problem


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def story(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        asked = request.GET.get("occasion", "")
        occasion = asked if asked in Occasion.values else Occasion.DELIVERED
        return _page(request, StoryForm(initial={"occasion": occasion}))
    form = StoryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        picture = _picture(request, form)
    except BadPicture as bad:
        form.add_error("picture", picture_problem(form.cleaned_data["picture"].name, bad.reason))
        return _page(request, form, status=422)
    submit_story(
        member=request.member,
        occasion=form.cleaned_data["occasion"],
        title=form.cleaned_data["title"].strip(),
        answers=form.answers(),
        picture=picture,
        wants_to_read_along=form.cleaned_data["wants_to_read_along"],
        at=timezone.now(),
    )
    messages.success(
        request, _("Thank you. Your story is with the editors. They ask before it goes out.")
    )
    return redirect("posts:story", request.member.organization.slug)


def _picture(request: MemberRequest, form: StoryForm) -> MediaAsset | None:
    file = form.cleaned_data["picture"]
    if not file:
        return None
    return store_picture(
        organization=request.member.organization,
        content=file.read(),
        alt=form.cleaned_data["alt"].strip(),
        by=request.member,
        at=timezone.now(),
    )


def _page(request: MemberRequest, form: StoryForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "earlier": submissions_of(request.member.pk)}
    return render(request, "posts/story.html", context, status=status)

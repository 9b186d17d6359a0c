"""Saying thanks to those who shared a post: open, send; or look first how it reads."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.components.figures import figure
from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.posts.models import Post
from vaandel.recognition import services
from vaandel.recognition.access import result_of, thankable_post_for, thanks_to
from vaandel.recognition.forms import ThanksForm
from vaandel.recognition.notices import posts_to_thank
from vaandel.recognition.queries import FEWEST, Thankable, figures_of, thankable

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def thank(request: MemberRequest, post_id: int) -> HttpResponse:
    post = thankable_post_for(request.member, post_id)
    people = thankable(post, by=request.member)
    form = ThanksForm(request.POST or None, initial={"text": suggested(post, people)})
    context = {"post": post, "people": people, "form": form, "preview": ""}
    if request.method != "POST":
        return render(request, "recognition/thank.html", context)
    if not form.is_valid():
        return render(request, "recognition/thank.html", context, status=422)
    if form.cleaned_data["again"]:
        return render(request, "recognition/thank.html", context)
    if form.cleaned_data["look"]:
        context["preview"] = form.cleaned_data["text"]
        return render(request, "recognition/thank.html", context)
    new = services.thank(
        post=post, by=request.member, text=form.cleaned_data["text"], at=timezone.now()
    )
    messages.success(request, _sent(new))
    return redirect("recognition:thank", request.member.organization.slug, post.pk)


def suggested(post: Post, people: Thankable) -> str:
    """Words to send as they are or to change, in the language of who writes."""
    title = post.title
    if people.clicks is None:
        return _("Thank you for telling about “%(title)s”. People came to look because of you.") % {
            "title": title
        }
    return ngettext(
        "Thank you for telling about “%(title)s”. Together you brought %(n)s click: people came"
        " to look because of you.",
        "Thank you for telling about “%(title)s”. Together you brought %(n)s clicks: people came"
        " to look because of you.",
        people.clicks,
    ) % {"title": title, "n": figure(people.clicks)}


@require_safe
@member_required
def to_thank(request: MemberRequest) -> HttpResponse:
    """Posts worth a thank-you that this member answers for."""
    posts = posts_to_thank(request.member, now=timezone.now()).order_by("-published_at", "-pk")
    page = Paginator(posts, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    figures = figures_of([post.pk for post in shown], by=request.member)
    rows = [(post, figures.get(post.pk)) for post in shown]
    return render(request, "recognition/to_thank_list.html", {"page": page, "rows": rows})


@require_POST
@member_required
def put_thanks_away(request: MemberRequest, thanks_id: int) -> HttpResponse:
    services.put_thanks_away(thanks=thanks_to(request.member, thanks_id), at=timezone.now())
    return redirect("home:today", request.member.organization.slug)


@require_POST
@member_required
def put_result_away(request: MemberRequest, result_id: int) -> HttpResponse:
    services.put_result_away(result=result_of(request.member, result_id), at=timezone.now())
    return redirect("home:today", request.member.organization.slug)


def _sent(new: int) -> str:
    """Never how many when that would point at somebody."""
    if new == 0:
        return _("You thanked everybody already. New sharers show up here.")
    if new < FEWEST:
        return _("Sent. Fewer than five people got it, each with their own figure.")
    return ngettext(
        "Sent to %(n)s person, with their own figure.",
        "Sent to %(n)s people, each with their own figure.",
        new,
    ) % {"n": new}

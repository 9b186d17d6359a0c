"""Saying thanks to those who shared a post: write, see it as they will, send."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods

from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.recognition.access import thankable_post_for
from vaandel.recognition.forms import ThanksForm
from vaandel.recognition.queries import FEWEST, thankable
from vaandel.recognition.services import thank as send_thanks

# With a gap: the form asks to fill it in.
STARTER = gettext_noop("Thank you for telling about this. Because of you ___")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def thank(request: MemberRequest, post_id: int) -> HttpResponse:
    post = thankable_post_for(request.member, post_id)
    people = thankable(post, by=request.member)
    form = ThanksForm(request.POST or None, initial={"text": _(STARTER)})
    context = {"post": post, "people": people, "form": form, "preview": ""}
    if request.method != "POST":
        return render(request, "recognition/thank.html", context)
    if not form.is_valid():
        return render(request, "recognition/thank.html", context, status=422)
    if form.cleaned_data["again"]:
        return render(request, "recognition/thank.html", context)
    if not form.cleaned_data["sure"]:
        context["preview"] = form.cleaned_data["text"]
        return render(request, "recognition/thank.html", context)
    new = send_thanks(
        post=post, by=request.member, text=form.cleaned_data["text"], at=timezone.now()
    )
    messages.success(request, _sent(new))
    return redirect("recognition:thank", request.member.organization.slug, post.pk)


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

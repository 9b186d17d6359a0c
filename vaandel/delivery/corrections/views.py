"""Writing a correction: the words, how they read, and the press. And putting its notice away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.delivery.corrections.access import correctable_post_for, correction_for
from vaandel.delivery.corrections.forms import CorrectionForm
from vaandel.delivery.corrections.queries import audience_of, told_about
from vaandel.delivery.corrections.services import correct_post, put_correction_away
from vaandel.organizations.decorators import MemberRequest, member_required, role_required
from vaandel.organizations.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER, Role.EDITOR)
def correct(request: MemberRequest, post_id: int) -> HttpResponse:
    post = correctable_post_for(request.member, post_id)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    sure = form.is_valid() and form.cleaned_data["sure"]
    audience = audience_of(post)
    if sure and audience.anybody:
        correct_post(
            post=post, text=form.cleaned_data["text"], by=request.member, at=timezone.now()
        )
        messages.success(request, _("Everybody who shared this post is told, in their open hours."))
        return redirect("delivery:correct", request.member.organization.slug, post.pk)
    shown = form.is_valid() and not form.cleaned_data["again"]
    context = {
        "post": post,
        "form": form,
        "audience": audience,
        "told": told_about(post),
        "preview": form.cleaned_data["text"] if shown else "",
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "delivery/corrections/correct.html", context, status=status)


@require_POST
@member_required
def put_away(request: MemberRequest, correction_id: int) -> HttpResponse:
    correction, enrolment = correction_for(request.member, correction_id)
    put_correction_away(correction=correction, enrolment=enrolment, at=timezone.now())
    return redirect("home:today", request.member.organization.slug)

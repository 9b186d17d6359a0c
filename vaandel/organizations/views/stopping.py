"""The switch that stops sharing for everybody. Each page says first what the press does."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.forms import StopForm
from vaandel.organizations.models import Role
from vaandel.organizations.services.stopping import start_again, stop_sharing


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER, Role.EDITOR, Role.APPROVER)
def stop(request: MemberRequest) -> HttpResponse:
    """What stopping does, or, while it is stopped, how it goes on."""
    organization = request.member.organization
    form = StopForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "organizations/stop.html", {"form": form}, status=status)
    if stop_sharing(
        organization=organization,
        reason=form.cleaned_data["reason"],
        by=request.member,
        at=timezone.now(),
    ):
        messages.success(request, _("Sharing has stopped. Nothing goes out any more."))
    else:
        messages.info(request, _("Somebody had stopped it already. Their reason stands."))
    return redirect("organizations:stop", organization.slug)


@require_POST
@role_required(Role.OWNER)
def start(request: MemberRequest) -> HttpResponse:
    organization = request.member.organization
    if start_again(organization=organization, by=request.member, at=timezone.now()):
        messages.success(request, _("Sharing goes on. What waited is sent bit by bit."))
    else:
        messages.info(request, _("It was going on already."))
    return redirect("organizations:stop", organization.slug)

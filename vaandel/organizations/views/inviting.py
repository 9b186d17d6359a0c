"""Asking people to take part, one by one or again. Never shows who answered what."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.forms import InviteForm
from vaandel.organizations.models import Role
from vaandel.organizations.queries import invited, recent_imports
from vaandel.organizations.services import (
    invite_again,
    invite_person,
    withdraw_invitations,
)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER, Role.COACH)
def invitations(request: MemberRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if form.is_valid():
        invite_person(by=request.member, at=timezone.now(), **form.cleaned_data)
        # The same words whatever happened: they must not tell that somebody said no.
        messages.success(
            request,
            _("%(address)s has been invited. Nobody gets two mails within two weeks.")
            % {"address": form.cleaned_data["email"]},
        )
        return redirect("organizations:invitations", request.member.organization.slug)
    return render(
        request,
        "organizations/invitations.html",
        {
            "form": form,
            "invited": invited(request.member.organization),
            "imports": recent_imports(request.member),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
@role_required(Role.OWNER)
def again(request: MemberRequest) -> HttpResponse:
    invite_again(by=request.member, at=timezone.now())
    messages.success(
        request,
        _(
            "Whoever has not answered and had no mail in two weeks is asked once more."
            " Nobody is asked more than three times."
        ),
    )
    return redirect("organizations:invitations", request.member.organization.slug)


@require_POST
@role_required(Role.OWNER)
def withdraw(request: MemberRequest) -> HttpResponse:
    withdraw_invitations(by=request.member, at=timezone.now())
    messages.success(request, _("Invitations that were not answered can no longer be used."))
    return redirect("organizations:invitations", request.member.organization.slug)

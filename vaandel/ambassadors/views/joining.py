"""The invitation's page, joining without one, and inviting a colleague."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from vaandel.ambassadors import services
from vaandel.ambassadors.access import enrolment_or_none
from vaandel.ambassadors.forms import ChoicesForm, ColleagueForm, ConsentsForm
from vaandel.ambassadors.inviting import invite
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.views.pages import in_words_of, joining_page
from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.organizations.models import Invitation
from vaandel.organizations.services import (
    InvitationClosed,
    accept_invitation,
    decline_invitation,
)
from vaandel.organizations.tenancy import tenant_scope
from vaandel.organizations.tokens import invitation_of
from vaandel.programmes.queries import the_programme

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """From the invitation's mail, without signing in. Opening it changes nothing."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "ambassadors/closed.html", {"reason": "unknown"}, status=404)
    with (
        tenant_scope(invitation.organization_id),
        in_words_of(request, invitation.member.user),
    ):
        if _has_joined(invitation):
            return render(request, "ambassadors/joined_already.html", {"invitation": invitation})
        if not invitation.is_open(timezone.now()):
            context = {"reason": "ended", "organization": invitation.organization}
            return render(request, "ambassadors/closed.html", context, status=410)
        if request.method == "POST":
            return _answer_invitation(request, invitation, token)
        return joining_page(request, member=invitation.member, token=token)


def _has_joined(invitation: Invitation) -> bool:
    """Also through another invitation: an old mail must not sign in for ever."""
    if invitation.accepted_at is not None:
        return True
    return enrolment_or_none(invitation.member) is not None


def _answer_invitation(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    programme = the_programme(invitation.organization)
    form = ChoicesForm(request.POST, programme=programme)
    consents = ConsentsForm(request.POST)
    if not (form.is_valid() and consents.is_valid()):
        return joining_page(
            request, member=invitation.member, token=token, form=form, consents=consents
        )
    try:
        accept_invitation(invitation=invitation, at=timezone.now())
    except InvitationClosed:
        return render(request, "ambassadors/closed.html", {"reason": "ended"}, status=410)
    services.join(
        member=invitation.member,
        programme=programme,
        choices=form.chosen(consents.given()),
        at=timezone.now(),
    )
    if is_mfa_enabled(invitation.member.user):
        # Somebody with a second step chose that a mail alone does not let them in.
        messages.success(request, _("You take part. Sign in to see what you may share."))
        return redirect("account_login")
    login(request, invitation.member.user, backend=BACKEND)
    # So that it stands in the list of devices, like every other way in.
    UserSession.objects.create_from_request(request)
    messages.success(request, _("Welcome. Here you find what you may share."))
    return redirect("home:today", invitation.organization.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """No, thanks. Asked once more on GET, because mail scanners open links."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "ambassadors/closed.html", {"reason": "unknown"}, status=404)
    with (
        tenant_scope(invitation.organization_id),
        in_words_of(request, invitation.member.user),
    ):
        context = {"token": token, "organization": invitation.organization}
        if request.method != "POST":
            return render(request, "ambassadors/decline.html", context)
        if not _has_joined(invitation):
            decline_invitation(invitation=invitation)
        return render(request, "ambassadors/declined.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def enrol(request: MemberRequest) -> HttpResponse:
    """A signed-in member joins without an invitation, or comes back."""
    enrolment = enrolment_or_none(request.member)
    if enrolment is not None and enrolment.state != Enrolment.State.LEFT:
        return redirect("home:today", request.member.organization.slug)
    programme = the_programme(request.member.organization)
    if request.method != "POST":
        return joining_page(request, member=request.member)
    form = ChoicesForm(request.POST, programme=programme)
    consents = ConsentsForm(request.POST)
    if not (form.is_valid() and consents.is_valid()):
        return joining_page(request, member=request.member, form=form, consents=consents)
    services.join(
        member=request.member,
        programme=programme,
        choices=form.chosen(consents.given()),
        at=timezone.now(),
    )
    messages.success(request, _("Welcome. Here you find what you may share."))
    return redirect("home:today", request.member.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def invite_colleague(request: MemberRequest) -> HttpResponse:
    """Whatever happens the answer is the same: nobody learns here who takes part or said no."""
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        problem = invite(**form.cleaned_data, by=request.member, at=timezone.now())
        if problem is None:
            messages.success(
                request,
                _("Thank you. If your colleague can be invited, a mail is on its way."),
            )
            return redirect("ambassadors:invite_colleague", request.member.organization.slug)
        form.add_error(None, problem)
    status = 422 if form.is_bound else 200
    context = {"form": form}
    return render(request, "ambassadors/invite_colleague.html", context, status=status)

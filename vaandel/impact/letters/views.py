"""Whether an owner gets the monthly letter: a switch in the studio, and a link in the letter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaandel.impact.letters.services import resume_letters, stop_letters, wants_letters
from vaandel.impact.letters.tokens import member_of_token
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.organizations.tenancy import tenant_scope


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def letter(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        if "stop" in request.POST:
            stop_letters(member=request.member, at=timezone.now())
            messages.success(request, _("You get no more letters."))
        else:
            resume_letters(member=request.member)
            messages.success(request, _("You get the letter on the first working day."))
        return redirect("impact:letter", request.member.organization.slug)
    context = {"wanted": wants_letters(request.member)}
    return render(request, "impact/letters/letter.html", context)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Without signing in. A mail program posts here at one press (RFC 8058), so that needs no
    token of a form: the address itself is the secret."""
    member = member_of_token(token)
    with tenant_scope(member.organization_id), translation.override(member.user.language):
        if request.method == "POST":
            stop_letters(member=member, at=timezone.now())
        context = {"wanted": wants_letters(member), "place": member.organization.name}
        response = render(request, "impact/letters/stop.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Language"] = member.user.language
    return response

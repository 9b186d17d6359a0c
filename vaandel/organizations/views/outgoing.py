"""How the organisation's mails stand: counts only, never to whom or what."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vaandel.lib.suppression import K, too_few
from vaandel.mailing.status import kinds_of_reasons, status
from vaandel.mailing.transport import has_server
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role


@require_safe
@role_required(Role.OWNER)
def mail(request: MemberRequest) -> HttpResponse:
    at, tenant = timezone.now(), request.member.organization_id
    found = status(at=at, tenant=tenant)
    reasons = kinds_of_reasons(at=at, tenant=tenant)
    context = {
        "status": found,
        "has_server": has_server(),
        "few": K,
        "few_failed": too_few(found.failed),
        "few_suppressed": too_few(found.suppressed),
        # One or two of a kind could be seen to be somebody's.
        "reasons": [(why, count) for why, count in reasons if not too_few(count)],
    }
    return render(request, "organizations/mail.html", context)

"""Why somebody gets this: in the app, and from a mail or a notice without signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vaandel.ambassadors.tokens import mail_choices_url
from vaandel.delivery.access import ask_for
from vaandel.delivery.models import Ask
from vaandel.delivery.planning.explaining import reasons_for
from vaandel.delivery.views.asks import from_mail
from vaandel.organizations.decorators import MemberRequest, member_required


@require_safe
@member_required
def why_here(request: MemberRequest, ask_id: int) -> HttpResponse:
    ask = ask_for(request.member, ask_id)
    context = {"ask": ask, "reasons": reasons_for(ask, now=timezone.now())}
    page = "delivery/why.html#reasons" if request.htmx else "delivery/why.html"
    return render(request, page, context)


@require_safe
@from_mail
def why(request: HttpRequest, ask: Ask, _token: str) -> HttpResponse:
    context = {
        "ask": ask,
        "reasons": reasons_for(ask, now=timezone.now()),
        "choices_url": mail_choices_url(ask.enrolment),
    }
    return render(request, "delivery/why_from_mail.html", context)

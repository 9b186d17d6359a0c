"""The front door, *Today*, and what a browser needs to keep the app at hand."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from vaandel.accounts.models import User
from vaandel.accounts.reaching import mail_stopped_lately
from vaandel.ambassadors.access import enrolment_or_none
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.forms import NotNowForm
from vaandel.home.forms import TodayForm
from vaandel.home.manifest import SHORTCUTS
from vaandel.home.manifest import manifest as manifest_of_app
from vaandel.home.queries import organizations_of, part_of_day, today_of_ambassador
from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.recognition.notices import notices_for

LAST_ORGANIZATION = "last_organization"
# The room that answers it is above this one, and only there in a demonstration.
DEMO_URL = "/demo/"


@require_safe
@never_cache
def root(request: HttpRequest) -> HttpResponse:
    """To one's own page; a choice for who works in several organisations; else what this is."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "home/landing.html", {"demo_url": DEMO_URL if settings.DEMO else ""})
    organizations = organizations_of(user)
    slugs = [organization.slug for organization in organizations]
    last = request.session.get(LAST_ORGANIZATION)
    page = SHORTCUTS.get(request.GET.get("to", ""), "home:today")
    if len(slugs) == 1 or (last in slugs and "choose" not in request.GET):
        return redirect(page, slugs[0] if len(slugs) == 1 else last)
    return render(request, "home/choice.html", {"organizations": organizations})


@require_safe
@member_required
@never_cache
def today(request: MemberRequest) -> HttpResponse:
    """What is there for me; for who does not take part (now), only how to."""
    slug = request.member.organization.slug
    if request.session.get(LAST_ORGANIZATION) != slug:
        request.session[LAST_ORGANIZATION] = slug
    now = timezone.now()
    enrolment = enrolment_or_none(request.member)
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "now": now,
        "part_of_day": part_of_day(now),
        "stopped": mail_stopped_lately(request, request.user),
    }
    day = timezone.localdate(now)
    if enrolment is None or not enrolment.takes_part(day):
        gone = enrolment is None or enrolment.state == Enrolment.State.LEFT
        page_name = "home/not_taking_part.html" if gone else "home/paused.html"
        context["to_thank"] = notices_for(request.member, None, now=now).to_thank
        return render(request, page_name, context)
    page = today_of_ambassador(enrolment, aside=TodayForm(request.GET).ask, now=now)
    cards = [
        (proposal, NotNowForm(today=day, auto_id=f"ask{proposal.ask_id}_%s"))
        for proposal in page.proposals
    ]
    return render(request, "home/today.html", {**context, "page": page, "cards": cards})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the browser, shown when there is no network. Says nothing about anybody."""
    return render(request, "home/offline.html")


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """In the language of who asks; the same for everybody who reads that one."""
    response = JsonResponse(manifest_of_app(), content_type="application/manifest+json")
    response.headers["Cache-Control"] = "max-age=3600"
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the top of the site, since a worker only sees addresses below its own."""
    response = render(request, "home/service_worker.js", content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response

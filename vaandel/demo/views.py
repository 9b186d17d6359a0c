"""Looking around as somebody of Stadsenergie, with one press and only in demo mode."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from vaandel.demo.cast import PARTS
from vaandel.demo.only import in_demo_mode
from vaandel.demo.story import story
from vaandel.organizations.models import Member

BACKEND = "django.contrib.auth.backends.ModelBackend"
STARTS = {
    "owner": "impact:programme",
    "editor": "posts:calendar",
    "ambassador": "home:today",
    "sponsor": "impact:programme",
    "approver": "posts:list",
    "coach": "impact:programme",
    "works-council": "impact:programme",
}


@in_demo_mode
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    there = Member.across_tenants.filter(organization__slug=story().organization["slug"]).exists()
    return render(request, "demo/welcome.html", {"parts": PARTS, "there": there})


@in_demo_mode
@require_safe
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    part = next((part for part in PARTS if part.key == role), None)
    if part is None:
        raise Http404("No such part.")
    slug = story().organization["slug"]
    member = (
        Member.across_tenants.select_related("user")
        .filter(organization__slug=slug, user__email=part.email)
        .first()
    )
    if member is None:
        return redirect("demo:welcome")
    login(request, member.user, backend=BACKEND)
    UserSession.objects.create_from_request(request)
    return redirect(STARTS[role], slug)

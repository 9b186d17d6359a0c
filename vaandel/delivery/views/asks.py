"""Saying "not now", from the app and from a mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import retarget

from vaandel.delivery.access import ask_for, ask_of_token
from vaandel.delivery.forms import NotNowForm
from vaandel.delivery.models import Ask
from vaandel.delivery.queries import back_of, proposal_for
from vaandel.delivery.services import put_aside, take_answer_back
from vaandel.delivery.tokens import TokenOver
from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.organizations.tenancy import tenant_scope


@require_POST
@member_required
def postpone(request: MemberRequest, ask_id: int) -> HttpResponse:
    ask = ask_for(request.member, ask_id)
    today = timezone.localdate()
    back = back_of(ask.enrolment, today)
    form = NotNowForm(request.POST, today=today, back=back, auto_id=f"ask{ask.pk}_%s")
    if not form.is_valid():
        return not_understood(request, ask, form)
    put_aside(ask=ask, until=form.until, today=today, at=timezone.now())
    if request.htmx:
        return render(request, "delivery/put_aside.html", {"ask": ask})
    return redirect(f"{today_page(request)}?aside={ask.pk}")


def not_understood(request: MemberRequest, ask: Ask, form: NotNowForm) -> HttpResponse:
    """The form with what is wrong: in its own place in the card, or as a page."""
    page = "delivery/not_now_box.html" if request.htmx else "delivery/not_now.html"
    response = render(request, page, {"form": form, "ask": ask, "ask_id": ask.pk}, status=422)
    if request.htmx:
        retarget(response, f"#not-now-{ask.pk}")
    return response


@require_POST
@member_required
def take_back(request: MemberRequest, ask_id: int) -> HttpResponse:
    ask = take_answer_back(ask=ask_for(request.member, ask_id))
    proposal = proposal_for(ask, timezone.now())
    if not request.htmx or proposal is None:
        response = redirect(today_page(request))
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": response.url})
        return response
    today = timezone.localdate()
    back = back_of(ask.enrolment, today)
    form = NotNowForm(today=today, back=back, auto_id=f"ask{ask.pk}_%s")
    return render(request, "delivery/proposal.html", {"proposal": proposal, "form": form})


def today_page(request: MemberRequest) -> str:
    return reverse("home:today", args=[request.member.organization.slug])


AskView = Callable[[HttpRequest, Ask, str], HttpResponse]


def from_mail(view: AskView) -> Callable[..., HttpResponse]:
    """Load the ask of a signed link; the page speaks the language of the person it was sent to.

    No signing in. The address is personal, so nothing keeps the page or passes it on. It also
    says who it is, so nobody else can post with it: no CSRF check, which a browser that sends
    no referrer (``Origin: null``) or keeps no cookies could not pass.
    """

    @csrf_exempt
    @wraps(view)
    @never_cache
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        try:
            ask = ask_of_token(token)
        except TokenOver:
            return render(request, "delivery/answer_over.html", status=410)
        user = ask.enrolment.member.user
        with (
            tenant_scope(ask.organization_id),
            translation.override(user.language),
            timezone.override(ZoneInfo(user.time_zone)),
        ):
            response = view(request, ask, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Content-Language"] = user.language
        return response

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@from_mail
def answer(request: HttpRequest, ask: Ask, token: str) -> HttpResponse:
    today = timezone.localdate()
    choice = request.GET.get("choice", "monday")
    sent = request.POST if request.method == "POST" else None
    back = back_of(ask.enrolment, today)
    form = NotNowForm(sent, today=today, back=back, initial={"choice": choice})
    if form.is_valid():
        put_aside(ask=ask, until=form.until, today=today, at=timezone.now())
        return redirect("delivery:answer", token)
    waits = ask.state == Ask.State.OFFERED or (ask.until is not None and ask.until <= today)
    context = {"form": form, "ask": ask, "waits": waits, "token": token}
    return render(request, "delivery/answer.html", context, status=422 if form.errors else 200)


@require_POST
@from_mail
def answer_back(_request: HttpRequest, ask: Ask, token: str) -> HttpResponse:
    take_answer_back(ask=ask)
    return redirect("delivery:answer", token)

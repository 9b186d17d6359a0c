"""Signing up without an invitation, for organisations that trust their mail domain.

Whatever address is typed, the same page follows: nobody can find out who has an account or
which domains are open. A code by mail proves the address before anything is written.
"""

from __future__ import annotations

from typing import cast

from allauth.core.ratelimit import consume_or_429
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaandel.organizations.forms import CodeForm, IntroductionForm, SignUpForm
from vaandel.organizations.queries import may_join, open_to
from vaandel.organizations.services import sign_up
from vaandel.organizations.services.signing_up import (
    WrongCode,
    begin_sign_up,
    check_code,
    new_account,
)
from vaandel.organizations.tenancy import tenant_scope

KEY = "sign_up"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("organizations:sign_up_join")
    form = SignUpForm(request.POST or None)
    if form.is_valid():
        email = form.cleaned_data["email"].lower()
        limited = consume_or_429(request, action="signup") or consume_or_429(
            request, action="request_login_code", key=email
        )
        if limited:
            return cast(HttpResponse, limited)
        request.session[KEY] = begin_sign_up(
            email=email, language=get_language() or settings.LANGUAGE_CODE, at=timezone.now()
        )
        return redirect("organizations:sign_up_code")
    return render(
        request,
        "organizations/sign_up.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    state = request.session.get(KEY)
    if state is None:
        return redirect("organizations:sign_up")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            request.session[KEY] = check_code(
                state, code=form.cleaned_data["code"], at=timezone.now()
            )
        except WrongCode as error:
            request.session[KEY] = error.state
            if error.state is None:
                del request.session[KEY]
                messages.warning(
                    request, _("That code is no longer valid. Let us mail you a new one.")
                )
                return redirect("organizations:sign_up")
            form.add_error("code", _("This code is not right. Compare it with the newest mail."))
        else:
            return redirect("organizations:sign_up_introduction")
    return render(
        request,
        "organizations/sign_up_code.html",
        {"form": form, "email": state["email"]},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest) -> HttpResponse:
    state = request.session.get(KEY)
    if state is None or not state.get("proven"):
        return redirect("organizations:sign_up")
    choices = open_to(state["email"])
    if not choices:
        del request.session[KEY]
        return redirect("organizations:sign_up")
    form = IntroductionForm(
        request.POST or None, organizations=choices, initial={"language": get_language()}
    )
    if form.is_valid():
        del request.session[KEY]
        user = new_account(
            email=state["email"],
            name=form.cleaned_data["name"],
            language=form.cleaned_data["language"],
            organization=form.chosen(),
            at=timezone.now(),
        )
        if user is None:
            messages.info(request, _("You have an account already. Sign in."))
            return redirect("account_login")
        login(request, user, backend=BACKEND)
        UserSession.objects.create_from_request(request)
        return redirect("ambassadors:enrol", form.chosen().slug)
    return render(
        request,
        "organizations/sign_up_introduction.html",
        {"form": form, "choices": choices},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Somebody with an account becomes a member of an organisation that their address may join."""
    if not request.user.is_authenticated:
        return redirect("organizations:sign_up")
    user = request.user
    choices = may_join(user)
    chosen = next((row for row in choices if str(row.pk) == request.POST.get("organization")), None)
    if request.method == "POST" and chosen is not None:
        with tenant_scope(chosen):
            sign_up(organization=chosen, user=user, at=timezone.now())
        return redirect("ambassadors:enrol", chosen.slug)
    return render(request, "organizations/sign_up_join.html", {"choices": choices})

"""Signing in, and what somebody decides about their own account."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.accounts.forms import ProfileForm, zone_names
from vaandel.accounts.models import User
from vaandel.accounts.reaching import forget_answer, mail_stopped
from vaandel.accounts.services import mail_again as send_mail_again
from vaandel.accounts.services import remove_password, save_profile

ADDRESS_KEY = "signing_in_as"


class MailCodeView(RequestLoginCodeView):  # type: ignore[misc]  # allauth has no types
    """The sign-in page: one address, one button. It remembers the address that was typed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Coming back here is beginning anew, perhaps with another address.
        request.session.pop(LOGIN_SESSION_KEY, None)
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def get_initial(self) -> dict[str, Any]:
        typed = self.request.session.get(ADDRESS_KEY, "")
        return {**super().get_initial(), **({"email": typed} if typed else {})}

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session[ADDRESS_KEY] = form.cleaned_data.get("email", "")
        return cast(HttpResponse, super().form_valid(form))

    def form_invalid(self, form: Any) -> HttpResponse:
        context = self.get_context_data(form=form)
        return cast(HttpResponse, self.render_to_response(context, status=422))


class TypeCodeView(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth has no types
    """The code from the mail. What is wrong with it is said, and the address is kept."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if response.status_code == HttpResponse.status_code:
            response.status_code = 422
        return cast(HttpResponse, response)


class AddAppView(ActivateTOTPView):  # type: ignore[misc]  # allauth has no types
    """The code of the new app has just been typed: no need to ask it again for what follows."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, method="mfa", type="totp", reauthenticated=True
        )
        return cast(HttpResponse, response)


class AddPasskeyView(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Likewise for a passkey that has just been used."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, method="mfa", type="webauthn", reauthenticated=True
        )
        return cast(HttpResponse, response)


_type_code = TypeCodeView.as_view()


def type_code(request: HttpRequest) -> HttpResponseBase:
    """Say why, when there is no code to type any more."""
    had = LOGIN_SESSION_KEY in request.session
    response = _type_code(request)
    expired = had and LOGIN_SESSION_KEY not in request.session
    lost = not had and response.status_code == 302 and not request.user.is_authenticated
    # allauth has told already when there were too many attempts.
    told = bool(getattr(messages.get_messages(request), "_queued_messages", []))
    if (expired or lost) and not request.user.is_authenticated and not told:
        messages.warning(request, _("That code is no longer valid. Let us mail you a new one."))
    return cast(HttpResponseBase, response)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        save_profile(
            user=user,
            name=form.cleaned_data["name"],
            language=form.cleaned_data["language"],
            time_zone=form.cleaned_data["time_zone"],
            photo=form.cleaned_data["photo"],
            remove_photo=bool(form.cleaned_data.get("remove_photo")),
        )
        with translation.override(user.language):
            messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    return render(
        request,
        "accounts/profile.html",
        {"form": form, "zones": zone_names(), "stopped": mail_stopped(user)},
        status=422 if form.is_bound else 200,
    )


@require_POST
@login_required
def mail_again(request: HttpRequest) -> HttpResponse:
    """Somebody says that mails arrive (again): we send one, and believe it until it returns."""
    user = cast(User, request.user)
    if send_mail_again(user=user, at=timezone.now()):
        messages.success(
            request, _("We mail you again. The first one is on its way; it says that it arrived.")
        )
    forget_answer(request)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, None, require_https=request.is_secure()):
        back = ""
    return redirect(back or "accounts:profile")


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    keys = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    by_type = {key.type: key for key in keys}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return render(
        request,
        "accounts/security.html",
        {
            "has_password": user.has_usable_password(),
            "passkeys": [key for key in keys if key.type == Authenticator.Type.WEBAUTHN],
            "app": by_type.get(Authenticator.Type.TOTP),
            "codes": codes,
            "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
            "session_count": len(UserSession.objects.purge_and_list(user)),
        },
    )


@require_POST
@login_required
def password_remove(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if user.has_usable_password():
        remove_password(user=user)
        update_session_auth_hash(request, user)
        get_adapter(request).send_mail("accounts/password_removed", user.email, {})
        messages.success(request, _("Your password is gone. You sign in with a code by mail."))
    return redirect("accounts:security")

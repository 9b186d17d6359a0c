"""Taking one's data along, and going."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vaandel.accounts.models import User
from vaandel.privacy.archive import write_archive
from vaandel.privacy.forms import DeleteForm
from vaandel.privacy.queries import traces_of
from vaandel.privacy.services import LastOwnerStays
from vaandel.privacy.services import delete_account as delete


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    """What is in it; the button makes it."""
    if request.method != "POST":
        return render(request, "privacy/export.html")
    user = cast(User, request.user)
    now = timezone.now()
    name = f"vaandel-{timezone.localdate(now):%Y-%m-%d}.zip"
    return FileResponse(write_archive(user, at=now), as_attachment=True, filename=name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    """What will happen, before it happens."""
    user = cast(User, request.user)
    form = DeleteForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        language = user.language
        try:
            delete(user=user, at=timezone.now())
        except LastOwnerStays:
            pass  # The page below says for which organisations, and what to do.
        else:
            logout(request)
            return _in_language(redirect("privacy:goodbye"), language)
    context = {"form": form, "traces": traces_of(user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "privacy/delete_account.html", context, status=status)


def _in_language(response: HttpResponse, language: str) -> HttpResponse:
    """The account knew the language; from here on only the browser does."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@never_cache
@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/goodbye.html")

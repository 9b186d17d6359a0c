"""Pause, rhythm and leaving from any mail, without signing in.

Opening a link changes nothing, because mail scanners open links; every change is a POST.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors import services
from vaandel.ambassadors.forms import PauseForm, RhythmForm
from vaandel.ambassadors.models import Consent, Enrolment, Purpose, Rhythm
from vaandel.ambassadors.queries import pause_suggestions
from vaandel.ambassadors.quiet import after_leave, quiet_settings
from vaandel.ambassadors.tokens import enrolment_of
from vaandel.ambassadors.views.pages import in_words_of
from vaandel.ambassadors.week import in_words
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import tenant_scope


def _page(
    request: HttpRequest, enrolment: Enrolment, token: str, *, wrong: PauseForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    hours = quiet_settings(enrolment).hours
    context = {
        "enrolment": enrolment,
        "words": in_words(hours),
        "after_leave": after_leave(hours, today),
        "organization": enrolment.organization,
        "token": token,
        "pause": wrong or PauseForm(today=today),
        "suggestions": pause_suggestions(today),
        "is_paused": enrolment.state == Enrolment.State.PAUSED and not enrolment.takes_part(today),
        "rhythms": Rhythm.choices,
        "gets_thanks": Consent.objects.filter(
            enrolment=enrolment, purpose=Purpose.RESULT_MAILS, revoked_at=None
        ).exists(),
    }
    status = 200 if wrong is None else 422
    return render(request, "ambassadors/mail_choices.html", context, status=status)


def _choosing(token: str) -> Enrolment | None:
    """Whose choices may be changed. Who does not work here any more has none to make."""
    enrolment = enrolment_of(token)
    if enrolment is None or enrolment.member.status != Member.Status.ACTIVE:
        return None
    return enrolment


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "ambassadors/closed.html", {"reason": "choices"}, status=404)


@never_cache
@require_safe
def choices(request: HttpRequest, token: str) -> HttpResponse:
    enrolment = _choosing(token)
    if enrolment is None:
        return _ended(request)
    with (
        tenant_scope(enrolment.organization_id),
        in_words_of(request, enrolment.member.user),
    ):
        return _page(request, enrolment, token)


@require_POST
def choose(request: HttpRequest, token: str, choice: str) -> HttpResponse:
    enrolment = _choosing(token)
    if enrolment is None:
        return _ended(request)
    with (
        tenant_scope(enrolment.organization_id),
        in_words_of(request, enrolment.member.user),
    ):
        if choice == "pause":
            form = PauseForm(request.POST, today=timezone.localdate())
            if not form.is_valid():
                return _page(request, enrolment, token, wrong=form)
            services.pause(enrolment=enrolment, until=form.cleaned_data["until"])
        else:
            _apply(request, enrolment, choice)
    return redirect("ambassadors:mail_choices", token)


def _apply(request: HttpRequest, enrolment: Enrolment, choice: str) -> None:
    if choice == "resume":
        services.resume(enrolment=enrolment)
    elif choice == "leave":
        services.leave(enrolment=enrolment, at=timezone.now())
    elif choice == "return":
        services.undo_leaving(enrolment=enrolment)
    elif choice in ("thanks", "no-thanks"):
        services.set_consent(
            enrolment=enrolment,
            purpose=Purpose.RESULT_MAILS,
            given=choice == "thanks",
            at=timezone.now(),
        )
    elif choice == "rhythm":
        form = RhythmForm(request.POST)
        if form.is_valid():
            services.set_rhythm(enrolment=enrolment, rhythm=form.cleaned_data["rhythm"])
    else:
        raise Http404("No such choice.")


@csrf_exempt
@never_cache
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click in a mail program (RFC 8058): a POST ends the mails, a GET shows the choices."""
    enrolment = enrolment_of(token)
    if enrolment is None:
        return _ended(request)
    if request.method != "POST":
        return redirect("ambassadors:mail_choices", token)
    with tenant_scope(enrolment.organization_id):
        services.stop_mails(enrolment=enrolment, at=timezone.now())
    return HttpResponse(status=204)

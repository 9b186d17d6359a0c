"""The page of all settings, which comes back with whatever form was not accepted."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from vaandel.accounts.reaching import mail_stopped_lately
from vaandel.ambassadors.forms import (
    CalendarForm,
    ChannelsForm,
    ChoicesForm,
    ConsentsForm,
    HoursForm,
    LeaveForm,
    PauseForm,
    choices_of,
)
from vaandel.ambassadors.leave_calendars.fetching import site_of
from vaandel.ambassadors.leave_calendars.problems import explained
from vaandel.ambassadors.models import ChannelUse, Consent, Enrolment, Leave
from vaandel.ambassadors.queries import pause_suggestions
from vaandel.ambassadors.quiet import QuietSettings, after_leave, quiet_settings
from vaandel.ambassadors.services import address_of
from vaandel.ambassadors.week import in_words, kept_free, stretch, week_of
from vaandel.organizations.decorators import MemberRequest

Forms = CalendarForm | ChannelsForm | ChoicesForm | ConsentsForm | HoursForm | LeaveForm | PauseForm


def settings_page(
    request: MemberRequest, enrolment: Enrolment, wrong: Forms | None = None
) -> HttpResponse:
    """All settings; ``wrong`` is the form that was not accepted, as it was typed."""
    consents = list(Consent.objects.filter(enrolment=enrolment).order_by("-given_at", "-pk"))
    today = timezone.localdate()
    quiet = quiet_settings(enrolment)
    forms = _forms(enrolment, quiet, consents, today)
    for name, form in forms.items():
        if type(form) is type(wrong):
            forms[name] = wrong
    context = {
        **forms,
        **quiet_context(quiet, today),
        "enrolment": enrolment,
        "consent_log": consents,
        "suggestions": pause_suggestions(today),
        "is_paused": not enrolment.takes_part(today),
        "undo_leave": _removed_days(request, today),
        "stopped": mail_stopped_lately(request, request.user),
    }
    status = 200 if wrong is None else 422
    return render(request, "ambassadors/settings.html", context, status=status)


def quiet_context(quiet: QuietSettings, today: date) -> dict[str, object]:
    """Quiet hours and days off, as the templates show them."""
    calendar = quiet.calendar
    return {
        "words": in_words(quiet.hours),
        "zone": quiet.hours.zone,
        "week": week_of(quiet.hours),
        "kept_free": kept_free(quiet.hours, today=today),
        "typed_leave": [
            (leave.pk, stretch(leave.first_day, leave.last_day))
            for leave in quiet.leaves
            if leave.source == Leave.Source.TYPED and leave.last_day >= today
        ],
        "calendar": calendar,
        "calendar_host": site_of(address_of(calendar)) if calendar else "",
        "calendar_problem": explained(calendar.last_error) if calendar else "",
        "calendar_leave": [
            stretch(leave.first_day, leave.last_day)
            for leave in quiet.leaves
            if leave.source == Leave.Source.CALENDAR and leave.last_day >= today
        ],
        "after_leave": after_leave(quiet.hours, today),
    }


def hours_form(
    enrolment: Enrolment, quiet: QuietSettings, today: date, data: object = None
) -> HoursForm:
    home = enrolment.organization.country
    initial = HoursForm.initial_of(quiet.hours, quiet.row, home)
    return HoursForm(data, initial=initial, home=home, today=today)


def back(request: MemberRequest, text: str, anchor: str = "", query: str = "") -> HttpResponse:
    """To the settings, with a word about what was done."""
    messages.success(request, text)
    target = redirect("ambassadors:settings", request.member.organization.slug)
    target["Location"] += query + anchor
    return target


def _forms(
    enrolment: Enrolment, quiet: QuietSettings, consents: list[Consent], today: date
) -> dict[str, object]:
    running = {consent.purpose for consent in consents if consent.revoked_at is None}
    uses = list(ChannelUse.objects.filter(enrolment=enrolment))
    return {
        "choices": ChoicesForm(initial=choices_of(enrolment), programme=enrolment.programme),
        "channels": ChannelsForm(initial=ChannelsForm.initial_of(uses)),
        "consents": ConsentsForm(initial=ConsentsForm.initial_of(running)),
        "pause": PauseForm(today=today),
        "hours_form": hours_form(enrolment, quiet, today),
        "leave_form": LeaveForm(today=today),
        "calendar_form": CalendarForm(),
    }


def _removed_days(request: MemberRequest, today: date) -> dict[str, str] | None:
    """Days that were just taken back, for the button that keeps them free again."""
    first, _dots, last = request.GET.get("removed", "").partition("..")
    form = LeaveForm({"first_day": first, "last_day": last}, today=today)
    if not first or not form.is_valid():
        return None
    days = form.cleaned_data
    return {
        "first": days["first_day"].isoformat(),
        "last": days["last_day"].isoformat(),
        "days": stretch(days["first_day"], days["last_day"]),
    }

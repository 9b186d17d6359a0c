"""Quiet hours, days off and the calendar they come from. Everybody changes only their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors import services
from vaandel.ambassadors.access import enrolment_for
from vaandel.ambassadors.forms import CalendarForm, LeaveForm
from vaandel.ambassadors.leave_calendars.problems import CalendarFailed, explained
from vaandel.ambassadors.quiet import quiet_settings
from vaandel.ambassadors.views.settings_page import back, hours_form, settings_page
from vaandel.ambassadors.week import stretch
from vaandel.lib.rates import allowed
from vaandel.organizations.decorators import MemberRequest, member_required

READINGS, READINGS_SECONDS = 10, 600


@require_POST
@member_required
def hours(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    today = timezone.localdate()
    form = hours_form(enrolment, quiet_settings(enrolment), today, request.POST)
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    services.change_hours(enrolment=enrolment, hours=form.chosen(), at=timezone.now())
    return back(request, _("Saved. Outside these hours nothing comes."), "#hours")


@require_safe
@member_required
def regions(request: MemberRequest) -> HttpResponse:
    """The regions of the country that is being chosen."""
    enrolment = enrolment_for(request.member)
    form = hours_form(enrolment, quiet_settings(enrolment), timezone.localdate(), request.GET)
    return render(request, "ambassadors/region.html", {"hours_form": form})


@require_POST
@member_required
def add_leave(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = LeaveForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    days = form.cleaned_data
    try:
        services.add_leave(
            enrolment=enrolment,
            first_day=days["first_day"],
            last_day=days["last_day"],
            at=timezone.now(),
        )
    except services.TooMuchLeave:
        form.add_error("first_day", _("That is a lot of days off. Remove some of them first."))
        return settings_page(request, enrolment, form)
    return back(request, _("Saved. On these days nothing comes."), "#days-off")


@require_POST
@member_required
def remove_leave(request: MemberRequest, leave_id: int) -> HttpResponse:
    removed = services.remove_leave(
        enrolment=enrolment_for(request.member), leave_id=leave_id, at=timezone.now()
    )
    if removed is None:
        return back(request, _("These days were gone already."), "#days-off")
    days = stretch(removed.first_day, removed.last_day)
    query = f"?removed={removed.first_day}..{removed.last_day}"
    return back(request, _("No longer kept free: %(days)s.") % {"days": days}, "#days-off", query)


@require_POST
@member_required
def follow_calendar(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = CalendarForm(request.POST)
    if form.is_valid() and _may_read(request):
        address = form.cleaned_data["address"]
        try:
            services.follow_calendar(enrolment=enrolment, address=address, at=timezone.now())
        except CalendarFailed as failure:
            form.add_error("address", explained(failure.problem))
    elif form.is_valid():
        form.add_error("address", _too_often())
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    return back(request, _("Saved. The days off in it are kept free."), "#days-off")


@require_POST
@member_required
def read_calendar(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    if not _may_read(request):
        messages.error(request, _too_often())
        return redirect("ambassadors:settings", request.member.organization.slug)
    services.read_calendar_now(enrolment=enrolment, at=timezone.now())
    return back(request, _("Your calendar was read."), "#days-off")


@require_POST
@member_required
def forget_calendar(request: MemberRequest) -> HttpResponse:
    services.forget_calendar(enrolment=enrolment_for(request.member), at=timezone.now())
    return back(request, _("Your calendar is forgotten, and the days from it."), "#days-off")


def _may_read(request: MemberRequest) -> bool:
    return allowed(f"leave-calendar:{request.member.pk}", amount=READINGS, seconds=READINGS_SECONDS)


def _too_often() -> str:
    return _("You tried this often. Wait ten minutes and try again.")

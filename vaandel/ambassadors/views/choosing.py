"""Somebody's own settings: topics, networks, opt-ins, a pause, leaving."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors import services
from vaandel.ambassadors.access import enrolment_for, enrolment_or_none
from vaandel.ambassadors.forms import ChannelsForm, ChoicesForm, ConsentsForm, PauseForm
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.views.settings_page import back, settings_page
from vaandel.components.figures import day
from vaandel.organizations.decorators import MemberRequest, member_required


@require_safe
@member_required
def settings(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_or_none(request.member)
    if enrolment is None or enrolment.state == Enrolment.State.LEFT:
        return render(request, "ambassadors/settings_outside.html", {"enrolment": enrolment})
    return settings_page(request, enrolment)


@require_POST
@member_required
def topics(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = ChoicesForm(request.POST, programme=enrolment.programme)
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    services.change_choices(enrolment=enrolment, choices=form.chosen())
    return back(request, _("Saved. From now on you get proposals that fit this."), "#topics")


@require_POST
@member_required
def channels(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = ChannelsForm(request.POST)
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    services.use_channels(enrolment=enrolment, brackets=form.brackets(), instances=form.instances())
    return back(request, _("Saved. Only you see this."), "#channels")


@require_POST
@member_required
def consents(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = ConsentsForm(request.POST)
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    services.set_consents(enrolment=enrolment, given=form.given(), at=timezone.now())
    return back(request, _("Saved. You can take it back at any time."), "#consents")


@require_POST
@member_required
def pause(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = PauseForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return settings_page(request, enrolment, form)
    until = form.cleaned_data["until"]
    services.pause(enrolment=enrolment, until=until)
    return back(request, _("Paused until %(day)s. We ask nothing.") % {"day": day(until)})


@require_POST
@member_required
def resume(request: MemberRequest) -> HttpResponse:
    services.resume(enrolment=enrolment_for(request.member))
    return back(request, _("You take part again."))


@require_POST
@member_required
def leave(request: MemberRequest) -> HttpResponse:
    services.leave(enrolment=enrolment_for(request.member), at=timezone.now())
    return redirect("ambassadors:settings", request.member.organization.slug)


@require_POST
@member_required
def undo_leaving(request: MemberRequest) -> HttpResponse:
    services.undo_leaving(enrolment=enrolment_for(request.member))
    return back(request, _("You take part again. Your opt-ins are off until you give them."))

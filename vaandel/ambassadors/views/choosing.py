"""Somebody's own settings: topics, networks, opt-ins, a pause, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors import services
from vaandel.ambassadors.access import enrolment_for, enrolment_or_none
from vaandel.ambassadors.forms import (
    ChannelsForm,
    ChoicesForm,
    ConsentsForm,
    PauseForm,
    choices_of,
)
from vaandel.ambassadors.models import ChannelUse, Consent, Enrolment
from vaandel.ambassadors.queries import pause_suggestions
from vaandel.components.figures import day
from vaandel.organizations.decorators import MemberRequest, member_required

Forms = ChoicesForm | ChannelsForm | ConsentsForm | PauseForm


@require_safe
@member_required
def settings(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_or_none(request.member)
    if enrolment is None or enrolment.state == Enrolment.State.LEFT:
        return render(request, "ambassadors/settings_outside.html", {"enrolment": enrolment})
    return _page(request, enrolment)


def _page(request: MemberRequest, enrolment: Enrolment, wrong: Forms | None = None) -> HttpResponse:
    """All settings; ``wrong`` is the form that was not accepted, as it was typed."""
    consents = list(Consent.objects.filter(enrolment=enrolment).order_by("-given_at", "-pk"))
    running = {consent.purpose for consent in consents if consent.revoked_at is None}
    uses = list(ChannelUse.objects.filter(enrolment=enrolment))
    today = timezone.localdate()
    forms: dict[str, object] = {
        "choices": ChoicesForm(initial=choices_of(enrolment), programme=enrolment.programme),
        "channels": ChannelsForm(initial=ChannelsForm.initial_of(uses)),
        "consents": ConsentsForm(initial=ConsentsForm.initial_of(running)),
        "pause": PauseForm(today=today),
    }
    for name, form in forms.items():
        if type(form) is type(wrong):
            forms[name] = wrong
    context = {
        **forms,
        "enrolment": enrolment,
        "consent_log": consents,
        "suggestions": pause_suggestions(today),
        "is_paused": not enrolment.takes_part(today),
    }
    status = 200 if wrong is None else 422
    return render(request, "ambassadors/settings.html", context, status=status)


def _back(request: MemberRequest, text: str, anchor: str = "") -> HttpResponse:
    messages.success(request, text)
    target = redirect("ambassadors:settings", request.member.organization.slug)
    target["Location"] += anchor
    return target


@require_POST
@member_required
def topics(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = ChoicesForm(request.POST, programme=enrolment.programme)
    if not form.is_valid():
        return _page(request, enrolment, form)
    services.change_choices(enrolment=enrolment, choices=form.chosen())
    return _back(request, _("Saved. From now on you get proposals that fit this."), "#topics")


@require_POST
@member_required
def channels(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = ChannelsForm(request.POST)
    if not form.is_valid():
        return _page(request, enrolment, form)
    services.use_channels(enrolment=enrolment, brackets=form.brackets(), instances=form.instances())
    return _back(request, _("Saved. Only you see this."), "#channels")


@require_POST
@member_required
def consents(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = ConsentsForm(request.POST)
    if not form.is_valid():
        return _page(request, enrolment, form)
    services.set_consents(enrolment=enrolment, given=form.given(), at=timezone.now())
    return _back(request, _("Saved. You can take it back at any time."), "#consents")


@require_POST
@member_required
def pause(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    form = PauseForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        return _page(request, enrolment, form)
    until = form.cleaned_data["until"]
    services.pause(enrolment=enrolment, until=until)
    return _back(request, _("Paused until %(day)s. We ask nothing.") % {"day": day(until)})


@require_POST
@member_required
def resume(request: MemberRequest) -> HttpResponse:
    services.resume(enrolment=enrolment_for(request.member))
    return _back(request, _("You take part again."))


@require_POST
@member_required
def leave(request: MemberRequest) -> HttpResponse:
    services.leave(enrolment=enrolment_for(request.member), at=timezone.now())
    return redirect("ambassadors:settings", request.member.organization.slug)


@require_POST
@member_required
def undo_leaving(request: MemberRequest) -> HttpResponse:
    services.undo_leaving(enrolment=enrolment_for(request.member))
    return _back(request, _("You take part again. Your opt-ins are off until you give them."))

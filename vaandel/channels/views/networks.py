"""Networks in the settings: where to get an application, typing it in, testing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.channels.access import network as adapter_of
from vaandel.channels.cards import network_cards, spending_of
from vaandel.channels.forms import NetworkForm
from vaandel.channels.queries import typed_apps
from vaandel.channels.registry import CHANNELS
from vaandel.channels.services.apps import (
    installation_app_id,
    redirect_uri,
    save_app,
    test_app,
)
from vaandel.channels.setting_up import steps_for
from vaandel.channels.troubles import of_a_test
from vaandel.lib.rates import allowed
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role


@require_safe
@role_required(Role.OWNER)
def networks(request: MemberRequest) -> HttpResponse:
    cards = network_cards(request.member.organization)
    return render(request, "channels/networks.html", {"cards": cards})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def network(request: MemberRequest, channel: str) -> HttpResponse:
    form = _form(request, channel)
    if form.is_bound and form.is_valid():
        organization = request.member.organization
        save_app(
            organization=organization,
            channel=channel,
            by=request.member,
            typed=form.typed(),
            at=timezone.now(),
        )
        messages.success(request, _("Saved."))
        return redirect("channels:network", organization.slug, channel)
    return _page(request, channel, form)


@require_POST
@role_required(Role.OWNER)
def test(request: MemberRequest, channel: str) -> HttpResponse:
    adapter_of(channel)
    organization, name = request.member.organization, str(CHANNELS[channel].name)
    if not allowed(f"test-network:{request.member.pk}", amount=6, seconds=60):
        messages.warning(request, _("You tested this often just now. Try again in a minute."))
        return redirect("channels:network", organization.slug, channel)
    problem = test_app(organization=organization, channel=channel, at=timezone.now())
    if problem:
        messages.error(request, of_a_test(problem, name))
    else:
        messages.success(request, _("It works: %(network)s knows us.") % {"network": name})
    return redirect("channels:network", organization.slug, channel)


def _form(request: MemberRequest, channel: str) -> NetworkForm:
    return NetworkForm(
        request.POST if request.method == "POST" else None,
        channel=channel,
        abilities=adapter_of(channel).abilities,
        saved=typed_apps(request.member.organization).get(channel),
        by_installation=bool(installation_app_id(channel)),
    )


def _page(request: MemberRequest, channel: str, form: NetworkForm) -> HttpResponse:
    organization = request.member.organization
    card = next(card for card in network_cards(organization) if card.channel == channel)
    context = {
        "form": form,
        "card": card,
        "redirect_uri": redirect_uri(channel),
        "steps": steps_for(channel),
        "spending": spending_of(organization, channel, at=timezone.now()),
    }
    return render(request, "channels/network.html", context, status=422 if form.is_bound else 200)

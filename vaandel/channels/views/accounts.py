"""Somebody's own accounts at networks: connect, figures or not, disconnect."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.access import network, own_account, own_enrolment
from vaandel.channels.adapter import Trouble
from vaandel.channels.cards import AccountCard, account_cards, consent_log
from vaandel.channels.forms import ConnectForm
from vaandel.channels.models import ConnectedAccount
from vaandel.channels.registry import CHANNELS
from vaandel.channels.services import accounts as services
from vaandel.channels.services.connecting import (
    depart,
    local_path,
    needs_permission,
    set_statistics,
)
from vaandel.channels.troubles import next_step, what_happened
from vaandel.channels.views.browser import browser_secret, remember
from vaandel.lib.rates import allowed
from vaandel.organizations.decorators import MemberRequest, member_required

# In an hour. Servers that people name are asked, so nobody can have many of them asked.
ATTEMPTS: Final = 20


@never_cache
@require_safe
@member_required
def accounts(request: MemberRequest) -> HttpResponse:
    return _page(request)


@never_cache
@require_POST
@member_required
def connect(request: MemberRequest, channel: str) -> HttpResponse:
    adapter, enrolment = network(channel), own_enrolment(request.member)
    form = ConnectForm(request.POST, abilities=adapter.abilities, prefix=channel)
    if not form.is_valid():
        return _page(request, wrong=form)
    return _set_out(request, enrolment, channel, form)


@never_cache
@require_POST
@member_required
def figures(request: MemberRequest, channel: str) -> HttpResponse:
    row = own_account(request.member, channel)
    given = request.POST.get("given") == "yes"
    if given and needs_permission(row):
        form = _form_for_figures(row)
        return _set_out(request, own_enrolment(request.member), channel, form)
    if set_statistics(row=row, given=given, at=timezone.now()):
        messages.success(
            request,
            _("We read the figures of your posts from now on.")
            if given
            else _("We read no figures any more, and forget those that we have."),
        )
    return _back(request, channel)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def disconnect(request: MemberRequest, channel: str) -> HttpResponse:
    network(channel)
    enrolment, name = own_enrolment(request.member), CHANNELS[channel].name
    if request.method != "POST":
        row = own_account(request.member, channel)
        context = {"account": row, "network": name, "channel": channel}
        return render(request, "channels/disconnect.html", context)
    if services.disconnect(enrolment=enrolment, channel=channel, at=timezone.now()):
        messages.success(request, _("%(network)s is not connected any more.") % {"network": name})
    return _back(request, channel)


def _set_out(
    request: MemberRequest, enrolment: Enrolment, channel: str, form: ConnectForm
) -> HttpResponse:
    """To the network, with what the (valid) form says; back to the page when that fails."""
    if not allowed(f"connect:{request.user.pk}", amount=ATTEMPTS, seconds=3600):
        form.add_error(None, _("You tried this often just now. Try again in an hour."))
        return _page(request, wrong=form)
    secret = browser_secret(request)
    try:
        url = depart(
            enrolment=enrolment,
            channel=channel,
            server=form.cleaned_data.get("server", ""),
            statistics=form.cleaned_data["statistics"],
            next_path=form.cleaned_data["next"],
            browser=secret,
            at=timezone.now(),
        )
    except Trouble as trouble:
        form.add_error("server" if "server" in form.fields else None, _in_words(trouble, channel))
        return _page(request, wrong=form)
    return _onward(request, channel, url, secret)


def _form_for_figures(row: ConnectedAccount) -> ConnectForm:
    """As if the person connected the same account again, with the box ticked."""
    data = {f"{row.channel}-server": row.server, f"{row.channel}-statistics": "on"}
    form = ConnectForm(data, abilities=network(row.channel).abilities, prefix=row.channel)
    form.is_valid()
    return form


def _page(request: MemberRequest, *, wrong: ConnectForm | None = None) -> HttpResponse:
    enrolment = own_enrolment(request.member)
    onward = local_path(request.GET.get("next", ""))
    cards = [
        (card, _form(card, wrong, onward)) for card in account_cards(enrolment, at=timezone.now())
    ]
    context = {
        "cards": cards,
        "wrong": wrong,
        "consent_log": consent_log(enrolment),
        "next": onward,
        "practice_server": settings.PRACTICE_SERVER,
    }
    return render(request, "channels/accounts.html", context, status=200 if wrong is None else 422)


def _form(card: AccountCard, wrong: ConnectForm | None, onward: str) -> ConnectForm:
    """Who connects again finds the box as they left it; nobody else finds it ticked."""
    if wrong is not None and wrong.prefix == card.channel:
        return wrong
    account = card.account
    initial = {
        "next": onward,
        "server": account.server if account else _practice_server(card.channel),
        "statistics": account is not None and account.reads_statistics,
    }
    return ConnectForm(abilities=card.abilities, prefix=card.channel, initial=initial)


def _practice_server(channel: str) -> str:
    """In a demonstration there is one that nobody has an account at yet; "" elsewhere."""
    return settings.PRACTICE_SERVER if channel == "mastodon" else ""


def _onward(request: MemberRequest, channel: str, url: str, secret: str) -> HttpResponse:
    """A page that goes on by itself. A redirect would be refused by browsers that hold
    ``form-action`` to whatever a form leads to, and the network's address is never known."""
    context = {"url": url, "network": CHANNELS[channel].name}
    response = render(request, "channels/onward.html", context)
    response.headers["Refresh"] = f"0; url={url}"
    response.headers["Referrer-Policy"] = "no-referrer"
    remember(response, secret)
    return response


def _back(request: MemberRequest, channel: str) -> HttpResponse:
    target = redirect("channels:accounts", request.member.organization.slug)
    target["Location"] += f"#{channel}"
    return target


def _in_words(trouble: Trouble, channel: str) -> str:
    name = str(CHANNELS[channel].name)
    return f"{what_happened(trouble.code, name)} {next_step(trouble.code, name)}"

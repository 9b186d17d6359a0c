"""Where networks send the browser back to. What they bring is kept out of addresses and logs."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from vaandel.channels.access import network
from vaandel.channels.registry import CHANNELS
from vaandel.channels.sealing import ANSWER, LostKey, sealed, unsealed
from vaandel.channels.services import connecting
from vaandel.channels.troubles import next_step, what_happened
from vaandel.channels.views.browser import COOKIE, held_secret

KEPT = "network_answer"
LONGEST = 6000


@never_cache
@require_GET
def arrive(request: HttpRequest, channel: str) -> HttpResponse:
    network(channel)
    address = _where_the_session_is(request)
    response = HttpResponseRedirect(address) if address else _arrived(request, channel)
    # The address holds the network's answer; it goes nowhere.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _where_the_session_is(request: HttpRequest) -> str:
    """On one's own machine Bluesky sends the browser to 127.0.0.1, as it takes no "localhost"."""
    public = urlsplit(settings.PUBLIC_URL)
    here = public.netloc.replace("localhost", "127.0.0.1")
    astray = public.hostname == "localhost" and request.get_host() == here
    return f"{settings.PUBLIC_URL}{request.get_full_path()}" if astray else ""


def _arrived(request: HttpRequest, channel: str) -> HttpResponse:
    answer = request.GET.dict() or _kept(request)
    if not request.user.is_authenticated:
        _keep(request, answer)
        return redirect_to_login(request.path)
    try:
        arrival = connecting.arrive(
            user=request.user,
            channel=channel,
            answer=answer,
            browser=held_secret(request),
            at=timezone.now(),
        )
    except connecting.NotConnected as trouble:
        return _not_connected(request, channel, trouble)
    name = str(CHANNELS[channel].name)
    messages.success(request, _("Connected. You can post on %(network)s now.") % {"network": name})
    slug = arrival.account.organization.slug
    page = reverse("channels:accounts", args=[slug]) + f"#{channel}"
    response = HttpResponseRedirect(arrival.next_path or page)
    response.delete_cookie(COOKIE)
    return response


def _keep(request: HttpRequest, answer: dict[str, str]) -> None:
    """Until the person has signed in again, in their own session and unreadable there."""
    text = sealed(ANSWER, answer)
    if answer and len(text) <= LONGEST:
        request.session[KEPT] = text


def _kept(request: HttpRequest) -> dict[str, str]:
    text = request.session.pop(KEPT, "")
    try:
        return unsealed(ANSWER, text) if text else {}
    except LostKey:
        return {}


def _not_connected(
    request: HttpRequest, channel: str, trouble: connecting.NotConnected
) -> HttpResponse:
    name = str(CHANNELS[channel].name)
    page = reverse("home:root")
    if trouble.organization is not None:
        onward = f"?{urlencode({'next': trouble.next_path})}" if trouble.next_path else ""
        accounts = reverse("channels:accounts", args=[trouble.organization.slug])
        page = f"{accounts}{onward}#{channel}"
    context = {
        "network": name,
        "happened": what_happened(trouble.code, name),
        "next_step": next_step(trouble.code, name),
        "declined": trouble.code == "declined",
        "page": page,
        "knows_page": trouble.organization is not None,
        "next_path": trouble.next_path,
    }
    return render(request, "channels/not_connected.html", context, status=422)

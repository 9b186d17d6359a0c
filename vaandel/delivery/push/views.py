"""Messages on this telephone or computer, and over which channels asks come."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors.access import enrolment_or_none
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import ChannelChoice, PushSubscription
from vaandel.delivery.outlets import Gone, RefusedForGood, RefusedForNow
from vaandel.delivery.push import services
from vaandel.delivery.push.access import browser_for, part_of
from vaandel.delivery.push.browsers import label_of
from vaandel.delivery.push.forms import BrowserForm, ChannelsForm, RenewalForm
from vaandel.delivery.push.keys import public_key
from vaandel.delivery.push.queries import browsers_of
from vaandel.delivery.push.tokens import digest_of_token, renewal_token
from vaandel.delivery.reachable import connected_channels
from vaandel.lib import rates
from vaandel.organizations.decorators import MemberRequest, member_required


@require_safe
@member_required
@never_cache
def devices(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_or_none(request.member)
    if enrolment is None or enrolment.state == Enrolment.State.LEFT:
        return redirect("ambassadors:settings", request.member.organization.slug)
    return page(request, enrolment)


def page(
    request: MemberRequest, enrolment: Enrolment, wrong: ChannelsForm | None = None
) -> HttpResponse:
    connected = connected_channels(enrolment.pk)
    choice = ChannelChoice.objects.filter(enrolment=enrolment).first()
    wanted = connected.difference(choice.off if choice else ())
    context = {
        "enrolment": enrolment,
        "form": wrong or ChannelsForm(initial={"channels": sorted(wanted)}, connected=connected),
        "connected": connected,
        "silent": not wanted,
        "browsers": browsers_of(enrolment),
        "push_key": public_key(),
    }
    return render(request, "delivery/devices.html", context, status=422 if wrong else 200)


def back(request: MemberRequest) -> HttpResponse:
    return redirect("delivery:devices", request.member.organization.slug)


@require_POST
@member_required
def save_channels(request: MemberRequest) -> HttpResponse:
    enrolment = part_of(request.member)
    connected = connected_channels(enrolment.pk)
    form = ChannelsForm(request.POST, connected=connected)
    if not form.is_valid():
        return page(request, enrolment, form)
    services.choose_channels(enrolment=enrolment, chosen=form.chosen, connected=connected)
    messages.success(request, _("Saved. This is where we ask you from now on."))
    return back(request)


@require_POST
@member_required
def subscribe(request: MemberRequest) -> HttpResponse:
    """Sent by a form that the page's script fills in, once the browser allowed it."""
    enrolment = part_of(request.member)
    form = BrowserForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This browser did not say where it can be reached. Try again."))
        return back(request)
    services.switch_on(
        enrolment=enrolment,
        address=form.address,
        label=label_of(request.headers.get("User-Agent", "")),
        at=timezone.now(),
    )
    messages.success(request, _("This browser is switched on. Send yourself a test to see it."))
    return back(request)


@require_POST
@member_required
def remove(request: MemberRequest, browser_id: int) -> HttpResponse:
    """Also pressed twice, or after the browser was forgotten: then there is nothing to do."""
    browser = PushSubscription.objects.filter(pk=browser_id, enrolment__member=request.member)
    if found := browser.first():
        services.switch_off(browser=found)
        messages.success(request, _("Switched off. No messages go there any more."))
    return back(request)


@require_POST
@member_required
def test(request: MemberRequest, browser_id: int) -> HttpResponse:
    browser = browser_for(request.member, browser_id)
    if not rates.allowed(f"push-test:{request.member.pk}", amount=6, seconds=60):
        messages.error(request, _("That was often. Wait a minute and try again."))
        return back(request)
    try:
        services.send_test(browser=browser, at=timezone.now())
    except Gone:
        messages.error(
            request, _("That browser does not take messages any more, so it is off the list.")
        )
    except (RefusedForNow, RefusedForGood):
        messages.error(request, _("That did not work. Below you see what is wrong."))
    else:
        messages.success(request, _("Sent. It appears within seconds if that device is on."))
    return back(request)


@require_POST
@csrf_exempt
@never_cache
def renew(request: HttpRequest) -> HttpResponse:
    """From a service worker whose address changed. The token says whose, so nobody signs in."""
    if not rates.allowed(f"push-renewal:{request.META['REMOTE_ADDR']}", amount=30, seconds=60):
        return JsonResponse({}, status=429, headers={"Retry-After": "60"})
    form = RenewalForm(request.POST)
    digest = digest_of_token(form.cleaned_data["token"]) if form.is_valid() else None
    if digest is None or not services.renew(digest=digest, address=form.address):
        return JsonResponse({}, status=404)
    return JsonResponse({"token": renewal_token(form.address.digest)})

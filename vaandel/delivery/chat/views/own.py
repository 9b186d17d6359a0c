"""One's own Slack and Teams. Nobody else sees that they are connected."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.chat.access import own_chat_for, taking_part
from vaandel.delivery.chat.forms import OwnChatForm
from vaandel.delivery.chat.network import NETWORKS
from vaandel.delivery.chat.queries import own_chats
from vaandel.delivery.chat.services import connect_own, remove_own
from vaandel.delivery.chat.views.channels import send_test
from vaandel.delivery.models import ChatConnection
from vaandel.organizations.decorators import MemberRequest, member_required


@never_cache
@require_safe
@member_required
def my_chats(request: MemberRequest) -> HttpResponse:
    return _page(request, taking_part(request.member))


def _page(
    request: MemberRequest, enrolment: Enrolment, wrong: OwnChatForm | None = None
) -> HttpResponse:
    """``wrong`` is the form that was not accepted, as it was typed."""
    connected = own_chats(enrolment)
    chats = [
        {
            "network": network,
            "label": network.label,
            "connected": connected.get(network),
            "form": wrong if wrong and wrong.network == network else OwnChatForm(network=network),
        }
        for network in ChatConnection.Network
    ]
    context = {"chats": chats, "wrong": wrong}
    return render(request, "delivery/chat/my_chats.html", context, status=422 if wrong else 200)


@never_cache
@require_POST
@member_required
def my_chat_connect(request: MemberRequest, network: str) -> HttpResponse:
    enrolment = taking_part(request.member)
    form = OwnChatForm(request.POST, network=_known(network))
    if not form.is_valid():
        return _page(request, enrolment, form)
    connect_own(
        enrolment=enrolment,
        network=network,
        address=form.cleaned_data["address"],
        at=timezone.now(),
    )
    messages.success(request, _("Connected. Send a test to see whether it works."))
    return _back(request, network)


@require_POST
@member_required
def my_chat_test(request: MemberRequest, network: str) -> HttpResponse:
    send_test(request, own_chat_for(request.member, _known(network)))
    return _back(request, network)


@require_POST
@member_required
def my_chat_remove(request: MemberRequest, network: str) -> HttpResponse:
    remove_own(enrolment=taking_part(request.member), network=_known(network))
    messages.success(request, _("Removed. Nothing goes there any more."))
    return _back(request, network)


def _known(network: str) -> str:
    if network not in NETWORKS:
        raise Http404("No such network.")
    return network


def _back(request: MemberRequest, network: str) -> HttpResponse:
    target = redirect("delivery:my_chats", request.member.organization.slug)
    target["Location"] += f"#{network}"
    return target

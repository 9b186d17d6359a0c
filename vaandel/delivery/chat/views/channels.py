"""Channels of the organisation in Slack and Teams: connect, change, test, remove."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.delivery.chat.access import channel_for
from vaandel.delivery.chat.answers import Judged, Verdict
from vaandel.delivery.chat.forms import ChannelForm
from vaandel.delivery.chat.problems import problem_of
from vaandel.delivery.chat.queries import as_shown, channels, newest_sent
from vaandel.delivery.chat.services import (
    AlreadyConnected,
    change_channel,
    connect_channel,
    remove_channel,
    try_connection,
)
from vaandel.delivery.models import ChatConnection
from vaandel.lib.rates import allowed
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

# Each makes our server ask another one.
TESTS_PER_MINUTE: Final = 10

editors_only = role_required(Role.OWNER, Role.EDITOR)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def chat_connections(request: MemberRequest) -> HttpResponse:
    bound = request.method == "POST"
    start = {"language": request.member.organization.language, "per_week": 3}
    form = ChannelForm(request.POST) if bound else ChannelForm(initial=start)
    if bound and form.is_valid():
        network = form.cleaned_data["network"]
        try:
            made = connect_channel(
                network=network, wanted=form.wanted(), by=request.member, at=timezone.now()
            )
        except AlreadyConnected as error:
            messages.info(request, _("This channel is connected already."))
            return to_channel(request, error.connection)
        messages.success(request, _("Connected. Send a test to see whether it works."))
        return to_channel(request, made)
    context = {"form": form, "channels": channels()}
    return render(request, "delivery/chat/channels.html", context, status=422 if bound else 200)


def to_channel(request: MemberRequest, connection: ChatConnection) -> HttpResponse:
    slug = request.member.organization.slug
    return redirect("delivery:chat_connection", slug, connection.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def chat_connection(request: MemberRequest, connection_id: int) -> HttpResponse:
    connection = channel_for(request.member, connection_id)
    bound = request.method == "POST"
    form = ChannelForm(request.POST if bound else None, connection=connection)
    if bound and form.is_valid():
        try:
            change_channel(
                connection=connection, wanted=form.wanted(), by=request.member, at=timezone.now()
            )
        except AlreadyConnected:
            form.add_error("address", _("Another channel has this address already."))
        else:
            messages.success(request, _("Saved."))
            return to_channel(request, connection)
    context = {
        "form": form,
        "channel": as_shown(channel_for(request.member, connection_id)),
        "sent": newest_sent(connection),
    }
    return render(request, "delivery/chat/channel.html", context, status=422 if bound else 200)


@require_POST
@editors_only
def chat_test(request: MemberRequest, connection_id: int) -> HttpResponse:
    connection = channel_for(request.member, connection_id)
    send_test(request, connection)
    return to_channel(request, connection)


def send_test(request: MemberRequest, connection: ChatConnection) -> None:
    """Send one now, and say how it went on the page that follows."""
    if not allowed(f"chat-test:{request.member.pk}", amount=TESTS_PER_MINUTE, seconds=60):
        messages.warning(request, _("That is a lot of tests. Wait a minute."))
        return
    judged = try_connection(connection=connection, by=request.member, at=timezone.now())
    say = messages.success if judged.verdict == Verdict.SENT else messages.error
    say(request, outcome(connection, judged))


def outcome(connection: ChatConnection, judged: Judged) -> str:
    if judged.verdict != Verdict.SENT:
        problem = problem_of(judged.code)
        return f"{problem.what} {problem.next}"
    if connection.network == ChatConnection.Network.TEAMS:
        return _(
            "Teams took the test. If nothing appears within a minute, open the workflow in"
            " Teams: its run history says why."
        )
    return _("The test has arrived. Have a look in Slack.")


@require_POST
@editors_only
def chat_remove(request: MemberRequest, connection_id: int) -> HttpResponse:
    connection = channel_for(request.member, connection_id)
    remove_channel(connection=connection, by=request.member, at=timezone.now())
    messages.success(request, _("Removed. Nothing goes there any more."))
    return redirect("delivery:chat_connections", request.member.organization.slug)

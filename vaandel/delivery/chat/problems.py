"""What went wrong with a chat, and what to do about it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """``what`` happened, and what somebody can do ``next``."""

    what: Text
    next: Text


_COPY_AGAIN = _("Copy the whole address again and save it here.")
_WAIT = _("You need not do anything: we try again by ourselves.")

PROBLEMS: Final[Mapping[str, Problem]] = {
    # Typed
    "no_address": Problem(
        _("This is not a whole address."),
        _("Copy it from Slack or Teams; it begins with https://."),
    ),
    "not_https": Problem(
        _("This address does not begin with https://."), _("Copy it again from Slack or Teams.")
    ),
    "slack_host": Problem(
        _("This is no address of Slack."),
        _("An incoming webhook begins with https://hooks.slack.com/services/."),
    ),
    "slack_workflow": Problem(
        _("This is the address of a workflow in Slack."),
        _("Make an incoming webhook instead; it begins with https://hooks.slack.com/services/."),
    ),
    "slack_path": Problem(
        _("This address of Slack is not whole."),
        _("An incoming webhook begins with https://hooks.slack.com/services/."),
    ),
    "teams_retired": Problem(
        _("This is an address of a connector, which Microsoft has switched off."),
        _("Make a workflow in Teams instead, as described below, and copy its address."),
    ),
    "teams_host": Problem(
        _("This is no address of a workflow in Teams."),
        _("The address of a workflow has powerplatform.com or logic.azure.com in its name."),
    ),
    "teams_no_signature": Problem(
        _("The end of this address is missing, the part with “sig=”."),
        _("Copy it with the button in Teams, not by selecting it."),
    ),
    # Slack
    "no_service": Problem(
        _("Slack does not know this address any more: it was removed or switched off."),
        _("Make a new incoming webhook in Slack and save its address here."),
    ),
    "no_team": Problem(
        _("This workspace of Slack is closed or switched off."),
        _("Ask who looks after Slack, or remove this connection."),
    ),
    "channel_not_found": Problem(
        _("The channel or the person behind this address is no longer there."),
        _("Make a new incoming webhook for another channel and save its address here."),
    ),
    "channel_is_archived": Problem(
        _("The channel has been archived."),
        _("Bring it back in Slack and test again, or choose another channel."),
    ),
    "action_prohibited": Problem(
        _("An administrator of Slack does not allow messages like this in the channel."),
        _("Ask who looks after Slack to allow it, then test again."),
    ),
    "posting_to_general_channel_denied": Problem(
        _("In this workspace not everybody may write in the general channel."),
        _("Choose another channel, or ask who looks after Slack to allow it."),
    ),
    "invalid_payload": Problem(
        _("Slack could not read our message."),
        _("Test again. If that fails too, tell who runs Vaandel."),
    ),
    # Teams
    "workflow_gone": Problem(
        _("This workflow is no longer there, or its address has changed."),
        _("Open the workflow in Teams, copy its address again and save it here."),
    ),
    "workflow_off": Problem(
        _("This workflow is switched off."),
        _("Switch it on in the Workflows app of Teams, then test again."),
    ),
    "not_for_anyone": Problem(
        _("The workflow only listens to people who sign in with Microsoft."),
        _("Choose “Anyone” under “Who can trigger the flow?”, and copy its new address."),
    ),
    "bad_signature": Problem(
        _("Teams does not recognise this address. Its last part may be missing."), _COPY_AGAIN
    ),
    "not_allowed": Problem(
        _("Your organisation does not allow this in Teams."),
        _("Ask who looks after Microsoft 365 to allow the workflow."),
    ),
    "schema": Problem(
        _("The workflow expects another kind of message."),
        _("Make it from the template “Send webhook alerts to a channel” and change nothing."),
    ),
    "too_large": Problem(
        _("The message is too large for Teams."), _("Shorten the text of the post.")
    ),
    # Both
    "too_often": Problem(_("We were asked to slow down."), _WAIT),
    "away": Problem(_("The other side could not be reached."), _WAIT),
    "slow": Problem(
        _("The other side did not answer in time, so the message may have arrived."), _WAIT
    ),
    "no_name": Problem(
        _("The name in this address could not be found."),
        _("We try again by ourselves. If it stays so, copy the address again."),
    ),
    "not_public": Problem(
        _("This address does not lead to the public internet, so we send nothing there."),
        _COPY_AGAIN,
    ),
    "not_there": Problem(_("There is nothing at this address any more."), _COPY_AGAIN),
    "moved": Problem(_("This address leads to another one."), _COPY_AGAIN),
    "refused": Problem(
        _("The other side refused the message and does not say why."),
        _("Test again. If that fails too, make a new address."),
    ),
    "unreadable": Problem(
        _("We can no longer read the address, because the secret key of Vaandel has changed."),
        _COPY_AGAIN,
    ),
}
_UNKNOWN: Final = PROBLEMS["refused"]


def problem_of(code: str) -> Problem:
    return PROBLEMS.get(code, _UNKNOWN)

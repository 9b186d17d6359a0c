"""What went wrong at a network, in words for the person, with what to do next.

By the ``code`` of a ``Trouble``. Each is a sentence on what happened and one on the next
step; ``%(network)s`` stands for the name of the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TROUBLES: Final[dict[str, tuple[StrPromise, StrPromise]]] = {
    "declined": (
        _("You said no at %(network)s. Nothing was connected."),
        _("Sharing works without: your text is copied and %(network)s opens."),
    ),
    "mixed_up": (
        _("What came back from %(network)s does not belong to what we asked."),
        _("Start connecting again from this page, and only from here."),
    ),
    "too_late_to_connect": (
        _("Connecting took too long, or was done already."),
        _("Start again; it takes half a minute."),
    ),
    "no_such_server": (
        _("We cannot find that server or name."),
        _("Look for a typing error. The server must be reachable from the internet."),
    ),
    "forbidden_address": (
        _("That address does not lead to a public server."),
        _("Fill in the name of your server as you see it in your browser."),
    ),
    "dead_tokens": (
        _("%(network)s does not accept our connection to your account any more."),
        _("Connect again, or copy your text and post it yourself. Nothing of it is lost."),
    ),
    "missing_scope": (
        _("The connection does not allow posting."),
        _("Connect again and leave the box for posting ticked."),
    ),
    "refused_app": (
        _("%(network)s refuses the application of your organisation."),
        _("Whoever manages Vaandel can look under Networks. Until then you post it yourself."),
    ),
    "old_version": (
        _("%(network)s has switched off the version of its interface that is set here."),
        _(
            "Whoever manages Vaandel can set a newer one under Networks. Until then you post it "
            "yourself."
        ),
    ),
    "duplicate": (
        _("This very text stands on %(network)s already."),
        _("Change a few words and send it again."),
    ),
    "too_long": (
        _("%(network)s finds the text too long."),
        _("Shorten it and send it again."),
    ),
    "too_many_links": (
        _("%(network)s does not take so many links in one text."),
        _("Leave out some and send it again."),
    ),
    "refused_text": (
        _("%(network)s does not take this text."),
        _("Read what it says, change your text and send it again."),
    ),
    "refused_media": (
        _("%(network)s does not take the picture or the document."),
        _("Post it yourself; you can add a picture or a document there."),
    ),
    "not_allowed": (
        _("%(network)s does not let your account post this."),
        _("Look on %(network)s whether something is the matter with your account."),
    ),
    "throttled": (
        _("%(network)s asks for some patience: much was posted at once."),
        _("We try again by ourselves at the moment it named."),
    ),
    "daily_limit": (
        _("You have posted as much as %(network)s allows in a day."),
        _("We try again by ourselves when the day is over there."),
    ),
    "no_budget": (
        _("The budget of your organisation for %(network)s is used up this month."),
        _("Post it yourself, which costs nothing."),
    ),
    "no_credit": (
        _("The credit of your organisation at %(network)s is used up."),
        _("Post it yourself, which costs nothing."),
    ),
    "unreachable": (
        _("%(network)s cannot be reached at the moment. Nothing was posted."),
        _("We try again by ourselves."),
    ),
    "fault_there": (
        _("%(network)s had a fault. Nothing was posted."),
        _("We try again by ourselves."),
    ),
    "no_answer": (
        _("We handed your text to %(network)s and got no answer. It may be there."),
        _("We look whether it is there, and do not post it again before we know."),
    ),
    "cannot_tell": (
        _("We cannot find out whether your text is on %(network)s."),
        _("Look at your profile and tell us; then nothing is posted twice."),
    ),
    "cannot_delete": (
        _("%(network)s does not let us take posts down."),
        _("Open your post there and delete it yourself."),
    ),
    "cannot_correct": (
        _("%(network)s does not let us change a post."),
        _("Take it down and post a new one, or change it there yourself."),
    ),
    "no_figures": (
        _("%(network)s does not give these figures."),
        _("You can type in what you see there yourself."),
    ),
    "processing": (
        _("%(network)s is still working on the picture or the document."),
        _("We try again by ourselves."),
    ),
    "changed": (
        _("The proposal was changed after you wrote your text."),
        _("Look at it once more, and send it or leave it."),
    ),
    "too_late": (
        _("Its moment passed while Vaandel or %(network)s could not be reached."),
        _("Say whether it should still go."),
    ),
    "withdrawn": (
        _("The proposal was withdrawn. Your text was not posted."),
        _("You need not do anything."),
    ),
    "expired": (
        _("The proposal is over. Your text was not posted."),
        _("You need not do anything."),
    ),
    "stopped": (
        _("Your organisation has stopped sharing for now. Your text was not posted."),
        _("You need not do anything. When sharing goes on you can plan it again."),
    ),
    "disconnected": (
        _("Your account is not connected any more. Your text was not posted."),
        _("Connect again, or copy your text and post it yourself."),
    ),
    "left": (
        _("You stopped taking part. Your text was not posted."),
        _("You need not do anything."),
    ),
    "not_approved": (
        _("This text is not among those that were approved for this topic."),
        _("Choose an approved text, or ask for approval of your own."),
    ),
    "broken": (
        _("Something went wrong here. Nothing was posted."),
        _("Try again in a moment. If it stays, tell whoever manages Vaandel."),
    ),
}

# What an owner reads after a test: nothing was to be posted, and nobody tries again by itself.
IN_A_TEST: Final[dict[str, StrPromise]] = {
    "refused_app": _(
        "%(network)s refuses this client ID or secret. Copy both from there once more, and save."
    ),
    "old_version": _(
        "%(network)s has switched off this version of its interface. Fill in a newer one, or"
        " leave the field empty."
    ),
    "throttled": _("%(network)s asks for some patience. Test again in a few minutes."),
    "unreachable": _("%(network)s cannot be reached at the moment. Test again in a few minutes."),
    "fault_there": _("%(network)s had a fault. Test again in a few minutes."),
    "no_answer": _("%(network)s did not answer. Test again in a few minutes."),
}


def of_a_test(code: str, network: str) -> str:
    """What the test of an application found, with what to do about it."""
    if code in IN_A_TEST:
        return str(IN_A_TEST[code]) % {"network": network}
    return f"{what_happened(code, network)} {next_step(code, network)}"


def what_happened(code: str, network: str) -> str:
    return str(TROUBLES.get(code, TROUBLES["broken"])[0]) % {"network": network}


def next_step(code: str, network: str) -> str:
    return str(TROUBLES.get(code, TROUBLES["broken"])[1]) % {"network": network}

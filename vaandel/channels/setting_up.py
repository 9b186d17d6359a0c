"""Where an organisation gets an application at each network, step by step.

Names of buttons and pages of a network are in English, as they stand there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Steps:
    """``needed`` is said before all; ``address`` is where to begin ("" when nowhere)."""

    needed: StrPromise
    steps: tuple[StrPromise, ...] = ()
    address: str = ""
    notes: tuple[StrPromise, ...] = ()


STEPS: Final[dict[str, Steps]] = {
    "linkedin": Steps(
        needed=_(
            "An application of your own at LinkedIn. It is free, takes about ten minutes, and"
            " somebody who manages your company page has to confirm it."
        ),
        address="https://www.linkedin.com/developers/apps",
        steps=(
            _("Sign in at the address above and press “Create app”."),
            _(
                "Choose your company page. Whoever manages it gets a link to confirm the"
                " application; open it once."
            ),
            _(
                "Under “Products” ask for “Share on LinkedIn” and “Sign In with LinkedIn using"
                " OpenID Connect”. Both are given at once."
            ),
            _("Under “Auth”, at “Authorized redirect URLs”, paste the address below."),
            _("On the same page copy the client ID and the client secret to here, and save."),
            _("Press “Test” here."),
        ),
        notes=(
            _(
                "A connection lasts 60 days, then each person connects again with one press."
                " We tell them in time."
            ),
            _(
                "Figures of posts are given to applications with the Community Management API"
                " only, which LinkedIn reviews. Everything else works without."
            ),
        ),
    ),
    "x": Steps(
        needed=_(
            "A developer account at X with credit. X charges each post: about 1.5 cents, and"
            " about 20 cents for a post with a link."
        ),
        address="https://developer.x.com",
        steps=(
            _("Sign in at the address above, make a project and an app in it, and buy credit."),
            _(
                "Open “User authentication settings” of the app. Choose “Read and write” and"
                " “Web App”."
            ),
            _("At “Callback URI” paste the address below, and save."),
            _("Copy the OAuth 2.0 client ID and client secret to here."),
            _("Set a budget, switch the network on and save. Then press “Test”."),
        ),
        notes=(
            _("Posting by the dialog of X stays free, and everybody can do that without this."),
        ),
    ),
    "threads": Steps(
        needed=_(
            "An app at Meta with access to Threads. Until Meta has reviewed it, only people whom"
            " you enter as testers can connect."
        ),
        address="https://developers.facebook.com/apps",
        steps=(
            _(
                "Sign in at the address above, press “Create app” and choose “Access the Threads"
                " API”."
            ),
            _(
                "In the settings of that use case add the permissions threads_basic,"
                " threads_content_publish, threads_delete and threads_manage_insights."
            ),
            _("At “Redirect Callback URLs” paste the address below, and save."),
            _("Copy the Threads app ID and the Threads app secret to here, and save."),
            _("Press “Test” here, and ask Meta for the review when all is well."),
        ),
        notes=(
            _(
                "Threads fetches pictures from this website itself. If it cannot be reached from"
                " the internet, posts go without a picture."
            ),
        ),
    ),
    "bluesky": Steps(
        needed=_(
            "Nothing to set up: this Vaandel introduces itself to every Bluesky server. It must be"
            " reachable from the internet over https."
        ),
    ),
    "mastodon": Steps(
        needed=_(
            "Nothing to set up: Vaandel registers itself at a person’s server the first time that"
            " somebody from there connects."
        ),
    ),
}


def steps_for(channel: str) -> Steps:
    return STEPS.get(channel, Steps(needed=_("An application of your own at this network.")))

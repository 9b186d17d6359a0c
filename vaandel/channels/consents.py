"""What somebody agrees to by connecting an account. Another text is another version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrPromise

VERSION: Final = "2026-11"

# What the network itself will show, and what is special there.
ABOUT: Final[dict[str, StrPromise]] = {
    "linkedin": _(
        "LinkedIn asks whether we may know your name and post on your behalf. The connection ends"
        " after 60 days; we tell you in time."
    ),
    "x": _(
        "X asks whether we may see your account and post on your behalf. By connecting you let us"
        " know which X account is yours; nobody else in your organisation sees it."
    ),
    "bluesky": _(
        "Your own server asks whether we may add, change and delete posts. It gives us no access"
        " to your messages, your follows or your settings."
    ),
    "mastodon": _(
        "Your server asks whether we may know your name, write posts and add pictures."
        " It gives us no access to your messages or your follows."
    ),
    "threads": _(
        "Threads asks whether we may see your profile and post on your behalf. The connection"
        " lasts 60 days and is renewed by itself as long as you want it."
    ),
}

# Permissions that are only there to read figures, so asked for only from who agrees to that.
_FOR_FIGURES: Final = frozenset({"r_member_postAnalytics", "threads_manage_insights"})
# Networks that give figures to some applications only, and the permission that shows it.
GATED: Final = {"linkedin": "r_member_postAnalytics"}


def for_figures(scopes: Sequence[str]) -> frozenset[str]:
    """Which of these permissions are there to read figures."""
    return _FOR_FIGURES & set(scopes)


def without_figures(scopes: Sequence[str]) -> tuple[str, ...]:
    """The least that posting needs."""
    return tuple(scope for scope in scopes if scope not in _FOR_FIGURES)

"""Names of channels, for templates of rooms that only hold their keys."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from vaandel.channels.registry import CHANNELS

register = template.Library()


@register.filter
def channel_name(key: str) -> str:
    """The channel in words; one that is no longer there is shown as it was written down."""
    channel = CHANNELS.get(key)
    if channel is not None:
        return str(channel.name)
    return key or _("Without a channel")

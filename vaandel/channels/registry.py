"""All channels, in the order in which they are offered. Adding one: a package and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vaandel.channels import (
    bluesky,
    copy,
    email,
    facebook,
    linkedin,
    mastodon,
    qr,
    reddit,
    share_sheet,
    teams,
    telegram,
    threads,
    whatsapp,
    x,
    xing,
)
from vaandel.channels.channel import Channel, Message

__all__ = ["CHANNELS", "DEFAULT", "Channel", "Message"]

CHANNELS: Final[Mapping[str, Channel]] = MappingProxyType(
    {
        channel.key: channel
        for channel in (
            linkedin.CHANNEL,
            facebook.CHANNEL,
            x.CHANNEL,
            whatsapp.CHANNEL,
            bluesky.CHANNEL,
            mastodon.CHANNEL,
            threads.CHANNEL,
            telegram.CHANNEL,
            xing.CHANNEL,
            reddit.CHANNEL,
            teams.CHANNEL,
            email.CHANNEL,
            share_sheet.CHANNEL,
            copy.CHANNEL,
            qr.CHANNEL,
        )
    }
)
DEFAULT: Final = linkedin.CHANNEL.key

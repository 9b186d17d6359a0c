"""Who is asked what and when, and over which channels."""

from vaandel.delivery.models.asks import Approach, Ask, AskQuerySet, OfferedDay
from vaandel.delivery.models.channels import ChatConnection, Embed, Notice, PushSubscription
from vaandel.delivery.models.corrections import Correction, CorrectionRead
from vaandel.delivery.models.reaching import ChannelChoice, PushKey

__all__ = [
    "Approach",
    "Ask",
    "AskQuerySet",
    "ChannelChoice",
    "ChatConnection",
    "Correction",
    "CorrectionRead",
    "Embed",
    "Notice",
    "OfferedDay",
    "PushKey",
    "PushSubscription",
]

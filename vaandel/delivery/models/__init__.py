"""Who is asked what and when, and over which channels."""

from vaandel.delivery.models.asks import Approach, Ask, AskQuerySet
from vaandel.delivery.models.channels import ChatConnection, Embed, Notice, PushSubscription
from vaandel.delivery.models.corrections import Correction, CorrectionRead

__all__ = [
    "Approach",
    "Ask",
    "AskQuerySet",
    "ChatConnection",
    "Correction",
    "CorrectionRead",
    "Embed",
    "Notice",
    "PushSubscription",
]

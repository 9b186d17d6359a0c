"""Slack and Microsoft Teams: to somebody's own chat, and to channels of the organisation."""

from vaandel.delivery.chat.personal import notices_for, notices_for_many
from vaandel.delivery.chat.sending import send

__all__ = ["notices_for", "notices_for_many", "send"]

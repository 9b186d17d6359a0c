"""Messages to browsers: web push, without any service of ours in between."""

from vaandel.delivery.push.composing import notices_for, notices_for_all
from vaandel.delivery.push.sending import send

__all__ = ["notices_for", "notices_for_all", "send"]

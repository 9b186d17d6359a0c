"""The mails with which somebody is turned to."""

from vaandel.delivery.mails.composing import compose_approach

__all__ = ["compose_approach"]

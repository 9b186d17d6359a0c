"""The mails with which somebody is turned to."""

from vaandel.delivery.mails.composing import compose_approach, compose_approaches

__all__ = ["compose_approach", "compose_approaches"]

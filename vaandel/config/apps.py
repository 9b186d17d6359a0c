"""Makes the house a Django app, so that its system checks run."""

from __future__ import annotations

from django.apps import AppConfig

from vaandel.config import checks

__all__ = ["ConfigConfig", "checks"]


class ConfigConfig(AppConfig):
    name = "vaandel.config"

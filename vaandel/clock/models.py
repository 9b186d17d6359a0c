"""Leases: a name that one process holds until a moment that it keeps moving."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """`holder` may do what `name` stands for until `until`. Written by `services` only."""

    name = models.CharField(max_length=120, primary_key=True)
    holder = models.CharField(max_length=120)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

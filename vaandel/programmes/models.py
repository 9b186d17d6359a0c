"""A programme of an organisation and the topics that people can follow in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel


class Colour(models.TextChoices):
    PETROL = "petrol", _("Petrol")
    GOLD = "gold", _("Gold")
    MOSS = "moss", _("Moss")
    STONE = "stone", _("Stone")
    SKY = "sky", _("Sky")
    PLUM = "plum", _("Plum")
    DEEP = "deep", _("Deep blue-green")


class Pattern(models.TextChoices):
    """What is drawn on a topic's flag."""

    WAVES = "waves", _("Waves")
    PERSON = "person", _("Person")
    HOUSE = "house", _("House")
    SUN = "sun", pgettext_lazy("pattern of a flag", "Sun")
    TRIANGLE = "triangle", _("Triangles")
    STRIPES = "stripes", _("Diagonal")
    CROSS = "cross", _("Cross")
    CITY = "city", _("City")


class KeepYears(models.IntegerChoices):
    """How long what was shared about a regulated topic is kept."""

    THREE = 3, _("3 years")
    FIVE = 5, _("5 years")
    SEVEN = 7, _("7 years")


class Programme(TenantModel):
    """What ambassadors enrol in. The first one of an organisation is made with it."""

    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL)
    expectation = models.TextField(_("what we expect, and how often"), blank=True)
    asks_per_week = models.PositiveSmallIntegerField(default=3)
    # How often somebody is turned to in a week over all channels; a digest counts as one.
    messages_per_week = models.PositiveSmallIntegerField(default=2)
    # Of the people whom a post suits, at most this part is offered it on one day.
    offer_percent = models.PositiveSmallIntegerField(default=25)
    four_eyes = models.BooleanField(_("a second person approves posts"), default=False)
    disclosure_wording = models.JSONField(default=dict, blank=True)
    # Who shares gets something for it, which makes some posts advertisements (domain: disclosure).
    gives_rewards = models.BooleanField(_("who shares gets something for it"), default=False)
    starts_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Topic(TenantModel):
    """A subject that people follow; it has a flag (colour and pattern) and perhaps a picture."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("what it is about"), max_length=200, blank=True)
    colour = models.CharField(max_length=8, choices=Colour.choices, default=Colour.PETROL)
    pattern = models.CharField(max_length=10, choices=Pattern.choices, default=Pattern.WAVES)
    picture = models.ImageField(upload_to="topics/", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    # Posts are approved by a second person, their texts are locked, and all is kept (C7).
    regulated = models.BooleanField(default=False)
    keep_years = models.PositiveSmallIntegerField(choices=KeepYears.choices, default=KeepYears.FIVE)
    # By language: the line that every text about this topic ends with.
    risk_lines = models.JSONField(default=dict, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "name"], name="topic_name_once_in_a_programme"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

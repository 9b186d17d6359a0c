"""What came of clicks on the target's side: reported by its site, from a file, or put right by
hand. Ordinary tables of the main database, since each of these rows is kept and can be corrected.

Nothing here says who did something: neither the visitor, nor the person who shared the link.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.lib.crypto import vault
from vaandel.links.models.links import Link
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel

SEALED_FOR = "vaandel.links.conversion-endpoint"
REFERENCE_LENGTH = 16
EXTERNAL_ID_LENGTH = 120


class Goal(models.TextChoices):
    """What somebody did, from the lightest to the heaviest."""

    VISIT = "VISIT", _("Visit")
    LEAD = "LEAD", _("Lead")
    APPLICATION = "APPLICATION", _("Application")
    HIRE = "HIRE", _("Hire")
    SALE = "SALE", _("Sale")


class ConversionEndpoint(TenantModel):
    """An address that one site reports to, with a secret of its own."""

    name = models.CharField(max_length=80)
    token = models.CharField(max_length=40, unique=True)
    encrypted_secret = models.TextField()
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=models.Q(revoked_at=None),
                name="conversion_endpoint_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    @property
    def secret(self) -> str:
        """The secret as the site has it, beginning with `whsec_`."""
        return vault(SEALED_FOR).decrypt(self.encrypted_secret.encode()).decode()

    @secret.setter
    def secret(self, text: str) -> None:
        self.encrypted_secret = vault(SEALED_FOR).encrypt(text.encode()).decode()


class Conversion(TenantModel):
    """One thing that happened, known by its goal and the number that the site gave it.

    ``link``: of the last click before it; null while the click is not known: "not attributed".
    ``reference``: what the site said that the click was; it may become known a little later.
    """

    class Source(models.TextChoices):
        POSTBACK = "POSTBACK", _("Reported by the site")
        FILE = "FILE", _("From a file")
        HAND = "HAND", _("By hand")

    goal = models.CharField(_("goal"), max_length=11, choices=Goal.choices)
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    link = models.ForeignKey(
        Link, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversions"
    )
    reference = models.CharField(max_length=REFERENCE_LENGTH, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices)
    endpoint = models.ForeignKey(
        ConversionEndpoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # It did not happen after all: kept, shown as such, and not counted.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "goal", "external_id"], name="conversion_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "-happened_at"], name="conversion_newest"),
            models.Index(
                fields=["received_at"],
                condition=models.Q(link=None) & ~models.Q(reference=""),
                name="conversion_click_awaited",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.goal} {self.external_id}"


class ConversionAssist(TenantModel):
    """An earlier click that helped. Kept apart from the last click, and never added to it.

    ``link`` and ``at`` are null while the click is not known.
    """

    conversion = models.ForeignKey(Conversion, on_delete=models.CASCADE, related_name="assists")
    reference = models.CharField(max_length=REFERENCE_LENGTH)
    link = models.ForeignKey(
        Link, null=True, blank=True, on_delete=models.CASCADE, related_name="conversion_assists"
    )
    at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversion", "reference"], name="conversion_assist_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of {self.conversion_id}"


class ConversionCorrection(TenantModel):
    """What somebody put right, and why. Only ever added to."""

    conversion = models.ForeignKey(Conversion, on_delete=models.CASCADE, related_name="corrections")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    # Field to [before, after], as text.
    changed = models.JSONField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"#{self.pk} of {self.conversion_id}"


class ConversionImport(TenantModel):
    """A list of conversions from a file: previewed, checked, then written in one transaction."""

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", _("Uploaded")
        READY = "READY", _("Checked")
        DONE = "DONE", _("Done")
        FORGOTTEN = "FORGOTTEN", _("Not imported")

    uploaded_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.FileField(upload_to="imports/", blank=True)
    filename = models.CharField(max_length=200)
    # Field to the number of its column, and to what holds for every row without such a column.
    columns = models.JSONField(default=dict)
    defaults = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    # Of the valid rows: known already, and with a click that is not known.
    known_count = models.PositiveIntegerField(default=0)
    unknown_clicks = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    withdrawn_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.filename}"

"""Which ways somebody chose, and the key with which browsers know this installation."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.utils import timezone

from vaandel.ambassadors.models import Enrolment
from vaandel.lib.crypto import vault
from vaandel.organizations.tenancy import TenantModel

SEALED_FOR: Final = "vaandel.delivery.push-key"


class ChannelChoice(TenantModel):
    """The channels that somebody switched off ("mail", "push", "slack", "teams").

    No row: none. A channel that is not connected reaches nobody, whatever stands here.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="channel_choice"
    )
    off = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} choice of channels"


class PushKey(models.Model):
    """The key pair (VAPID) that signs what goes to push services. There is at most one row.

    ``public`` is base64url without padding, as browsers take it.
    """

    ONLY: Final = 1

    public = models.CharField(max_length=100)
    encrypted_private = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_push_key"),
        ]

    def __str__(self) -> str:
        return f"push key of {self.made_at:%Y-%m-%d}"

    @property
    def private(self) -> str:
        """Base64url too. Raises ``InvalidToken`` when the secret key that hid it is gone."""
        return vault(SEALED_FOR).decrypt(self.encrypted_private.encode()).decode()

    @private.setter
    def private(self, text: str) -> None:
        self.encrypted_private = vault(SEALED_FOR).encrypt(text.encode()).decode()

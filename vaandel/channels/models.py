"""Accounts that people connected, and the applications through which they did.

Everything that opens something is encrypted: columns whose name ends in ``sealed``.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel


class NetworkApp(TenantModel):
    """What an organisation typed in about its own application at a network.

    Without a row the installation's own settings hold. ``monthly_budget`` is in US cents, for a
    network that costs money; ``problem`` is what the last test said, "" when it went well.
    """

    channel = models.CharField(max_length=20)
    is_on = models.BooleanField(default=True)
    client_id = models.CharField(max_length=200, blank=True)
    secret_sealed = models.TextField(blank=True)
    api_version = models.CharField(max_length=20, blank=True)
    scopes = models.JSONField(default=list, blank=True)
    monthly_budget = models.PositiveIntegerField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tested_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "channel"], name="one_app_of_an_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} app at {self.channel}"


class ServerApp(models.Model):
    """Our application at one server of a network of many (Mastodon), of the whole installation."""

    channel = models.CharField(max_length=20)
    server = models.CharField(max_length=160)
    redirect_uri = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    secret_sealed = models.TextField()
    scopes = models.JSONField(default=list)
    registered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "server", "redirect_uri"], name="one_app_at_a_server"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} app at {self.server}"


class SigningKey(models.Model):
    """A key with which this installation proves to a network who it is; the newest one signs."""

    kid = models.CharField(max_length=60, unique=True)
    key_sealed = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} signing key"


class Connecting(TenantModel):
    """Somebody is at the network to connect an account; used once, for ten minutes.

    ``kept_sealed`` is what the adapter must know when the person comes back.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    server = models.CharField(max_length=160, blank=True)
    state_digest = models.CharField(max_length=64, unique=True)
    kept_sealed = models.TextField()
    statistics = models.BooleanField(default=False)
    text_version = models.CharField(max_length=20)
    next_path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="connecting_oldest")]

    def __str__(self) -> str:
        return f"#{self.pk} connecting {self.channel}"


class ConnectedAccount(TenantModel):
    """Somebody's own account at a network, through which they post with one press.

    ``keys_sealed`` holds the tokens; ``keys_version`` rises with every change of them. Tokens
    that can be used once are renewed by whoever holds ``renewing_until``.
    """

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("Connected")
        RECONNECT = "RECONNECT", _("Connect again")

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="connected_accounts"
    )
    channel = models.CharField(max_length=20)
    server = models.CharField(max_length=160, blank=True)
    remote_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200, blank=True)
    display_name = models.CharField(max_length=200, blank=True)
    profile_url = models.URLField(max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    problem = models.CharField(max_length=60, blank=True)
    scopes = models.JSONField(default=list, blank=True)
    keys_sealed = models.TextField()
    keys_version = models.PositiveIntegerField(default=1)
    access_until = models.DateTimeField(null=True, blank=True)
    session_until = models.DateTimeField(null=True, blank=True)
    renewing_until = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    reads_statistics = models.BooleanField(default=False)
    connected_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)
    reminded_for_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "channel"], name="one_account_a_network"),
        ]
        indexes: ClassVar = [models.Index(fields=["session_until"], name="account_ending")]

    def __str__(self) -> str:
        return f"#{self.pk} account at {self.channel}"

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class AccountConsent(TenantModel):
    """To what somebody agreed when they connected an account, and until when. Never changed."""

    class Purpose(models.TextChoices):
        POST = "POST", _("Post what I send, when I send it")
        STATISTICS = "STATISTICS", _("Read the figures of my own posts")

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="account_consents"
    )
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.purpose} at {self.channel}"


class Revocation(models.Model):
    """Tokens that must stop working at the network. The account itself is gone already.

    Of no organisation, so that it outlives the one whose account it was. ``payload_sealed``:
    the application and the tokens.
    """

    channel = models.CharField(max_length=20)
    payload_sealed = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_try_at"], name="revocation_due")]

    def __str__(self) -> str:
        return f"#{self.pk} revocation at {self.channel}"


class MonthlySpending(TenantModel):
    """What an organisation spent at a network that costs money, in thousandths of a US dollar.

    Booked before a call, by an UPDATE that the budget must allow.
    """

    channel = models.CharField(max_length=20)
    month = models.DateField()
    spent = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "channel", "month"], name="one_spending_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} spending at {self.channel}"

"""Where somebody can be reached beside the mailbox, and what is on its way there."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from cryptography.fernet import InvalidToken
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models.asks import Approach
from vaandel.lib.crypto import vault
from vaandel.mailing.models import Outgoing, due
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantManager, TenantModel, TenantQuerySet
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

CHAT_SEALED_FOR: Final = "vaandel.delivery.chat-connection"


class PushSubscription(TenantModel):
    """One browser of one person that takes push messages.

    ``endpoint`` and ``keys`` are encrypted; ``digest`` is the endpoint's, to find it again.
    ``last_error`` is an HTTP status, or the reason why no answer came.
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    digest = models.CharField(max_length=64)
    endpoint = models.TextField()
    keys = models.TextField()
    # What the person knows it by: "Firefox on Android".
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    reached_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "digest"], name="browser_subscribed_once_per_person"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["digest"], name="browser_by_digest")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.label}"


class ChatConnection(TenantModel):
    """An incoming webhook of Slack or Teams: of one person, or of the organisation's channel.

    ``enrolment`` None: a channel that an owner connected; it hears of live posts on
    ``topics`` (none: all), at most ``per_week``. ``address`` is encrypted: who knows it can
    write there. ``last_error`` is a code of ``chat.problems``; ``gone`` means that nothing
    goes through any more until somebody tries it with success or gives another address.
    """

    class Network(models.TextChoices):
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    network = models.CharField(max_length=5, choices=Network.choices)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="chats"
    )
    name = models.CharField(_("name"), max_length=80)
    address = models.TextField()
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    language = models.CharField(max_length=5, blank=True)
    per_week = models.PositiveSmallIntegerField(default=3)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    reached_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    gone = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "network"], name="chat_once_per_person_and_network"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.network} {self.name}"

    @property
    def webhook(self) -> str:
        """The address itself; "" when the secret key that hid it is gone."""
        try:
            return vault(CHAT_SEALED_FOR).decrypt(self.address.encode()).decode()
        except InvalidToken:
            return ""

    @webhook.setter
    def webhook(self, url: str) -> None:
        self.address = vault(CHAT_SEALED_FOR).encrypt(url.encode()).decode()

    @property
    def ending(self) -> str:
        """What may be shown of the address: its last four signs."""
        return self.webhook[-4:]


class NoticeQuerySet(TenantQuerySet["Notice"]):
    def due(self, at: datetime) -> NoticeQuerySet:
        return self.filter(due(at))


class Notice(TenantModel, Outgoing):
    """One message to one browser or one chat. Exactly one of the two is set."""

    subscription = models.ForeignKey(
        PushSubscription, null=True, on_delete=models.CASCADE, related_name="notices"
    )
    connection = models.ForeignKey(
        ChatConnection, null=True, on_delete=models.CASCADE, related_name="notices"
    )
    approach = models.ForeignKey(
        Approach, null=True, on_delete=models.SET_NULL, related_name="notices"
    )
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    # What is shown: title, text, url, buttons; the sender of the medium knows the shape.
    payload = models.JSONField(default=dict)

    objects: ClassVar = TenantManager.from_queryset(NoticeQuerySet)()  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try_at"], name="notice_due"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class Embed(TenantModel):
    """A place on the intranet that shows what can be shared. Its address is signed.

    ``sites`` are the origins whose pages may show it. ``nonce`` is part of the address, so
    raising it ends every copy. ``refused_site`` is the last other origin that tried to.
    """

    class Look(models.TextChoices):
        AUTO = "auto", _("As the reader's device is set")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    name = models.CharField(_("name"), max_length=80)
    topics = models.ManyToManyField(Topic, blank=True, related_name="+")
    language = models.CharField(max_length=5)
    look = models.CharField(max_length=5, choices=Look.choices, default=Look.AUTO)
    most = models.PositiveSmallIntegerField(default=3)
    sites = models.JSONField(default=list)
    nonce = models.PositiveIntegerField(default=0)
    refused_site = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

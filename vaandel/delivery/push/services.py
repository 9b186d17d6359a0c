"""Switching messages to a browser on and off, and choosing channels. None of it is logged."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language, gettext

from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import ChannelChoice, PushSubscription
from vaandel.delivery.push.sealing import digest_of, sealed
from vaandel.delivery.push.sending import Manner, deliver
from vaandel.delivery.reachable import CHANNELS

MOST: Final = 10
TEST_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a browser is reached, and the keys that it reads with."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def digest(self) -> str:
        return digest_of(self.endpoint)

    @property
    def sealed_keys(self) -> str:
        return sealed(json.dumps({"p256dh": self.p256dh, "auth": self.auth}))


@transaction.atomic
def switch_on(
    *, enrolment: Enrolment, address: Address, label: str, at: datetime
) -> PushSubscription:
    """Take messages for this enrolment in this browser; twice is once.

    A browser belongs to who switched it on last: what another account had there ends, in all
    organisations. Somebody with more than ten browsers loses the one that was added first.
    """
    known = PushSubscription.across_tenants.filter(digest=address.digest)
    known.exclude(enrolment__member__user=enrolment.member.user_id).delete()
    browser, _created = PushSubscription.objects.update_or_create(
        enrolment=enrolment,
        digest=address.digest,
        defaults={
            "organization_id": enrolment.organization_id,
            "endpoint": sealed(address.endpoint),
            "keys": address.sealed_keys,
            "label": label[:80],
            "last_error": "",
            "failed_at": None,
        },
        create_defaults={
            "organization_id": enrolment.organization_id,
            "endpoint": sealed(address.endpoint),
            "keys": address.sealed_keys,
            "label": label[:80],
            "created_at": at,
        },
    )
    kept = PushSubscription.objects.filter(enrolment=enrolment).order_by("-created_at", "-pk")
    too_many = list(kept.values_list("pk", flat=True)[MOST:])
    PushSubscription.objects.filter(pk__in=too_many).delete()
    return browser


def switch_off(*, browser: PushSubscription) -> None:
    """Forget a browser, and with it what waits for it. It stays on for other organisations."""
    PushSubscription.objects.filter(pk=browser.pk).delete()


@transaction.atomic
def renew(*, digest: str, address: Address) -> bool:
    """The browser got another address; False when nobody knows the old one.

    In all organisations. Who asks is not signed in, but knows what only that browser knows.
    """
    known = PushSubscription.across_tenants.filter(digest=digest)
    if digest != address.digest:
        # It may have been switched on again in the meantime.
        twice = PushSubscription.across_tenants.filter(digest=address.digest)
        known.filter(enrolment__in=twice.values("enrolment")).delete()
    return bool(
        known.update(
            digest=address.digest,
            endpoint=sealed(address.endpoint),
            keys=address.sealed_keys,
            last_error="",
            failed_at=None,
        )
    )


def send_test(*, browser: PushSubscription, at: datetime) -> None:
    """A message now, whatever the hours: somebody is waiting for it.

    Raises what ``outlets`` names; a browser that is gone is forgotten.
    """
    organization = browser.enrolment.organization
    payload = {
        "title": gettext("Messages arrive here"),
        "body": gettext("This is what a message from %(place)s looks like.")
        % {"place": organization.name},
        "url": reverse("delivery:devices", args=[organization.slug]),
        "tag": "test",
        "lang": get_language() or "en",
    }
    deliver(browser, payload, Manner(lasting=TEST_LASTS, urgency="high"), at=at)


@transaction.atomic
def choose_channels(
    *, enrolment: Enrolment, chosen: Iterable[str], connected: Iterable[str]
) -> ChannelChoice:
    """Be asked over exactly these of the connected channels; others stay as they were chosen."""
    choice, _created = ChannelChoice.objects.select_for_update().get_or_create(
        enrolment=enrolment, defaults={"organization_id": enrolment.organization_id}
    )
    off = (set(choice.off) - set(connected)) | (set(connected) - set(chosen))
    choice.off = [name for name in CHANNELS if name in off]
    choice.save(update_fields=["off"])
    return choice

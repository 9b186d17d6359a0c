"""What a browser says about itself, and over which channels somebody wants to be asked."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaandel.delivery.models import ChatConnection
from vaandel.delivery.push.services import Address
from vaandel.delivery.reachable import CHANNELS, MAIL, PUSH
from vaandel.lib.http import FetchFailed, checked_url

LONGEST: Final = 1000
AUTH_BYTES: Final = 16

NAMES: Final = {
    MAIL: _("By mail"),
    PUSH: _("In my browsers"),
    ChatConnection.Network.SLACK.value: _("In my own Slack"),
    ChatConnection.Network.TEAMS.value: _("In my own Microsoft Teams"),
}


class BrowserForm(forms.Form):
    """What `PushSubscription.toJSON()` says. Written by a script, so its errors are not shown."""

    endpoint = forms.CharField(max_length=LONGEST)
    p256dh = forms.CharField(max_length=120)
    auth = forms.CharField(max_length=40)

    def clean_endpoint(self) -> str:
        """Where it really leads is looked at each time that something is sent there."""
        endpoint = str(self.cleaned_data["endpoint"])
        try:
            checked_url(endpoint)
            parts = urlsplit(endpoint)
            exempt = f"{parts.hostname}:{parts.port}" in settings.FETCH_ALLOWED_HOSTS
        except (FetchFailed, ValueError) as error:
            raise forms.ValidationError("Not an address.") from error
        if parts.scheme != "https" and not exempt:
            raise forms.ValidationError("Not https.")
        return endpoint

    def clean_p256dh(self) -> str:
        text = str(self.cleaned_data["p256dh"])
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(text))
        except ValueError as error:
            raise forms.ValidationError("Not a key.") from error
        return text

    def clean_auth(self) -> str:
        text = str(self.cleaned_data["auth"])
        if len(decoded(text)) != AUTH_BYTES:
            raise forms.ValidationError("Not a secret.")
        return text

    @property
    def address(self) -> Address:
        values = self.cleaned_data
        return Address(values["endpoint"], values["p256dh"], values["auth"])


class RenewalForm(BrowserForm):
    token = forms.CharField(max_length=200)


def decoded(text: str) -> bytes:
    """From base64url; nothing that can be used for anything else."""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""


class ChannelsForm(forms.Form):
    """Among what is connected. ``connected`` are names of channels."""

    channels = forms.MultipleChoiceField(
        label=_("Where may we ask you?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _(
                "Choose at least one. To get no messages at all, choose the rhythm "
                "“only in the app”."
            ),
            "invalid_choice": _("Choose one of these."),
        },
    )

    def __init__(self, *args: Any, connected: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channels"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(name, NAMES[name]) for name in CHANNELS if name in connected]

    @property
    def chosen(self) -> set[str]:
        return set(self.cleaned_data["channels"])

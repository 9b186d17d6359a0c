"""What people type about a chat."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vaandel.delivery.chat.network import problem_with_address
from vaandel.delivery.chat.problems import PROBLEMS
from vaandel.delivery.chat.services import Wanted
from vaandel.delivery.models import ChatConnection
from vaandel.lib.choices import RowsField
from vaandel.programmes.models import Topic

MOST_ADDRESS: Final = 2000
MOST_PER_WEEK: Final = 5


class TopicsField(RowsField):
    """The topics that are offered now; none chosen means all of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Topics"),
            queryset=Topic.across_tenants.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Choose none for all of them."),
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def offer_topics(form: forms.Form) -> None:
    """Call it inside the tenant's scope."""
    field = cast("TopicsField", form.fields["topics"])
    field.queryset = Topic.objects.filter(archived_at=None).order_by("position", "pk")


class AddressField(forms.CharField):
    """An address of a webhook. The value of a saved one is never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=MOST_ADDRESS,
            widget=forms.TextInput(
                attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
            ),
            **kwargs,
        )


def checked_address(network: str, address: str) -> str:
    """The address as it is kept; raises ``ValidationError`` with what to do instead."""
    if code := problem_with_address(network, address):
        problem = PROBLEMS[code]
        raise ValidationError(format_lazy("{} {}", problem.what, problem.next), code=code)
    return address


class ChannelForm(forms.Form):
    """A channel that many read. ``connection``: the one that is changed, if there is one."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What you know it by, such as “#proud” or “Team North”."),
    )
    network = forms.ChoiceField(
        label=_("Where is it?"),
        choices=ChatConnection.Network.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose Slack or Teams.")},
    )
    address = AddressField(
        label=_("Address of the webhook"),
        help_text=_("Whoever has it can write in the channel. After saving nobody can read it."),
        error_messages={"required": _("Paste the address from Slack or Teams.")},
    )
    topics = TopicsField()
    language = forms.ChoiceField(label=_("Language of the channel"), choices=settings.LANGUAGES)
    per_week = forms.TypedChoiceField(
        label=_("At most so many a week"),
        coerce=int,
        choices=[(number, number) for number in range(1, MOST_PER_WEEK + 1)],
        help_text=_("And never more than one a day."),
    )

    def __init__(self, *args: Any, connection: ChatConnection | None = None, **kwargs: Any) -> None:
        self.connection = connection
        if connection is not None:
            kwargs["initial"] = {
                "name": connection.name,
                "topics": list(connection.topics.values_list("pk", flat=True)),
                "language": connection.language,
                "per_week": connection.per_week,
            }
        super().__init__(*args, **kwargs)
        offer_topics(self)
        if connection is not None:
            del self.fields["network"]
            address = self.fields["address"]
            address.required = False
            address.label = _("Another address")
            address.help_text = format_lazy(
                _("Leave it empty to keep the one that ends with {ending}."),
                ending=f"••••{connection.ending}",
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        network = self.connection.network if self.connection else data.get("network")
        if network and data.get("address"):
            try:
                data["address"] = checked_address(network, data["address"])
            except ValidationError as error:
                self.add_error("address", error)
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            name=data["name"],
            address=data["address"],
            topics=list(data["topics"]),
            language=data["language"],
            per_week=data["per_week"],
        )


class OwnChatForm(forms.Form):
    """Somebody's own chat of one network."""

    address = AddressField(
        label=_("Address of the webhook"),
        error_messages={"required": _("Paste the address from Slack or Teams.")},
    )

    def __init__(self, *args: Any, network: str, **kwargs: Any) -> None:
        self.network = network
        kwargs["auto_id"] = f"{network}_%s"
        super().__init__(*args, **kwargs)

    def clean_address(self) -> str:
        return checked_address(self.network, str(self.cleaned_data["address"]))

"""What an owner may decide about the programme and its topics."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.forms import PictureField
from vaandel.organizations.models import Member
from vaandel.programmes.models import Colour, KeepYears, Pattern, Programme, Topic

MOST_ASKS = 3
MOST_MESSAGES = 3
PERCENTS = (25, 30, 40, 50)


class TopicForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60)
    description = forms.CharField(
        label=_("What it is about"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices, initial=Colour.PETROL)
    pattern = forms.ChoiceField(label=_("Pattern"), choices=Pattern.choices, initial=Pattern.WAVES)
    picture = PictureField(
        label=_("Picture"),
        required=False,
        help_text=_("Shown when people choose their topics. A landscape picture works best."),
    )
    remove_picture = forms.BooleanField(label=_("Take the picture away"), required=False)

    def __init__(self, *args: Any, topic: Topic | None = None, **kwargs: Any) -> None:
        initial = (
            {name: getattr(topic, name) for name in ("name", "description", "colour", "pattern")}
            if topic
            else {}
        )
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if topic is None or not topic.picture:
            del self.fields["remove_picture"]


class RulesForm(forms.Form):
    """What the law asks of posts about a topic: approval, a closing line, and keeping."""

    LONGEST_LINE = 300

    regulated = forms.BooleanField(
        label=_("The law has rules for what is said about this"),
        required=False,
        help_text=_("For example about money, insurance or health."),
    )
    keep_years = forms.TypedChoiceField(
        label=_("How long to keep it"),
        coerce=int,
        choices=KeepYears.choices,
        widget=forms.RadioSelect,
        help_text=_("From the day on which something was approved or shared."),
    )

    def __init__(self, *args: Any, topic: Topic, language: str, **kwargs: Any) -> None:
        lines = topic.risk_lines or {}
        kwargs["initial"] = {
            "regulated": topic.regulated,
            "keep_years": topic.keep_years,
            **{f"risk_line_{code}": line for code, line in lines.items()},
        }
        super().__init__(*args, **kwargs)
        # The language of the organisation first: in that one a line is needed always.
        self.language = language
        self.codes = sorted(dict(settings.LANGUAGES), key=lambda code: code != language)
        for code in self.codes:
            self.fields[f"risk_line_{code}"] = forms.CharField(
                label=get_language_info(code)["name_local"].capitalize(),
                max_length=self.LONGEST_LINE,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
            )

    @property
    def line_fields(self) -> list[forms.BoundField]:
        return [self[f"risk_line_{code}"] for code in self.codes]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code in self.codes:
            name = f"risk_line_{code}"
            data[name] = " ".join(data.get(name, "").split())
        first = f"risk_line_{self.language}"
        if data.get("regulated") and first in self.fields and not data[first]:
            self.add_error(
                first,
                _("Write the line that every text about this topic has to end with."),
            )
        return data

    def rules(self) -> dict[str, Any]:
        """After ``is_valid``."""
        data = self.cleaned_data
        lines = {code: data[f"risk_line_{code}"] for code in self.codes}
        return {
            "regulated": data["regulated"],
            "keep_years": data["keep_years"],
            "risk_lines": {code: line for code, line in lines.items() if line},
        }


class ProgrammeForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    expectation = forms.CharField(
        label=_("What we expect, and how often"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is part of every invitation. Say too that nothing is compulsory."),
    )
    asks_per_week = forms.TypedChoiceField(
        label=_("Proposals per person per week, at most"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, MOST_ASKS + 1)],
        widget=forms.RadioSelect,
    )
    messages_per_week = forms.TypedChoiceField(
        label=_("Turn to somebody in a week, at most"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, MOST_MESSAGES + 1)],
        widget=forms.RadioSelect,
        help_text=_("Over all channels together. A mail with three proposals counts as one."),
    )
    offer_percent = forms.TypedChoiceField(
        label=_("Offer a post that is spread on one day to at most"),
        coerce=int,
        choices=[(number, f"{number}%") for number in PERCENTS],
        help_text=_("Of the people whom it suits, so that not everybody shares it on one day."),
    )
    four_eyes = forms.BooleanField(
        label=_("A second person approves every post"),
        required=False,
        help_text=_("Whoever wrote a post cannot approve it."),
    )
    gives_rewards = forms.BooleanField(
        label=_("Who shares gets something for it"),
        required=False,
        help_text=_(
            "A gift, points, a prize, or a chance of one. The law then sees a post about a product "
            "as advertising: its text begins with a label, and the employer is always named."
        ),
    )
    owner = forms.TypedChoiceField(
        label=_("Owner"), coerce=int, empty_value=None, required=False,
        help_text=_("Whom people see as the one to ask. Only owners can be chosen."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, programme: Programme, owners: list[Member], **kwargs: Any
    ) -> None:
        initial = {
            name: getattr(programme, name)
            for name in (
                "name",
                "expectation",
                "asks_per_week",
                "messages_per_week",
                "offer_percent",
                "four_eyes",
                "gives_rewards",
            )
        } | {"owner": programme.owner_id or ""}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.owners = {owner.pk: owner for owner in owners}
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody")),
            *((owner.pk, owner.user.display_name) for owner in owners),
        ]

    def clean_owner(self) -> Member | None:
        return self.owners.get(self.cleaned_data["owner"])

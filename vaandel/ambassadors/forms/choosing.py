"""Topics, networks, opt-ins, a pause, a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Bracket, ChannelUse, Enrolment, Purpose, Rhythm
from vaandel.ambassadors.services import Choices
from vaandel.lib.choices import RowsField
from vaandel.programmes.models import Programme, Topic

LONGEST_PAUSE = timedelta(days=366)
# Networks on which somebody can have a circle of their own; the order is that of the page.
NETWORKS = {
    "linkedin": "LinkedIn",
    "facebook": "Facebook",
    "x": "X",
    "whatsapp": "WhatsApp",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "threads": "Threads",
    "telegram": "Telegram",
    "xing": "XING",
}
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}


class ChoicesForm(forms.Form):
    """Topics, languages and rhythm."""

    topics = RowsField(
        Topic.across_tenants.none(),
        label=_("What would you like to see proposals about?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one topic. About other topics we send you nothing."),
            "invalid_choice": _("This topic no longer exists. Choose again."),
        },
    )
    languages = forms.MultipleChoiceField(
        choices=[(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES],
        label=_("In which languages do you like to write?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    rhythm = forms.ChoiceField(
        choices=Rhythm.choices,
        label=_("How often may we write to you?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often we may write to you.")},
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics: Any = self.fields["topics"]
        topics.queryset = Topic.objects.filter(programme=programme, archived_at=None).order_by(
            "position", "pk"
        )
        topics.label_from_instance = lambda topic: topic.name

    def chosen(self, consents: frozenset[Purpose] = frozenset()) -> Choices:
        return Choices(
            topics=list(self.cleaned_data["topics"]),
            languages=self.cleaned_data["languages"],
            rhythm=self.cleaned_data["rhythm"],
            consents=consents,
        )


class ConsentsForm(forms.Form):
    """Separate opt-ins, each off until somebody switches it on."""

    thanks_by_name = forms.BooleanField(
        required=False,
        label=_("My name may stand beside a thank-you"),
        help_text=_("Only colleagues see it."),
    )
    own_story_outside = forms.BooleanField(
        required=False,
        label=_("My story and portrait may be on our website"),
        help_text=_("We ask again for each story."),
    )
    result_mails = forms.BooleanField(
        required=False,
        label=_("Mail me when somebody thanks me or my post brought something"),
        help_text=_("Without it you find everything in My impact."),
    )

    def given(self) -> frozenset[Purpose]:
        return frozenset(
            purpose for purpose in Purpose if self.cleaned_data.get(purpose.value.lower())
        )

    @staticmethod
    def initial_of(running: set[str]) -> dict[str, bool]:
        return {purpose.value.lower(): purpose.value in running for purpose in Purpose}


class ChannelsForm(forms.Form):
    """Networks somebody uses, with a bracket for their size if they like."""

    instance = forms.CharField(
        required=False,
        max_length=120,
        label=_("Your Mastodon server"),
        help_text=_("For example mastodon.social"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, name in NETWORKS.items():
            self.fields[f"use_{key}"] = forms.BooleanField(required=False, label=name)
            self.fields[f"size_{key}"] = forms.ChoiceField(
                choices=[("", _("I would rather not say")), *Bracket.choices],
                required=False,
                label=_("Size of your network on %(network)s") % {"network": name},
            )

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Per network its key, the box and the size."""
        return [(key, self[f"use_{key}"], self[f"size_{key}"]) for key in NETWORKS]

    def clean_instance(self) -> str:
        given = str(self.cleaned_data["instance"]).strip().lower()
        host = given.removeprefix("https://").split("/", 1)[0].rsplit("@", 1)[-1]
        labels = host.split(".")
        fits = len(labels) > 1 and all(
            label and label.replace("-", "").isalnum() and not label.startswith("-")
            for label in labels
        )
        if host and not (fits and host.isascii()):
            raise forms.ValidationError(
                _("This is not the name of a server. It looks like mastodon.social.")
            )
        return host

    def brackets(self) -> dict[str, str]:
        data = self.cleaned_data
        return {key: data[f"size_{key}"] for key in NETWORKS if data[f"use_{key}"]}

    def instances(self) -> dict[str, str]:
        return {"mastodon": self.cleaned_data["instance"]}

    @staticmethod
    def initial_of(uses: list[ChannelUse]) -> dict[str, object]:
        initial: dict[str, object] = {}
        for use in uses:
            initial[f"use_{use.channel}"] = True
            initial[f"size_{use.channel}"] = use.bracket
            if use.instance:
                initial["instance"] = use.instance
        return initial


class PauseForm(forms.Form):
    """A pause until a day: one of the suggestions, or another day."""

    until = forms.DateField(
        label=_("Pause until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("This is not a day. Write it as 2027-01-15."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= self.today:
            raise forms.ValidationError(_("Choose a day after today."))
        if until - self.today > LONGEST_PAUSE:
            raise forms.ValidationError(
                _("Choose a day within a year. For longer you can simply stop, and come back.")
            )
        return until


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(choices=Rhythm.choices)


class ColleagueForm(forms.Form):
    """Whom to invite, with a word of one's own."""

    email = forms.EmailField(
        label=_("Work mail address of your colleague"),
        error_messages={
            "required": _("Fill in a mail address."),
            "invalid": _("This is not a whole mail address. It looks like name@example.org."),
        },
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    note = forms.CharField(
        label=_("A word from you"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def choices_of(enrolment: Enrolment) -> dict[str, object]:
    """The present choices as a form's initial values."""
    return {
        "topics": list(enrolment.topics.values_list("pk", flat=True)),
        "languages": enrolment.languages,
        "rhythm": enrolment.rhythm,
    }

"""What a person may send from the share page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.instances import LONGEST as LONGEST_INSTANCE
from vaandel.channels.instances import InvalidInstance, clean_instance
from vaandel.channels.registry import CHANNELS
from vaandel.lib.wall_clock import NeverShown, ShownTwice, moment_of
from vaandel.shares.compositions import GAP, Composition
from vaandel.shares.disclosure import (
    DisclosureMissing,
    EmployerNotNamed,
    LabelMissing,
    Remark,
    checked_disclosure,
    language_of,
    remarks,
)
from vaandel.shares.services import NotThatNetwork, Numbers, Words
from vaandel.shares.services.answering import checked_permalink

LONGEST_TEXT = 20_000
OWN = "own"
NONE = "none"


class OwnText(forms.CharField):
    """What somebody wrote, as they wrote it; only what no network can carry is taken out."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if isinstance(text, str):
            text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
        return text


def without_gap(text: str) -> str:
    if GAP in text:
        raise ValidationError(
            _("There is still a gap (___) in your text. Fill it in, or take it out.")
        )
    return text


class ShareForm(forms.Form):
    """The text, where it started, how the employer is named, and where it goes."""

    press = forms.UUIDField()
    channel = forms.ChoiceField(choices=[(key, key) for key in CHANNELS])
    angle = forms.CharField(required=False, max_length=20)
    text = OwnText(
        required=False,
        max_length=LONGEST_TEXT,
        label=_("Write it the way you say it"),
        error_messages={"max_length": _("This is too long for any network. Shorten your text.")},
    )
    disclosure = forms.CharField(required=False, max_length=10)
    own_disclosure = forms.CharField(required=False, max_length=300, label=_("In your own words"))
    instance = forms.CharField(
        required=False, max_length=LONGEST_INSTANCE, label=_("Your Mastodon server")
    )

    def __init__(self, *args: Any, composition: Composition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.composition = composition

    def clean_text(self) -> str:
        return without_gap(self.cleaned_data["text"])

    def clean_instance(self) -> str:
        typed: str = self.cleaned_data["instance"]
        if self.cleaned_data.get("channel") != "mastodon":
            return typed
        try:
            return clean_instance(typed)
        except InvalidInstance:
            raise ValidationError(
                _("Write the name of your server, for example mastodon.social.")
            ) from None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        page = self.composition
        angle = page.angle_named(data.get("angle", ""))
        if page.regulated:
            # Rules of law: what was approved goes out to the letter, whatever was sent along.
            angle = page.locked(data.get("angle", ""))
            data["text"] = angle.text if angle else ""
        choice = data.get("disclosure", "")
        line, language = page.wording_named(choice, angle)
        if choice == OWN:
            line = data.get("own_disclosure", "")
        elif choice == NONE:
            line = ""
        written = angle.language if angle else language
        # Under rules of law a text belongs to the language that it was approved in.
        detected = None if page.is_regulated else language_of(data.get("text", ""))
        data["chosen_angle"], data["language"] = angle, detected or written
        self._check_line(line, line_language=None if choice == OWN else language)
        return data

    def _check_line(self, line: str, *, line_language: str | None) -> None:
        page, data = self.composition, self.cleaned_data
        # The remark on a line in another language says more than that its label is not known.
        for remark in self._remarks(line, line_language):
            if remark.blocks:
                self.add_error("own_disclosure", remark.message)
                return
        try:
            data["line"] = checked_disclosure(
                line, employer=page.employer, rule=page.rule, language=data["language"]
            )
        except DisclosureMissing:
            self.add_error("own_disclosure", _("In this post your employer has to be named."))
        except EmployerNotNamed:
            self.add_error(
                "own_disclosure",
                ValidationError(
                    _("Name %(employer)s, or put a link to its website in this line."),
                    params={"employer": page.employer.name},
                ),
            )
        except LabelMissing as error:
            self.add_error(
                "own_disclosure",
                ValidationError(
                    _("This is advertising: begin the line with %(label)s."),
                    params={"label": error.label},
                ),
            )

    def _remarks(self, line: str, line_language: str | None) -> list[Remark]:
        page = self.composition
        return remarks(
            self.cleaned_data.get("text", ""),
            line,
            employer=page.employer,
            rule=page.rule,
            line_language=line_language,
        )

    def words(self) -> Words:
        """After ``is_valid``."""
        data = self.cleaned_data
        angle = data["chosen_angle"]
        return Words(
            channel=data["channel"],
            text=data["text"],
            disclosure=data["line"],
            disclosure_rule=self.composition.rule.code,
            disclosure_offered=self.composition.offered_line(data["chosen_angle"]),
            language=data["language"],
            # An own text that was approved is none of the post's angles.
            angle=angle if angle and angle.pk else None,
            risk_line=self.composition.risk_line(data["language"]),
            instance=data["instance"] or self.composition.instance,
        )


class PostForm(ShareForm):
    """The same, to the person's own account. ``card_shown``: there was a choice about the card."""

    channel = forms.ChoiceField(choices=[])
    # The version of the post on the page.
    seen = forms.IntegerField(required=False)
    card_shown = forms.BooleanField(required=False)
    with_card = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read when asked, so that an adapter that is added later is a choice as well.
        self.fields["channel"] = forms.ChoiceField(choices=[(key, key) for key in ADAPTERS])

    def clean_instance(self) -> str:
        """The account says which server it is at."""
        return ""

    @property
    def shows_card(self) -> bool:
        """After ``is_valid``."""
        data = self.cleaned_data
        return bool(data["with_card"] or not data["card_shown"])


class SeenForm(forms.Form):
    """The version of the post on the page on which somebody pressed."""

    seen = forms.IntegerField(required=False)


class MomentForm(forms.Form):
    """A proposed moment, or a day and a time by the person's own clock."""

    when = forms.CharField(required=False, max_length=40)
    day = forms.DateField(
        required=False,
        label=_("Day"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as 2027-01-15.")},
    )
    time = forms.TimeField(
        required=False,
        label=_("Time"),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": _("Write the time as 09:30.")},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        proposed = data.get("when", "")
        typed = self.data.get("day") or self.data.get("time")
        if proposed and proposed != OWN and not typed:
            data["moment"] = self._proposed(proposed)
        elif not self.errors.keys() & {"day", "time"}:
            data["moment"] = self._on_the_clock(data.get("day"), data.get("time"))
        return data

    def _proposed(self, value: str) -> datetime | None:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.add_error("day", _("Choose a day and a time."))
            return None
        return moment

    def _on_the_clock(self, day: Any, time: Any) -> datetime | None:
        if day is None or time is None:
            self.add_error("time" if day else "day", _("Choose a day and a time."))
            return None
        try:
            return moment_of(day, time, timezone.get_current_timezone())
        except NeverShown as error:
            self.add_error(
                "time",
                ValidationError(
                    _(
                        "That night the clock goes forward, so this time does not exist. "
                        "Choose %(later)s."
                    ),
                    params={"later": error.later.strftime("%H:%M")},
                ),
            )
        except ShownTwice:
            self.add_error(
                "time",
                _("That night the clock goes back, so this time comes twice. Choose another one."),
            )
        return None


class PlanForm(PostForm, MomentForm):
    """A text for one's own account, at a moment of one's own."""


class TextForm(forms.Form):
    """Other words in the place of what was written."""

    text = OwnText(
        required=False,
        max_length=LONGEST_TEXT,
        label=_("Your text"),
        error_messages={"max_length": _("This is too long for any network. Shorten your text.")},
    )

    def clean_text(self) -> str:
        return without_gap(self.cleaned_data["text"])


class ReserveForm(forms.Form):
    press = forms.UUIDField()
    channel = forms.ChoiceField(choices=[(key, key) for key in CHANNELS])


class LookForm(forms.Form):
    """``line_language`` is empty when the line is the person's own."""

    text = OwnText(required=False, max_length=LONGEST_TEXT)
    line = OwnText(required=False, max_length=300)
    line_language = forms.CharField(required=False, max_length=5)


class LaterForm(forms.Form):
    """When the reminder should come, in the person's own time."""

    text = OwnText(required=False, max_length=LONGEST_TEXT)
    moment = forms.DateTimeField(
        label=_("Day and time"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={
            "required": _("Choose a day and a time."),
            "invalid": _("Choose a day and a time."),
        },
    )


class PermalinkForm(forms.Form):
    """Where it stands on the network; may be left empty."""

    permalink = forms.CharField(required=False, max_length=500, label=_("Link to your post"))

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel = channel

    def clean_permalink(self) -> str:
        typed: str = self.cleaned_data["permalink"].strip()
        if typed and "://" not in typed and not urlsplit(typed).scheme:
            typed = f"https://{typed}"
        try:
            return checked_permalink(typed, self.channel)
        except NotThatNetwork:
            raise ValidationError(
                _("This is not a link to a post on %(network)s. Copy it from the address bar."),
                params={"network": CHANNELS[self.channel].name},
            ) from None


class BackForm(PermalinkForm):
    """Did you post it?"""

    YES, LATER, NO = "yes", "later", "no"

    answer = forms.ChoiceField(choices=[(YES, YES), (LATER, LATER), (NO, NO)])


class NumbersForm(forms.Form):
    """What the network shows; an empty field is "I do not know"."""

    views = forms.IntegerField(
        required=False, min_value=0, max_value=1_000_000_000, label=_("Views")
    )
    reactions = forms.IntegerField(
        required=False, min_value=0, max_value=1_000_000_000, label=_("Reactions")
    )
    comments = forms.IntegerField(
        required=False, min_value=0, max_value=1_000_000_000, label=_("Comments")
    )

    def numbers(self) -> Numbers:
        """After ``is_valid``."""
        return replace(Numbers(), **self.cleaned_data)

"""Until when an ask may rest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Rhythm
from vaandel.components import figures
from vaandel.delivery.calendar import next_monday
from vaandel.delivery.planning.rhythm import step_down
from vaandel.delivery.services import LONGEST_REST


class NotNowForm(forms.Form):
    """``until`` is the day on which it is offered again; None: not this post."""

    choice = forms.ChoiceField(
        label=_("Until when shall we let this rest?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose until when this may rest."),
            "invalid_choice": _("Choose one of these four."),
        },
    )
    day = forms.DateField(
        label=_("My first day back"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"],
        error_messages={"invalid": _("Write the day as in 2026-12-31.")},
    )

    def __init__(self, *args: Any, today: date, back: date | None = None, **kwargs: Any) -> None:
        """``back``: the first day after leave that is known, to offer as the day."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.back = back if back is not None and today < back <= today + LONGEST_REST else None
        self.fields["day"].initial = self.back
        monday = capfirst(figures.day(next_monday(today), weekday=True, year=False))
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - for the type checker
        choice.choices = [
            ("tomorrow", gettext("Tomorrow")),
            ("monday", monday),
            ("holidays", after_holidays(self.back)),
            ("never", gettext("Rather not this post")),
        ]
        self.fields["choice"].initial = "monday"
        attributes = self.fields["day"].widget.attrs
        attributes["min"] = (today + timedelta(days=1)).isoformat()
        attributes["max"] = (today + LONGEST_REST).isoformat()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("choice") == "holidays" and "day" not in self.errors:
            day = values.get("day")
            if day is None and self.back is not None:
                values["day"] = self.back
            elif day is None:
                self.add_error("day", gettext("Fill in your first day back."))
            elif not self.today < day <= self.today + LONGEST_REST:
                self.add_error("day", gettext("Choose a day within the next half year."))
        return values

    @property
    def until(self) -> date | None:
        days: dict[str, date | None] = {
            "tomorrow": self.today + timedelta(days=1),
            "monday": next_monday(self.today),
            "holidays": self.cleaned_data["day"],
            "never": None,
        }
        return days[self.cleaned_data["choice"]]


def after_holidays(back: date | None) -> str:
    if back is None:
        return gettext("After my holidays")
    day = figures.day(back, weekday=True, year=False)
    return gettext("After my holidays, on %(day)s") % {"day": day}


class QuestionForm(forms.Form):
    """What somebody answers to "shall we stop?"."""

    answer = forms.ChoiceField(
        label=_("Shall we go on?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether we go on."),
            "invalid_choice": _("Choose one of these three."),
        },
    )

    def __init__(self, *args: Any, rhythm: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer: Any = self.fields["answer"]
        answer.choices = [
            ("go-on", gettext("Go on as I chose: %(rhythm)s") % {"rhythm": name_of(rhythm)}),
            ("less", gettext("Less often: %(rhythm)s") % {"rhythm": name_of(step_down(rhythm))}),
            ("stop", gettext("Stop writing to me")),
        ]


def name_of(rhythm: str) -> str:
    name = str(Rhythm(rhythm).label)
    return name[:1].lower() + name[1:]

"""When somebody may be written to, their days off, and their calendar."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Final

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import QuietHours
from vaandel.ambassadors.services import ChosenHours
from vaandel.ambassadors.week import weekday_names
from vaandel.components.figures import locale
from vaandel.lib.open_hours import OpenHours
from vaandel.lib.public_holidays import (
    PublicHolidays,
    known_countries,
    next_holidays,
    subdivisions,
)

LONGEST_LEAVE: Final = timedelta(days=366)
FURTHEST_LEAVE: Final = timedelta(days=2 * 366)
# Less would be over before a mail that waits comes to its turn.
SHORTEST_OPEN: Final = timedelta(hours=1)
_MIDNIGHT: Final = time()
_DAY_ERRORS: Final = {
    "required": _("Choose a day."),
    "invalid": _("This is not a day. Write it as 2027-01-15."),
}
_TIME_ERRORS: Final = {
    "required": _("Fill in a time."),
    "invalid": _("This is not a time. Write it as 08:30."),
}


class HoursForm(forms.Form):
    """Days, hours, and whether public holidays are kept free."""

    days = forms.TypedMultipleChoiceField(
        label=_("On which days?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _(
                "Choose at least one day. For no messages at all, choose “Only in the app”"
                " at Topics and rhythm."
            ),
            "invalid_choice": _("Choose from these days."),
        },
    )
    opens = forms.TimeField(
        label=_("From what time?"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages=_TIME_ERRORS,
    )
    closes = forms.TimeField(
        label=_("Until what time?"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Earlier than the beginning means: the next morning."),
        error_messages=_TIME_ERRORS,
    )
    holidays = forms.BooleanField(
        label=_("Keep public holidays free"),
        required=False,
        help_text=_("The public holidays of the country that you choose here."),
    )
    country = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        error_messages={"invalid_choice": _("Choose a country from the list.")},
    )
    subdivision = forms.CharField(
        label=_("Region"), required=False, max_length=20, widget=forms.Select
    )

    def __init__(self, *args: Any, home: str, today: date, **kwargs: Any) -> None:
        """``home`` is the organisation's country; ``today`` decides which regions differ."""
        super().__init__(*args, **kwargs)
        self.home, self.today = home, today
        days: Any = self.fields["days"]
        days.choices = list(enumerate(weekday_names()))
        country: Any = self.fields["country"]
        country.choices = country_choices(home)
        region: Any = self.fields["subdivision"]
        region.widget.choices = region_choices(str(self["country"].value() or home), today)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if opens is None or closes is None:
            return data
        if opens == closes and opens != _MIDNIGHT:
            self.add_error(
                "closes", _("This is the same time twice. For the whole day, fill in 00:00 twice.")
            )
        elif _length(opens, closes) < SHORTEST_OPEN:
            self.add_error("closes", _("Leave at least an hour, or nothing can reach you."))
        return data

    def chosen(self) -> ChosenHours:
        data = self.cleaned_data
        country = data["country"]
        # A region of the country that was shown before; of another one it says nothing.
        regions = subdivisions(country or self.home, self.today.year)
        return ChosenHours(
            opens=data["opens"],
            closes=data["closes"],
            days=frozenset(data["days"]),
            holidays=data["holidays"],
            country=country,
            subdivision=data["subdivision"] if data["subdivision"] in regions else "",
        )

    @property
    def has_regions(self) -> bool:
        region: Any = self.fields["subdivision"]
        return len(region.widget.choices) > 1

    @property
    def has_known_holidays(self) -> bool:
        which = PublicHolidays(str(self["country"].value() or self.home))
        return bool(next_holidays(which, start=self.today, count=1))

    @staticmethod
    def initial_of(hours: OpenHours, row: QuietHours | None, home: str) -> dict[str, object]:
        country = row.country if row and row.country else home
        return {
            "days": sorted(hours.days),
            "opens": hours.opens,
            "closes": hours.closes,
            "holidays": row.holidays if row else True,
            "country": country if country in known_countries() else "",
            "subdivision": row.subdivision if row else "",
        }


def country_choices(home: str) -> list[tuple[str, str]]:
    """The countries whose holidays are known, by name; the organisation's own one first."""
    territories = Locale.parse(locale()).territories
    names = {code: territories.get(code, code) for code in known_countries()}
    first = [(home, names.pop(home))] if home in names else [("", str(_("None of these")))]
    return [*first, *sorted(names.items(), key=lambda item: item[1].casefold())]


def region_choices(country: str, today: date) -> list[tuple[str, str]]:
    """The regions with holidays of their own; the first choice is the country as a whole."""
    whole = str(_("The whole country"))
    return [("", whole), *subdivisions(country, today.year).items()]


class LeaveForm(forms.Form):
    """Days off: the first and the last one, or one alone."""

    first_day = forms.DateField(
        label=_("First day off"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=_DAY_ERRORS,
    )
    last_day = forms.DateField(
        label=_("Last day off"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=_DAY_ERRORS,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first = data.get("first_day")
        if first is None or "last_day" in self.errors:
            return data
        last = data["last_day"] = data.get("last_day") or first
        if last < first:
            self.add_error("last_day", _("The last day is before the first one."))
        elif last < self.today:
            self.add_error("last_day", _("These days are over. Choose days from today on."))
        elif last - first > LONGEST_LEAVE:
            self.add_error("last_day", _("Choose at most a year. For longer you can simply stop."))
        elif last - self.today > FURTHEST_LEAVE:
            self.add_error("last_day", _("Choose days within two years."))
        return data


class CalendarForm(forms.Form):
    """Where somebody's own calendar can be read."""

    address = forms.CharField(
        label=_("Address of your calendar"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
        help_text=_("It starts with https:// or webcal:// and often ends with .ics."),
        error_messages={
            "required": _("Paste the address of your calendar."),
            "max_length": _("This address is too long to be one of a calendar."),
        },
    )


def _length(opens: time, closes: time) -> timedelta:
    minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return timedelta(minutes=minutes % (24 * 60) or 24 * 60)

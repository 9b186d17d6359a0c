"""What people may send about conversions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from babel.numbers import is_currency
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.links.forms.fields import AmountField
from vaandel.links.incoming.columns import COLUMNS
from vaandel.links.incoming.reading import EARLIEST, MOST_VALUE
from vaandel.links.models import Conversion, Goal, Link
from vaandel.links.queries.conversions import Filter
from vaandel.links.services.correcting import Wanted

PERIODS = {"30": 30, "90": 90, "365": 365, "all": None}
USUAL = "90"
MINUTES = "%Y-%m-%dT%H:%M"
COLUMN_NAMES: dict[str, Any] = {
    "goal": _("Goal"),
    "id": _("Number"),
    "date": _("Date"),
    "value": _("Amount"),
    "currency": _("Currency"),
    "click": _("Click reference or short code"),
    "withdrawn": _("Withdrawn"),
}
NEEDED = ("id", "date")


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


class FilterForm(forms.Form):
    """Whatever is not understood is as if it was not chosen."""

    goal = forms.ChoiceField(
        label=_("Goal"),
        required=False,
        choices=[("", _("All")), *Goal.choices],
        widget=_select(),
    )
    period = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("A year")),
            ("all", _("Everything")),
        ],
        widget=_select(),
    )
    attributed = forms.ChoiceField(
        label=_("Last click"),
        required=False,
        choices=[("", _("All")), ("yes", _("Known")), ("no", _("Not attributed"))],
        widget=_select(),
    )

    def chosen(self, now: datetime) -> Filter:
        """What was chosen; days begin at midnight where the reader is."""
        self.is_valid()
        days = PERIODS[self.cleaned_data.get("period") or USUAL]
        midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        attributed = self.cleaned_data.get("attributed") or ""
        return Filter(
            goal=self.cleaned_data.get("goal") or "",
            since=None if days is None else midnight - timedelta(days=days - 1),
            attributed={"yes": True, "no": False}.get(attributed),
        )


class CurrencyField(forms.CharField):
    """A code of ISO 4217, or empty."""

    def clean(self, value: Any) -> str:
        currency: str = super().clean(value).upper()
        if currency and not is_currency(currency):
            raise ValidationError(_("This is no currency. Write its three letters, such as EUR."))
        return currency


class CorrectionForm(forms.Form):
    """How a conversion should be, and why. The short code of its present link is not shown: it
    belongs to somebody's own share."""

    goal = forms.ChoiceField(label=_("Goal"), choices=Goal.choices)
    happened_at = forms.DateTimeField(
        label=_("When it happened"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES),
        error_messages={
            "invalid": _("This is not a day with a time. Write it as 2027-01-15 09:30.")
        },
    )
    value = AmountField(label=_("Amount"), required=False, most=MOST_VALUE)
    currency = CurrencyField(label=_("Currency"), required=False, max_length=3)
    credit = forms.ChoiceField(
        label=_("Last click"),
        choices=[
            ("keep", _("As it is now")),
            ("none", _("Not attributed")),
            ("code", _("A click on another short link")),
        ],
        widget=forms.RadioSelect,
    )
    code = forms.CharField(
        label=_("Short code of that link"),
        required=False,
        max_length=200,
        help_text=_("The end of the short address. Only for “A click on another short link”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    withdrawn = forms.BooleanField(
        label=_("Withdrawn: it did not happen after all"),
        required=False,
        help_text=_("It stays in the list, and is not counted any more."),
    )
    reason = forms.CharField(
        label=_("Why do you change this?"),
        max_length=300,
        help_text=_("Stays with the conversion, with your name and the date."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, conversion: Conversion, **kwargs: Any) -> None:
        self.conversion = conversion
        self.link: Link | None = conversion.link
        kwargs["initial"] = {
            "goal": conversion.goal,
            "happened_at": conversion.happened_at,
            "value": conversion.value,
            "currency": conversion.currency,
            "credit": "keep",
            "withdrawn": conversion.withdrawn_at is not None,
        }
        super().__init__(*args, **kwargs)

    def clean_happened_at(self) -> datetime:
        """Without a change, to the second as it was: the field shows minutes only."""
        moment: datetime = self.cleaned_data["happened_at"]
        was = self.conversion.happened_at
        if moment == was.replace(second=0, microsecond=0):
            return was
        if moment > timezone.now():
            raise ValidationError(_("This is in the future. Choose when it happened."))
        if moment < EARLIEST:
            raise ValidationError(_("This is too long ago. Choose when it happened."))
        return moment

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("value") is None:
            data["currency"] = ""
        elif "currency" in data and not data["currency"]:
            self.add_error("currency", _("Say which currency the amount is in."))
        if data.get("credit") == "none":
            self.link = None
        elif data.get("credit") == "code":
            self.link = self._link_of(data.get("code", ""))
        return data

    def _link_of(self, text: str) -> Link | None:
        code = text.strip().rstrip("/").rpartition("/")[2]
        link = Link.objects.filter(organization=self.conversion.organization_id, code=code).first()
        if link is None:
            self.add_error("code", _("None of your short links has this code. Look it up again."))
        return link

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            goal=Goal(data["goal"]),
            happened_at=data["happened_at"],
            value=data["value"],
            currency=data["currency"],
            link=self.link,
            withdrawn=data["withdrawn"],
        )


class EndpointForm(forms.Form):
    name = forms.CharField(
        label=_("Which site will report here?"),
        max_length=80,
        help_text=_("Such as “Careers site”. One endpoint per site, so that you can revoke one."),
    )


class TryForm(forms.Form):
    body = forms.CharField(
        label=_("Body of the request"),
        max_length=16_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "code"}),
    )


class ListUploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        allow_empty_file=True,
        help_text=_(
            "CSV or XLSX (Excel), at most 10 MB. The first row holds the names of the columns."
        ),
    )


class ListColumnsForm(forms.Form):
    """Which column holds what, and what holds for every row when there is no such column."""

    default_goal = forms.ChoiceField(
        label=_("Goal of rows that name none"),
        required=False,
        choices=[("", _("Every row names its goal")), *Goal.choices],
    )
    default_currency = CurrencyField(
        label=_("Currency of amounts that name none"), required=False, max_length=3
    )

    def __init__(
        self,
        *args: Any,
        header: list[str],
        columns: dict[str, int],
        defaults: dict[str, str],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {f"default_{name}": value for name, value in defaults.items()}
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("Not in the file")),
            *(
                (str(number), name or _("Column %(number)s") % {"number": number + 1})
                for number, name in enumerate(header)
            ),
        ]
        for field in COLUMNS:
            self.fields[f"column_{field}"] = forms.ChoiceField(
                label=COLUMN_NAMES[field],
                choices=choices,
                required=field in NEEDED,
                initial=str(columns.get(field, "")),
                error_messages={"required": _("Choose the column. Without it we cannot import.")},
            )
        self.order_fields(
            [*(f"column_{field}" for field in COLUMNS), "default_goal", "default_currency"]
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("column_goal") and not data.get("default_goal"):
            self.add_error("column_goal", _("Choose the column, or one goal for all rows below."))
        return data

    def columns(self) -> dict[str, int]:
        chosen = {field: self.cleaned_data[f"column_{field}"] for field in COLUMNS}
        return {field: int(value) for field, value in chosen.items() if value != ""}

    def defaults(self) -> dict[str, str]:
        chosen = {
            "goal": self.cleaned_data["default_goal"],
            "currency": self.cleaned_data["default_currency"],
        }
        return {name: value for name, value in chosen.items() if value}

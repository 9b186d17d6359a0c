"""Fields that know how people write moments and names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Member

LANGUAGE_NAMES: Final = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
MOST_ANGLES: Final = 6
MINUTES: Final = "%Y-%m-%dT%H:%M"


class LaterField(forms.CharField):
    """Needed before a post goes out, which publishing checks; a draft does without."""

    def validate(self, value: Any) -> None:
        """Nothing is required yet."""


class LaterFileField(forms.FileField):
    """The same for a file."""

    def validate(self, value: Any) -> None:
        """Nothing is required yet."""


def text(
    label: Any, *, rows: int = 0, help_text: Any = "", most: int = 600, later: bool = False
) -> forms.CharField:
    """One line, or a few rows. ``later``: needed before the post goes out."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    kind = LaterField if later else forms.CharField
    return kind(
        label=label,
        help_text=help_text,
        max_length=most,
        required=later,
        widget=widget,
        error_messages={"max_length": _("This is too long: at most %(limit_value)d characters.")},
    )


class MomentField(forms.DateTimeField):
    """A day and time in the person's own time zone, on a clock that really shows it once."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise ValidationError(
                    _("This is not a day with a time. Write it as 2027-01-15 09:30.")
                ) from error
            raise ValidationError(_odd_hour(str(value))) from error


def _odd_hour(value: str) -> Any:
    """Why a time cannot be meant on the night on which the clock changes."""
    naive = datetime.fromisoformat(value.strip().replace(" ", "T"))
    zone = timezone.get_current_timezone()
    # A time that does not exist comes back from UTC as another one.
    moment = naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    if moment.replace(tzinfo=None) == naive:
        return _("That night the clock goes back, so this time comes twice. Choose another one.")
    later = (naive + timedelta(hours=1)).strftime("%H:%M")
    return _(
        "That night the clock goes forward, so this time does not exist. Choose %(later)s."
    ) % {"later": later}


class ColleagueField(forms.CharField):
    """A colleague by name or mail address; names are offered while typing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "class": "colleague"})
        super().__init__(max_length=400, required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> Member | None:
        typed: str = super().clean(value)
        if not typed:
            return None
        found: list[Member] = list(colleagues_called(typed)[:2])
        if not found:
            raise ValidationError(
                _("No colleague has this name. Choose one of the names, or type a mail address.")
            )
        if len(found) > 1:
            raise ValidationError(
                _("Several colleagues have this name. Type the mail address instead.")
            )
        return found[0]


def colleagues_called(typed: str) -> Any:
    """Who is meant by "Name", "name@company.example" or "Name <name@company.example>"."""
    address = parseaddr(typed)[1] if "@" in typed else ""
    exact = Q(user__email__iexact=address) if address else Q(user__name__iexact=typed.strip())
    active = Member.objects.filter(exact, status=Member.Status.ACTIVE)
    return active.select_related("user").order_by("pk")


def written(member: Member) -> str:
    """A colleague as the field understands it."""
    return f"{member.user.display_name} <{member.user.email}>"

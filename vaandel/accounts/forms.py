"""What somebody may say about themselves."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.accounts.pictures import MAX_BYTES, NotAPicture, opened

# Each language under its own name, whatever language the page is in.
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
PICTURE_PROBLEMS = {
    "unreadable": _("We cannot open this as a picture. Choose a JPEG, PNG or WebP file."),
    "too_heavy": _("This picture is larger than 10 MB. Choose a smaller one."),
    "too_large": _("This picture has too many pixels. Choose a smaller one."),
}


def language_choices() -> list[tuple[str, str]]:
    return [(code, LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES]


def zone_names() -> list[str]:
    """The time zones that people know: continent and city."""
    return sorted(name for name in available_timezones() if "/" in name and name[:3] != "Etc")


class PictureField(forms.FileField):
    """An uploaded picture as bytes that can be opened; None when none was chosen."""

    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(PICTURE_PROBLEMS["too_heavy"])
        content: bytes = file.read()
        try:
            opened(content).load()
        except NotAPicture as error:
            raise forms.ValidationError(PICTURE_PROBLEMS[error.reason]) from error
        except (OSError, SyntaxError, ValueError) as error:
            raise forms.ValidationError(PICTURE_PROBLEMS["unreadable"]) from error
        return content


class TimeZoneField(forms.CharField):
    """A time zone by name; the widget searches in a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Time zone"),
            max_length=50,
            widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
            help_text=_("Type a city and choose from the list."),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        name = str(super().clean(value)).strip()
        by_lower = {zone.lower(): zone for zone in available_timezones()}
        if name.lower() not in by_lower:
            raise forms.ValidationError(
                _("We do not know this time zone. Choose one from the list, such as %(example)s."),
                params={"example": "Europe/Amsterdam"},
            )
        return by_lower[name.lower()]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    time_zone = TimeZoneField()
    photo = PictureField(
        label=_("Photo"),
        required=False,
        help_text=_("We keep a small square of it, without the place and time it was taken."),
    )
    remove_photo = forms.BooleanField(label=_("Take my photo away"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"name": user.name, "language": user.language, "time_zone": user.time_zone}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        if not user.photo:
            del self.fields["remove_photo"]

"""What the people who manage an organisation may send."""

from __future__ import annotations

import re
from typing import Any

from babel import Locale
from django import forms
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaandel.accounts.forms import PictureField, TimeZoneField, language_choices
from vaandel.mailing.branding import OWN_COLOUR, clean_colour
from vaandel.organizations.importing.columns import FIELDS
from vaandel.organizations.models import Employment, Member, Organization, Role, Unit
from vaandel.organizations.queries import UnitNode, unit_tree
from vaandel.organizations.services.members import GIVEN_ROLES

ROLE_TEXTS: dict[Role, str | Promise] = {
    Role.OWNER: _("Manages people, topics and settings, and may do all an editor may."),
    Role.EDITOR: _("Writes and publishes posts, and keeps the sources."),
    Role.APPROVER: _("Looks at posts before they are published."),
    Role.COACH: _("Invites colleagues and helps them to start."),
    Role.SPONSOR: _("Looks at the programme's figures. Changes nothing."),
    Role.WORKS_COUNCIL: _("Looks at the programme's figures and the log. Changes nothing."),
}
COLUMN_NAMES = {
    "email": _("Mail address"),
    "name": _("Name"),
    "first_name": _("First name"),
    "infix": _("Name part in between"),
    "last_name": _("Last name"),
    "unit": _("Department"),
    "job_title": _("Function"),
    "employment": _("Employment"),
    "language": _("Language"),
}
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def unit_choices(nodes: list[UnitNode], *, empty: str | Promise) -> list[tuple[str, Any]]:
    """Options that show the tree with dashes."""
    return [
        ("", empty),
        *((str(node.id), "\N{EN DASH} " * node.depth + node.name) for node in nodes),
    ]


class UnitField(forms.TypedChoiceField):
    """A unit of the organisation in scope, or None."""

    def __init__(self, *, empty: str | Promise, **kwargs: Any) -> None:
        self.empty = empty
        super().__init__(coerce=int, empty_value=None, required=False, **kwargs)

    def load(self, nodes: list[UnitNode] | None = None) -> None:
        self.choices = unit_choices(unit_tree() if nodes is None else nodes, empty=self.empty)

    def clean(self, value: Any) -> Unit | None:
        unit_id = super().clean(value)
        return Unit.objects.get(pk=unit_id) if unit_id else None


class MembersFilter(forms.Form):
    """The search above the list; whatever is not understood is left out."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    unit = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    role = forms.ChoiceField(required=False, choices=[("", ""), *((r, r) for r in GIVEN_ROLES)])

    def value(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name)


class MemberForm(forms.Form):
    unit = UnitField(label=_("Department"), empty=_("No department"))
    job_title = forms.CharField(label=_("Function"), max_length=120, required=False)
    employment = forms.ChoiceField(label=_("Employment"), choices=Employment.choices)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        initial = {
            "unit": member.unit_id or "",
            "job_title": member.job_title,
            "employment": member.employment,
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["unit"].load()  # type: ignore[attr-defined]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(required=False)
    expected = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in GIVEN_ROLES
        ]

    def clean_roles(self) -> list[Role]:
        return [Role(value) for value in self.cleaned_data["roles"]]

    def clean_expected(self) -> list[Role] | None:
        """The roles that the page showed; None when it did not say."""
        text = self.data.get("expected")
        if text is None:
            return None
        known = {role.value for role in GIVEN_ROLES}
        return [Role(value) for value in text.split(",") if value in known]


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    unit = UnitField(label=_("Department"), empty=_("No department"))
    note = forms.CharField(
        label=_("A word from you"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It appears in the mail, under your name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].load()  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = UnitField(label=_("Belongs to"), empty=_("Nothing: at the top"))

    def __init__(self, *args: Any, nodes: list[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].load(nodes)  # type: ignore[attr-defined]


def country_choices() -> list[tuple[str, str]]:
    """Countries by name in the reader's language; those we have rules for come first."""
    names = Locale.parse(get_language() or "en").territories
    countries = {code: name for code, name in names.items() if re.fullmatch("[A-Z]{2}", code)}
    first = [(code, countries.pop(code)) for code in ("NL", "BE", "FR", "DE", "LU", "AT", "CH")]
    for code in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"):
        countries.pop(code, None)
    return [*first, *sorted(countries.items(), key=lambda item: item[1])]


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"])],
    )
    country = forms.ChoiceField(label=_("Country"))
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    time_zone = TimeZoneField()
    logo = PictureField(label=_("Logo"), required=False)
    remove_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    colour = forms.CharField(
        label=_("Colour of buttons in mails"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": OWN_COLOUR}
        ),
        help_text=_(
            "As in your house style, such as #0b5862. Empty: Vaandel’s own. We keep it readable,"
            " by day and in the dark."
        ),
    )
    reply_to = forms.EmailField(
        label=_("Answers to mails go to"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Somebody has to read them. Empty: the programme owner’s address."),
    )
    signup_domains = forms.CharField(
        label=_("Mail domains that may sign up by themselves"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "One on a line, such as stadsenergie.example. Whoever has such an address becomes"
            " a member without an invitation. Empty: nobody."
        ),
    )
    colleagues_may_invite = forms.BooleanField(
        label=_("Colleagues may invite colleagues"), required=False
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        initial = {
            name: getattr(organization, name)
            for name in (
                "name", "website", "country", "language", "time_zone", "colleagues_may_invite",
                "colour", "reply_to",
            )
        } | {"signup_domains": "\n".join(organization.signup_domains)}  # fmt: skip
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        if not organization.logo:
            del self.fields["remove_logo"]

    def clean_colour(self) -> str:
        typed = str(self.cleaned_data["colour"]).strip()
        colour = clean_colour(typed)
        if typed and not colour:
            raise forms.ValidationError(
                _("“%(typed)s” is no colour. Write # and six figures or letters, like #0b5862."),
                params={"typed": typed},
            )
        return colour

    def clean_signup_domains(self) -> list[str]:
        words = re.split(r"[\s,;]+", self.cleaned_data["signup_domains"].lower())
        domains = [word.removeprefix("@") for word in words if word]
        for domain in domains:
            if not DOMAIN.fullmatch(domain):
                raise forms.ValidationError(
                    _("“%(domain)s” is no mail domain. It looks like stadsenergie.example."),
                    params={"domain": domain},
                )
        return sorted(set(domains))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        allow_empty_file=True,
        help_text=_(
            "CSV or XLSX (Excel), at most 10 MB. The first row holds the names of the columns."
        ),
    )
    invite = forms.BooleanField(
        label=_("Invite these people by mail to take part"), required=False, initial=True
    )


class ColumnsForm(forms.Form):
    """Which column holds what: one field per thing we can use."""

    def __init__(
        self, *args: Any, header: list[str], columns: dict[str, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", _("Not in the file")),
            *(
                (str(number), name or _("Column %(number)s") % {"number": number + 1})
                for number, name in enumerate(header)
            ),
        ]
        for field in FIELDS:
            self.fields[f"column_{field}"] = forms.ChoiceField(
                label=COLUMN_NAMES[field],
                choices=choices,
                required=field == "email",
                initial=str(columns.get(field, "")),
                error_messages={"required": _("Choose the column with the mail addresses.")},
            )

    def columns(self) -> dict[str, int]:
        chosen = {field: self.cleaned_data[f"column_{field}"] for field in FIELDS}
        return {field: int(value) for field, value in chosen.items() if value != ""}


class SignUpForm(forms.Form):
    email = forms.EmailField(
        label=_("Your mail address at work"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return re.sub(r"\s", "", self.cleaned_data["code"])


class IntroductionForm(forms.Form):
    """Who somebody is who signs up."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)
    organization = forms.ChoiceField(label=_("Organisation"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organizations = {str(row.pk): row for row in organizations}
        self.fields["language"].choices = language_choices()  # type: ignore[attr-defined]
        self.fields["organization"].choices = [  # type: ignore[attr-defined]
            (key, row.name) for key, row in self.organizations.items()
        ]
        if len(organizations) == 1:
            self.fields["organization"].widget = forms.HiddenInput()
            self.fields["organization"].initial = str(organizations[0].pk)

    def chosen(self) -> Organization:
        return self.organizations[self.cleaned_data["organization"]]


class StopForm(forms.Form):
    """Why sharing stops, for everybody to read."""

    reason = forms.CharField(
        label=_("Why? Everybody here reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Say why in a few words, so that nobody has to guess."),
            "max_length": _("This is too long. At most 300 characters."),
        },
    )

"""An owner's choices about all links of the organisation."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.links.domains import OwnHost, domain_name
from vaandel.links.forms.fields import DestinationField
from vaandel.links.models import LinkSettings, Privacy
from vaandel.organizations.destinations import MAX_DESTINATIONS, NotAHost, allowed, destination
from vaandel.organizations.models import Organization

PARAMETER = re.compile(r"[a-z_]{1,20}")
_FIELDS = (
    "privacy", "countries", "crawler_cards", "click_references", "reference_parameter",
    "ended_url",
)  # fmt: skip


class LinkSettingsForm(forms.Form):
    privacy = forms.ChoiceField(
        label=_("What we know of a visitor"),
        choices=[
            (
                Privacy.COUNT_ONLY.value,
                _("Count only. We know that somebody clicked and when, and nothing of who."),
            ),
            (
                Privacy.UNIQUE_PER_DAY.value,
                _(
                    "Unique per day. We recognise the same browser on the same link until"
                    " midnight (UTC), with a key that is only in memory and then gone."
                ),
            ),
        ],
        widget=forms.RadioSelect,
    )
    countries = forms.BooleanField(
        label=_("Count clicks per country"),
        required=False,
        help_text=_("Of the visitor's network. Never a town, and the address itself is not kept."),
    )
    crawler_cards = forms.BooleanField(
        label=_("Answer link previews with a card of our own"),
        required=False,
        help_text=_(
            "Networks fetch a link to show its title and picture. Some then replace your short"
            " link by the address that the site names, and you no longer count its clicks. With"
            " this on, they get a small page with the post's title and picture that names the"
            " short link itself. People never see that page."
        ),
    )
    click_references = forms.BooleanField(
        label=_("Give each click a reference"),
        required=False,
        help_text=_(
            "The address that a visitor arrives at gets a random reference, with which your own"
            " site can report an application or a sale. It says nothing about who clicked."
        ),
    )
    reference_parameter = forms.CharField(
        label=_("Name of the reference in the address"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Small letters and _ only, for example vref."),
    )
    ended_url = DestinationField(
        most=500,
        label=_("Where ended links lead"),
        help_text=_(
            "Empty: to a friendly page of Vaandel, which offers other posts to read. Or an"
            " address of your own. A link of a post can have a successor that goes first."
        ),
    )
    destinations = forms.CharField(
        label=_("Websites that links may lead to"),
        required=False,
        max_length=10000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "One on a line: example.org, or *.example.org with everything below it. Empty:"
            " anywhere. Links that are out already keep leading where they lead."
        ),
    )

    def __init__(
        self, *args: Any, organization: Organization, saved: LinkSettings, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {name: getattr(saved, name) for name in _FIELDS} | {
            "destinations": "\n".join(_shown(each) for each in organization.destinations)
        }
        super().__init__(*args, **kwargs)

    def clean_reference_parameter(self) -> str:
        name: str = self.cleaned_data["reference_parameter"]
        if not PARAMETER.fullmatch(name):
            raise forms.ValidationError(_("Use small letters and _ only, at most 20."))
        return name

    def clean_destinations(self) -> list[str]:
        words = re.split(r"[\s,;]+", self.cleaned_data["destinations"])
        kept: list[str] = []
        for word in filter(None, words):
            try:
                kept.append(destination(word))
            except NotAHost:
                raise forms.ValidationError(
                    _("“%(word)s” is no website. It looks like example.org or *.example.org."),
                    params={"word": word[:80]},
                ) from None
        found = list(dict.fromkeys(kept))
        if len(found) > MAX_DESTINATIONS:
            raise forms.ValidationError(
                _("These are more than %(most)s websites."), params={"most": MAX_DESTINATIONS}
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Where ended links lead must be on the list as it is sent, not as it was."""
        data = self.cleaned_data
        url, hosts = data.get("ended_url", ""), data.get("destinations")
        if url and hosts and not allowed(Organization(destinations=hosts), url):
            self.add_error("ended_url", _("This website is not on the list below."))
        return data

    def changes(self) -> dict[str, object]:
        return {name: self.cleaned_data[name] for name in _FIELDS}


def _shown(kept: str) -> str:
    return f"*{kept}" if kept.startswith(".") else kept


class DomainForm(forms.Form):
    domain = forms.CharField(
        label=_("Your short domain"),
        required=False,
        max_length=300,
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}
        ),
        help_text=_("For example go.example.org. Use one that is for nothing else."),
    )

    def clean_domain(self) -> str:
        typed: str = self.cleaned_data["domain"]
        if not typed:
            return ""
        try:
            return domain_name(typed)
        except OwnHost:
            raise forms.ValidationError(
                _("This is the address of Vaandel itself. It needs a domain of its own.")
            ) from None
        except NotAHost:
            raise forms.ValidationError(
                _("This is no domain. It looks like go.example.org.")
            ) from None

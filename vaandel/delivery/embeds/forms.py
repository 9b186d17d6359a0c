"""What people type about places on the intranet and newsletters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vaandel.delivery.chat.forms import TopicsField, offer_topics
from vaandel.delivery.embeds.services import Wanted
from vaandel.delivery.embeds.sites import NotASite, origin_of
from vaandel.delivery.everybody import OpenPost
from vaandel.delivery.models import Embed

MOST_SITES: Final = 10
FEWEST_POSTS: Final = 3
MOST_POSTS: Final = 5
IN_NEWSLETTER: Final = 3


class SitesField(forms.CharField):
    """One website a line. What is typed may be a whole page; its origin is what counts."""

    def to_python(self, value: Any) -> Any:
        typed = [line for line in str(value or "").split() if line]
        if len(typed) > MOST_SITES:
            raise ValidationError(_("At most %(number)d websites."), params={"number": MOST_SITES})
        try:
            return list(dict.fromkeys(origin_of(line) for line in typed))
        except NotASite as error:
            raise ValidationError(
                _("“%(site)s” is no address of a website. Write it as https://intranet.example."),
                params={"site": str(error)[:80]},
            ) from error

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class EmbedForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What you know it by, such as “Front page of the intranet”."),
    )
    sites = SitesField(
        label=_("Which websites may show it?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("One a line, such as https://acme.sharepoint.com. Elsewhere it stays empty."),
        error_messages={"required": _("Fill in the address of your intranet.")},
    )
    topics = TopicsField()
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    look = forms.ChoiceField(label=_("Light or dark"), choices=Embed.Look.choices)
    most = forms.TypedChoiceField(
        label=_("How many posts"),
        coerce=int,
        choices=[(number, number) for number in range(FEWEST_POSTS, MOST_POSTS + 1)],
    )

    def __init__(self, *args: Any, embed: Embed | None = None, **kwargs: Any) -> None:
        if embed is not None:
            kwargs["initial"] = {
                "name": embed.name,
                "sites": embed.sites,
                "topics": list(embed.topics.values_list("pk", flat=True)),
                "language": embed.language,
                "look": embed.look,
                "most": embed.most,
            }
        super().__init__(*args, **kwargs)
        offer_topics(self)

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(
            name=data["name"],
            sites=data["sites"],
            topics=list(data["topics"]),
            language=data["language"],
            look=data["look"],
            most=data["most"],
        )


class CheckForm(forms.Form):
    """The page on which somebody put it."""

    page = forms.CharField(
        label=_("Address of the page that shows it"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"required": _("Paste the address of the page.")},
    )

    def clean_page(self) -> str:
        """The origin of the page."""
        try:
            return origin_of(str(self.cleaned_data["page"]))
        except NotASite as error:
            raise ValidationError(
                _("This is not a whole address. Copy it from the address bar.")
            ) from error


class NewsletterForm(forms.Form):
    """Which of these posts, and in which language everything around them is."""

    posts = forms.TypedMultipleChoiceField(
        label=_("Posts"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One to three."),
        error_messages={
            "required": _("Choose at least one post."),
            "invalid_choice": _("One of these posts can no longer be shared. Choose again."),
        },
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, offered: Sequence[OpenPost], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedMultipleChoiceField", self.fields["posts"])
        field.choices = [(post.pk, post.title) for post in offered]

    def clean_posts(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["posts"]
        if len(chosen) > IN_NEWSLETTER:
            raise ValidationError(_("Choose at most three: one is read, ten are not."))
        return chosen

"""A post as an editor fills it in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q
from django.forms.models import ModelChoiceIteratorValue
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from vaandel.lib.choices import RowsField
from vaandel.organizations.destinations import allowed
from vaandel.organizations.models import Unit
from vaandel.posts.forms.fields import (
    LANGUAGE_NAMES,
    MOST_ANGLES,
    ColleagueField,
    LaterFileField,
    MomentField,
    text,
)
from vaandel.posts.models import CommercialClass, Pace, Post, PostKind
from vaandel.posts.queries import Choices
from vaandel.posts.services import AngleText, Content
from vaandel.posts.words import missing_text
from vaandel.programmes.models import Programme, Topic

LARGEST_VERSION = 2**31 - 1
PLAIN_FIELDS = (
    "kind",
    "title",
    "summary",
    "body",
    "target_url",
    "language",
    "audience_languages",
    "commercial_class",
    "pace",
    "urgent",
    "facts_cleared",
    "no_facts",
    "please_do",
    "please_do_not",
    "ask_whom",
    "contact",
    "event_at",
    "event_place",
    "publish_at",
    "expires_at",
)


LONGEST_LINK = 2000


class EditorForm(forms.Form):
    """A post as an editor writes it. A draft may be half done; publishing asks for the rest."""

    use_required_attribute = False

    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What kind of post is it?"), choices=PostKind.choices)
    title = text(_("Title"), most=200, later=True)
    summary = text(
        _("Why would a colleague want to share this?"),
        rows=2,
        help_text=_("This stands on the card, instead of a slogan."),
    )
    body = text(_("Text"), rows=6, most=5000)
    target_url = text(_("Link"), most=LONGEST_LINK)
    document = LaterFileField(
        label=_("Document"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the post"), choices=list(LANGUAGE_NAMES.items())
    )
    topics = RowsField(
        Topic.across_tenants.none(),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audience_units = RowsField(
        Unit.across_tenants.none(),
        label=_("Only for these units"),
        help_text=_("Choose nothing to offer it to everybody who follows a topic."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audience_languages = forms.MultipleChoiceField(
        label=_("Only for who writes in"),
        choices=list(LANGUAGE_NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    commercial_class = forms.ChoiceField(
        label=_("Sort of post"), choices=CommercialClass.choices, widget=forms.RadioSelect
    )
    pace = forms.ChoiceField(
        label=_("How fast?"), choices=Pace.choices, required=False, widget=forms.RadioSelect
    )
    urgent = forms.BooleanField(
        label=_("It is urgent"),
        help_text=_(
            "Then we do not wait for somebody’s next weekly mail. Still only in their own hours,"
            " within what you allow in a week, and for nobody more than twice a month."
        ),
        required=False,
    )
    facts_cleared = text(
        _("Cleared facts"), rows=3, help_text=_("One on each line."), most=2000, later=True
    )
    please_do = text(_("Please do"), rows=3, most=2000)
    please_do_not = text(_("Rather not"), rows=3, most=2000)
    no_facts = forms.BooleanField(
        label=_("There are no figures or facts that need clearing"), required=False
    )
    ask_whom = ColleagueField(label=_("Whom to ask"), help_text=_("Let them know."))
    contact = ColleagueField(
        label=_("Whose news or vacancy is it?"),
        help_text=_("This colleague may thank those who shared it."),
    )
    event_at = MomentField(label=_("When is it?"), required=False)
    event_place = text(_("Where is it?"), most=200)
    publish_at = MomentField(label=_("From"), required=False)
    expires_at = MomentField(
        label=_("Until"),
        help_text=_("After that nobody is offered it, and its links lead to something else."),
        required=False,
    )

    def __init__(self, *args: Any, programme: Programme, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post
        fields: Any = self.fields
        chosen = post.topics.values("pk")
        fields["topics"].queryset = Topic.objects.filter(
            Q(archived_at=None) | Q(pk__in=chosen), programme=programme
        ).order_by("position", "pk")
        fields["topics"].label_from_instance = lambda topic: topic.name
        fields["audience_units"].queryset = Unit.objects.order_by("name", "pk")
        fields["audience_units"].label_from_instance = lambda unit: unit.name
        fields["kind"].widget.attrs["data-kind"] = ""
        fields["document"].required = getattr(post, "document", None) is None
        for code in LANGUAGE_NAMES:
            for row in range(MOST_ANGLES):
                angle = text(_("Angle"), most=400)
                angle.widget.attrs.update({"placeholder": " ", "data-angle": code})
                fields[f"angle_{code}_{row}"] = angle

    def offer(self, given: Choices) -> None:
        """Show these topics and units, which were read already."""
        fields: Any = self.fields
        for name, rows in (("topics", given.topics), ("audience_units", given.units)):
            fields[name].choices = [
                (ModelChoiceIteratorValue(row.pk, row), row.name) for row in rows
            ]

    def clean_pace(self) -> str:
        """A page that was opened before there was a choice sends none."""
        pace: str = self.cleaned_data["pace"]
        return pace or self.post.pace

    def clean_target_url(self) -> str:
        url: str = self.cleaned_data["target_url"]
        if not url:
            return ""
        if "://" not in url and "." in url.partition("/")[0]:
            url = f"https://{url}"
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError as error:
            raise ValidationError(
                _("This is not a whole link. Copy it from the address bar.")
            ) from error
        # As it is sent: every letter that is not English takes more room there.
        if len(iri_to_uri(url)) > LONGEST_LINK:
            raise ValidationError(
                _("This is too long: at most %(limit_value)d characters."),
                params={"limit_value": LONGEST_LINK},
            )
        if not allowed(self.post.organization, url):
            raise ValidationError(missing_text("target_allowed"))
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("publish_at"), data.get("expires_at")
        if start and end and end <= start:
            self.add_error("expires_at", _("The end lies before the beginning."))
        if start and self.post.state == Post.State.PLANNED and start <= timezone.now():
            self.add_error("publish_at", _("Choose a moment in the future, or publish it now."))
        return data

    def content(self) -> Content:
        data = self.cleaned_data
        angles = [
            AngleText(code, data[name].strip())
            for code in LANGUAGE_NAMES
            for row in range(MOST_ANGLES)
            if data.get(name := f"angle_{code}_{row}", "").strip()
        ]
        return Content(
            fields={name: data[name] for name in PLAIN_FIELDS},
            topics=list(data["topics"]),
            units=list(data["audience_units"]),
            angles=angles,
        )

    def alts(self) -> dict[int, str]:
        """The descriptions of pictures that stand in the same form, by picture."""
        found = {}
        for name, value in self.data.items():
            if name.startswith("alt_") and name[4:].isdecimal():
                found[int(name[4:])] = str(value).replace("\x00", "")
        return found

    def removed(self) -> list[int]:
        return [
            int(name[7:])
            for name in self.data
            if name.startswith("remove_") and name[7:].isdecimal()
        ]


class ReasonForm(forms.Form):
    """Why a post is withdrawn or sent back."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why in a few words. Your colleagues see it.")},
    )


class StartForm(forms.Form):
    """How a post begins that has no link."""

    kind = forms.ChoiceField(choices=PostKind.choices)
    day = forms.DateField(required=False)

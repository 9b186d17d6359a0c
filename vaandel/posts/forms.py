"""What editors fill in, and what colleagues send in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Member, Unit
from vaandel.posts.models import CommercialClass, Occasion, Post, PostKind
from vaandel.posts.services import AngleText, Content
from vaandel.programmes.models import Programme, Topic

LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
MOST_ANGLES = 6
PLAIN_FIELDS = (
    "kind",
    "title",
    "summary",
    "body",
    "target_url",
    "language",
    "audience_languages",
    "commercial_class",
    "facts_cleared",
    "please_do",
    "please_do_not",
    "ask_whom",
    "contact",
    "event_at",
    "event_place",
    "publish_at",
    "expires_at",
)


class LocalMoment(forms.DateTimeField):
    """A day and time in the person's own time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code == "ambiguous_timezone":
                raise ValidationError(
                    _("On that night the clock changes, so this time comes twice or not at all.")
                ) from error
            raise ValidationError(
                _("This is not a day with a time. Write it as 2027-01-15 09:30.")
            ) from error


def text(label: Any, *, rows: int = 0, help_text: Any = "", most: int = 600) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=False,
        widget=widget,
        error_messages={"max_length": _("This is too long: at most %(limit_value)d characters.")},
    )


class EditorForm(forms.Form):
    """A post as an editor writes it. A draft may be half done; publishing asks for the rest."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What kind of post is it?"), choices=PostKind.choices)
    title = text(_("Title"), most=200)
    summary = text(
        _("Why would a colleague want to share this?"),
        rows=2,
        help_text=_("This stands on the card, instead of a slogan."),
    )
    body = text(_("Text"), rows=6, most=5000)
    target_url = text(_("Link"), most=2000)
    language = forms.ChoiceField(
        label=_("Language of the post"), choices=list(LANGUAGE_NAMES.items())
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.across_tenants.none(),
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    audience_units = forms.ModelMultipleChoiceField(
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
    facts_cleared = text(_("Cleared facts"), rows=3, most=2000)
    please_do = text(_("Please do"), rows=3, most=2000)
    please_do_not = text(_("Rather not"), rows=3, most=2000)
    ask_whom = forms.ModelChoiceField(
        Member.across_tenants.none(), label=_("Whom to ask"), required=False
    )
    contact = forms.ModelChoiceField(
        Member.across_tenants.none(),
        label=_("Whose news or vacancy is it?"),
        help_text=_("This colleague may thank those who shared it."),
        required=False,
    )
    event_at = LocalMoment(label=_("When is it?"), required=False)
    event_place = text(_("Where is it?"), most=200)
    publish_at = LocalMoment(label=_("From"), required=False)
    expires_at = LocalMoment(
        label=_("Until"),
        help_text=_("After that nobody is offered it, and its links lead to something else."),
        required=False,
    )

    def __init__(self, *args: Any, programme: Programme, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post
        fields: Any = self.fields
        fields["topics"].queryset = Topic.objects.filter(
            programme=programme, archived_at=None
        ).order_by("position", "pk")
        fields["topics"].label_from_instance = lambda topic: topic.name
        fields["audience_units"].queryset = Unit.objects.order_by("name", "pk")
        fields["audience_units"].label_from_instance = lambda unit: unit.name
        people = _people_to_ask(post)
        for name in ("ask_whom", "contact"):
            fields[name].queryset = people
            fields[name].label_from_instance = lambda member: member.user.display_name
            fields[name].empty_label = _("Nobody")
        for code in LANGUAGE_NAMES:
            for row in range(MOST_ANGLES):
                fields[f"angle_{code}_{row}"] = text(_("Angle"), most=400)

    def clean_target_url(self) -> str:
        url: str = self.cleaned_data["target_url"].strip()
        if not url:
            return ""
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError as error:
            raise ValidationError(
                _("This is not a whole link. Copy it from the address bar.")
            ) from error
        return url

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("publish_at"), data.get("expires_at")
        if start and end and end <= start:
            self.add_error("expires_at", _("The end lies before the beginning."))
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


def _people_to_ask(post: Post) -> Any:
    """People with a part in the studio, and whoever was chosen before."""
    studio = (
        Member.objects.filter(is_owner=True)
        | Member.objects.filter(is_editor=True)
        | Member.objects.filter(is_approver=True)
        | Member.objects.filter(is_coach=True)
        | Member.objects.filter(pk__in=[pk for pk in (post.ask_whom_id, post.contact_id) if pk])
    )
    return studio.select_related("user").order_by("user__name", "pk")


def initial_of(post: Post) -> dict[str, Any]:
    """The post as it stands, for a form that was not filled in yet."""
    initial: dict[str, Any] = {name: getattr(post, name) for name in PLAIN_FIELDS}
    initial["version"] = post.version
    initial["ask_whom"], initial["contact"] = post.ask_whom_id, post.contact_id
    initial["topics"] = list(post.topics.values_list("pk", flat=True))
    initial["audience_units"] = list(post.audience_units.values_list("pk", flat=True))
    rows: dict[str, int] = {}
    for angle in post.angles.order_by("position"):
        row = rows.get(angle.language, 0)
        initial[f"angle_{angle.language}_{row}"] = angle.text
        rows[angle.language] = row + 1
    return initial


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


class CalendarForm(forms.Form):
    """Which weeks of the calendar; what is not understood is left out."""

    view = forms.ChoiceField(choices=[("week", ""), ("month", "")], required=False)
    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def day(self) -> date | None:
        self.is_valid()
        return self.cleaned_data.get("on")

    def view_name(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("view") or "week"


class ListForm(forms.Form):
    """Search and filters of the list; what is not understood is left out."""

    q = forms.CharField(max_length=100, required=False, label=_("Search"))
    state = forms.ChoiceField(
        choices=[("", _("All states")), *Post.State.choices], required=False, label=_("State")
    )
    topic = forms.ModelChoiceField(
        Topic.across_tenants.none(), required=False, label=_("Topic"), empty_label=_("All topics")
    )
    kind = forms.ChoiceField(
        choices=[("", _("All kinds")), *PostKind.choices], required=False, label=_("Kind")
    )
    language = forms.ChoiceField(
        choices=[("", _("All languages")), *LANGUAGE_NAMES.items()],
        required=False,
        label=_("Language"),
    )
    author = forms.ModelChoiceField(
        Member.across_tenants.none(), required=False, label=_("Author"), empty_label=_("Everybody")
    )
    sort = forms.ChoiceField(
        choices=[
            ("", _("Last changed first")),
            ("published", _("Newest published first")),
            ("title", _("By title")),
        ],
        required=False,
        label=_("Order"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics: Any = self.fields["topic"]
        topics.queryset = Topic.objects.order_by("position", "pk")
        topics.label_from_instance = lambda topic: topic.name
        authors: Any = self.fields["author"]
        authors.queryset = (
            Member.objects.filter(pk__in=Post.objects.values("created_by"))
            .select_related("user")
            .order_by("user__name", "pk")
        )
        authors.label_from_instance = lambda member: member.user.display_name
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class StoryForm(forms.Form):
    """An own story: an occasion and three short questions."""

    occasion = forms.ChoiceField(
        label=_("What happened?"), choices=Occasion.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=_("In one line"),
        max_length=200,
        error_messages={"required": _("Give it one line, as you would say it over coffee.")},
    )
    answer_1 = text(_("What did you do or see?"), rows=3, most=2000)
    answer_2 = text(_("What surprised you?"), rows=2, most=2000)
    answer_3 = text(_("Why does it matter, and to whom?"), rows=2, most=2000)
    picture = forms.FileField(
        label=_("A photo"),
        required=False,
        help_text=_("JPEG, PNG or WebP. We take out the place where it was taken."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )
    alt = text(_("What is on the photo, for who cannot see it?"), most=300)
    wants_to_read_along = forms.BooleanField(
        label=_("I want to read along before it goes out"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in (1, 2, 3):
            name = f"answer_{number}"
            self.fields[name].widget.attrs["data-keep"] = name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"answer_{n}", "").strip() for n in (1, 2, 3)):
            self.add_error("answer_1", _("Answer at least one question. A few words are enough."))
        if data.get("picture") and not data.get("alt", "").strip():
            self.add_error("alt", _("Say in a few words what is on the photo."))
        return data

    def answers(self) -> list[str]:
        return [self.cleaned_data[f"answer_{n}"].strip() for n in (1, 2, 3)]

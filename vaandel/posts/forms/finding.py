"""What the calendar and the list understand of an address. What is not understood is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Member
from vaandel.posts.forms.fields import LANGUAGE_NAMES
from vaandel.posts.models import Post, PostKind
from vaandel.programmes.models import Topic


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

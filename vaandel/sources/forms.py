"""What editors type about sources and links."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

MAX_ADDRESS = 2000


class TopicChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class TopicForm(forms.Form):
    topic = TopicChoice(
        label=_("Topic"),
        queryset=Topic.across_tenants.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Posts made from this source start with this topic."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(TopicChoice, self.fields["topic"])
        field.queryset = Topic.objects.filter(archived_at=None).order_by("position", "pk")


class SourceForm(TopicForm):
    """The address is checked by fetching it, so that people may leave out https://."""

    field_order = ("url", "topic")
    url = forms.CharField(
        label=_("Address of the feed or the website"),
        help_text=_("A web page will do: we look for the feed that it names."),
        max_length=MAX_ADDRESS,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"required": _("Fill in an address.")},
    )


class InboxForm(forms.Form):
    """The filter of the inbox. What is wrong in an address is left out."""

    q = forms.CharField(required=False, max_length=100)
    show = forms.ChoiceField(required=False, choices=[("new", ""), ("dismissed", "")])

    def search(self) -> str:
        return str(self.cleaned_data.get("q") or "") if self.is_valid() else ""

    def shown(self) -> str:
        return str((self.is_valid() and self.cleaned_data.get("show")) or "new")


class PreviewForm(forms.Form):
    """A link that was pasted; ``post`` is the draft that is being written, if there is one."""

    url = forms.CharField(max_length=MAX_ADDRESS)
    post = forms.ModelChoiceField(queryset=Post.across_tenants.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Post]", self.fields["post"]).queryset = Post.objects.all()

"""What an editor chooses when looking at a mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaandel.posts.models import Post

WIDTHS = [("wide", _("On a computer")), ("narrow", _("On a phone"))]
LOOKS = [("light", _("Light")), ("dark", _("Dark"))]
POSTS = 30


class LookForm(forms.Form):
    """Every field may be left out or be wrong: then it is what it is at first."""

    post = forms.TypedChoiceField(label=_("Post"), coerce=int)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    width = forms.ChoiceField(label=_("Width"), choices=WIDTHS)
    look = forms.ChoiceField(label=_("Look"), choices=LOOKS)
    bare = forms.BooleanField(
        label=_("Without pictures"),
        required=False,
        help_text=_("As many mail programs show it at first."),
    )

    def __init__(self, data: Any, *, posts: list[Post], language: str) -> None:
        first = {"language": language, "width": "wide", "look": "light"}
        if posts:
            first["post"] = str(posts[0].pk)
        given = {name: value for name, value in data.items() if value}
        super().__init__({**first, **given})
        self.first = first
        self.posts = {post.pk: post for post in posts}
        choices = [(post.pk, post.title) for post in posts]
        self.fields["post"].choices = choices  # type: ignore[attr-defined]
        if not posts:
            del self.fields["post"]

    def value(self, name: str) -> str:
        """The choice, or what it is at first."""
        valid = self.is_valid() or name not in self.errors
        return str(self.cleaned_data.get(name) if valid else self.first.get(name, ""))

    @property
    def post_chosen(self) -> Post | None:
        chosen = self.value("post") if "post" in self.fields else ""
        return self.posts.get(int(chosen)) if chosen.isdigit() else None

    @property
    def is_bare(self) -> bool:
        return self.value("bare") == "True"

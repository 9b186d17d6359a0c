"""Everything the editor's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaandel.organizations.decorators import MemberRequest
from vaandel.posts.forms import LANGUAGE_NAMES, MOST_ANGLES, EditorForm, initial_of
from vaandel.posts.models import Autosave, Post, PostPicture
from vaandel.posts.queries import audience_size
from vaandel.posts.services import missing_for
from vaandel.posts.words import missing_text

SPARE_ROWS = 1
FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class AngleTab:
    """The angles of one language: filled rows and a few empty ones."""

    code: str
    name: str
    fields: list[Any]
    filled: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two editors filled in differently."""

    label: str
    theirs: str
    yours: str


def editor_page(
    request: MemberRequest,
    post: Post,
    form: EditorForm,
    *,
    kept: Autosave | None = None,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    missing = missing_for(post)
    pictures = list(
        PostPicture.objects.filter(post=post).select_related("asset").order_by("position", "pk")
    )
    context = {
        "post": post,
        "form": form,
        "kept": kept,
        "kept_on_older": kept is not None and kept.base_version != post.version,
        "differences": differences(form, post) if conflict else [],
        "tabs": angle_tabs(form, post),
        "pictures": pictures,
        "checks": [(missing_text(code), code not in missing) for code in ALL_CHECKS],
        "audience": audience_size(post),
        "may_edit": request.member.can_edit and post.state != Post.State.WITHDRAWN,
        "four_eyes": post.programme.four_eyes,
        "own_work": post.created_by_id == request.member.pk,
        "chosen_topics": form["topics"].value() or [],
        "first_topic": post.topics.order_by("position", "pk").first(),
    }
    return render(request, "posts/edit.html", context, status=status)


ALL_CHECKS = ("title", "target_url", "topics", "angles", "facts_cleared", "alt")


def angle_tabs(form: EditorForm, post: Post) -> list[AngleTab]:
    codes = [post.language, *(code for code in LANGUAGE_NAMES if code != post.language)]
    return [_tab(form, code, is_first=code == codes[0]) for code in codes]


def _tab(form: EditorForm, code: str, *, is_first: bool) -> AngleTab:
    fields = [form[f"angle_{code}_{row}"] for row in range(MOST_ANGLES)]
    filled = sum(bool(field.value()) for field in fields)
    shown = max(filled + SPARE_ROWS, FEWEST_ROWS)
    return AngleTab(code, LANGUAGE_NAMES[code], fields[:shown], filled, is_first)


def differences(form: EditorForm, post: Post) -> list[Difference]:
    """Per field what the other editor saved and what this one typed."""
    stored = initial_of(post)
    found = []
    for bound in form:
        if bound.name == "version":
            continue
        theirs, yours = _as_text(form, bound.name, stored.get(bound.name)), _typed(form, bound.name)
        if theirs != yours:
            found.append(Difference(_label(bound), theirs or _("(empty)"), yours or _("(empty)")))
    return found


def _label(bound: Any) -> str:
    parts = bound.name.split("_")
    if parts[0] == "angle" and len(parts) == 3:
        return f"{bound.label} {int(parts[2]) + 1}, {LANGUAGE_NAMES[parts[1]]}"
    return str(bound.label)


def _typed(form: EditorForm, name: str) -> str:
    return _as_text(form, name, form.cleaned_data.get(name))


def _as_text(form: EditorForm, name: str, value: Any) -> str:
    """A value as a person reads it, whether it comes from the form or from the database."""
    field: Any = form.fields[name]
    if value is None or value in ("", []):
        return ""
    if hasattr(field, "queryset"):
        keys = value if isinstance(value, list) or hasattr(value, "all") else [value]
        rows = field.queryset.filter(pk__in=[getattr(key, "pk", key) for key in keys])
        return ", ".join(sorted(field.label_from_instance(row) for row in rows))
    if hasattr(field, "choices"):
        names = {str(key): str(label) for key, label in field.choices}
        keys = value if isinstance(value, list) else [value]
        return ", ".join(names.get(str(key), str(key)) for key in keys)
    return str(value).replace("\r\n", "\n").strip()

"""Everything the editor's page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from vaandel.organizations.decorators import MemberRequest
from vaandel.posts.forms import LANGUAGE_NAMES, MOST_ANGLES, EditorForm
from vaandel.posts.forms.stored import as_data, base_of, initial_of, sent_of
from vaandel.posts.models import Autosave, MediaAsset, Post, PostKind
from vaandel.posts.queries import followers_in_fives, with_parts
from vaandel.posts.regulated import may_go_out, needs_second_person, rule_of
from vaandel.posts.services import missing_for, most_bytes, open_states
from vaandel.posts.services.conditions import GOING_OUT
from vaandel.posts.views.conflicts import Difference
from vaandel.posts.words import check_text, weekly_limit

GAP: Final = re.compile("_{3,}")


@dataclass(frozen=True, slots=True)
class AngleTab:
    """The angles of one language."""

    code: str
    name: str
    fields: list[Any]
    filled: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Picture:
    asset: MediaAsset
    alt: str
    lacks_alt: bool


@dataclass(frozen=True, slots=True)
class Check:
    """Something a post needs, and where on the page."""

    text: str
    done: bool
    anchor: str


def editor_page(
    request: MemberRequest,
    post: Post,
    form: EditorForm | None = None,
    *,
    kept: Autosave | None = None,
    differences: list[Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Without a form: the post as it stands, or as it was typed in ``kept``."""
    choices = with_parts(post)
    form = form or form_for(post, as_data(kept.data) if kept else None)
    form.offer(choices)
    topics = list(post.topics.all())
    pictures = _pictures(post, form)
    context = {
        "post": post,
        "form": form,
        "base": form.data.get("base") if form.is_bound else base_of(sent_of(post)),
        "kept": kept,
        "kept_on_older": kept is not None and kept.base_version != post.version,
        "differences": differences or [],
        "tabs": angle_tabs(form, post),
        "pictures": pictures,
        "document": getattr(post, "document", None),
        "document_limit": most_bytes(),
        "checks": _checks(post),
        "audience": followers_in_fives(post),
        "weekly_limit": weekly_limit(post.programme),
        "may_edit": request.member.can_edit and post.state in open_states(post),
        "four_eyes": needs_second_person(post),
        "rule": rule_of(post),
        "unapproved": post.state in GOING_OUT and not may_go_out(post),
        "own_work": post.created_by_id == request.member.pk,
        "first_topic": topics[0] if topics else None,
        "angle_pieces": _pieces(post),
    }
    return render(request, "posts/edit.html", context, status=status)


def form_for(post: Post, data: QueryDict | None = None) -> EditorForm:
    if data is None:
        return EditorForm(initial=initial_of(post), programme=post.programme, post=post)
    return EditorForm(data, programme=post.programme, post=post)


def anchor_of(code: str, post: Post) -> str:
    """Where somebody fills in what is missing."""
    return {
        "target_allowed": "id_target_url",
        "topics": "id_topics_0",
        "angles": f"id_angle_{post.language}_0",
        "gaps": f"id_angle_{post.language}_0",
        "end_needed": "id_expires_at",
        "risk_line": "id_topics_0",
        "pictures": "id_pictures",
        "alt": "pictures",
    }.get(code, f"id_{code}")


def _checks(post: Post) -> list[Check]:
    missing = missing_for(post)
    codes = ["title", "target_url", "topics", "angles", "facts_cleared", "alt"]
    if post.kind in (PostKind.TEXT, PostKind.STORY, PostKind.IMAGE, PostKind.DOCUMENT):
        codes.remove("target_url")
    if "target_allowed" in missing:
        codes.insert(2, "target_allowed")
    if post.kind == PostKind.IMAGE:
        codes.append("pictures")
    if post.kind == PostKind.DOCUMENT:
        codes.append("document")
    if post.kind == PostKind.EVENT:
        codes.insert(2, "event_at")
    if rule_of(post) is not None:
        codes += ["end_needed", "gaps", "risk_line"]
    return [Check(check_text(code), code not in missing, anchor_of(code, post)) for code in codes]


def angle_tabs(form: EditorForm, post: Post) -> list[AngleTab]:
    """The post's own language first; the one with a mistake in it is in front."""
    codes = [post.language, *(code for code in LANGUAGE_NAMES if code != post.language)]
    rows = {
        code: [form[f"angle_{code}_{row}"] for row in range(MOST_ANGLES)] for code in LANGUAGE_NAMES
    }
    wrong = [code for code in codes if form.is_bound and any(row.errors for row in rows[code])]
    chosen = (wrong or codes)[0]
    return [
        AngleTab(
            code=code,
            name=LANGUAGE_NAMES[code],
            fields=rows[code],
            filled=sum(bool(row.value()) for row in rows[code]),
            is_chosen=code == chosen,
        )
        for code in codes
    ]


def _pictures(post: Post, form: EditorForm) -> list[Picture]:
    """With the descriptions as typed, when the form comes back."""
    found = []
    for row in post.picture_rows.all():
        alt = form.data.get(f"alt_{row.asset_id}", row.asset.alt)
        found.append(Picture(row.asset, alt, lacks_alt=form.is_bound and not alt))
    return found


def _pieces(post: Post) -> list[str]:
    """The first angle in the post's own language, cut at its gaps."""
    own = [angle.text for angle in post.angles.all() if angle.language == post.language]
    return GAP.split(own[0]) if own else []

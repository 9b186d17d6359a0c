"""Writing a post: beginning, keeping what is typed, saving, and what comes after saving."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts import services
from vaandel.posts.access import editable_post_for, reviewable_post_for
from vaandel.posts.forms import EditorForm, StartForm
from vaandel.posts.forms.fields import written
from vaandel.posts.forms.stored import base_of, different, sent_of
from vaandel.posts.models import Autosave, Post
from vaandel.posts.queries import colleagues_like
from vaandel.posts.services import EditedMeanwhile, NotReady, WrongState
from vaandel.posts.views.conflicts import differences, merged
from vaandel.posts.views.documents import save_document
from vaandel.posts.views.editor_page import editor_page, form_for
from vaandel.posts.words import missing_text, picture_problem, weekly_limit
from vaandel.programmes.queries import the_programme

STUDIO: Final = (Role.OWNER, Role.EDITOR, Role.APPROVER)
EDITORS: Final = (Role.OWNER, Role.EDITOR)
# Sent along, but not typed by anybody.
NOT_TYPED: Final = ("csrfmiddlewaretoken", "action", "post", "url")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*EDITORS)
def new(request: MemberRequest) -> HttpResponse:
    """Paste a link (``sources`` makes the draft), or begin without one."""
    if request.method != "POST":
        return render(request, "posts/new.html", {"day": request.GET.get("day", "")})
    form = StartForm(request.POST)
    if not form.is_valid():
        return render(request, "posts/new.html", {"day": ""}, status=422)
    day, publish_at = form.cleaned_data["day"], None
    if day and day > timezone.localdate():
        publish_at = timezone.make_aware(datetime.combine(day, time(10)))
    post = services.begin_draft(
        programme=the_programme(request.member.organization),
        kind=form.cleaned_data["kind"],
        by=request.member,
        publish_at=publish_at,
        at=timezone.now(),
    )
    return redirect("posts:edit", request.member.organization.slug, post.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*STUDIO)
def edit(request: MemberRequest, post_id: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, editable_post_for(request.member, post_id))
    post = reviewable_post_for(request.member, post_id)
    kept = Autosave.objects.filter(post=post, member=request.member).first()
    if kept and post.state not in services.open_states(post):
        kept = None
    return editor_page(request, post, kept=kept)


def _save(request: MemberRequest, post: Post) -> HttpResponse:
    sent = merged(request.POST, post)
    form = form_for(post, sent)
    if not form.is_valid():
        return editor_page(request, post, form, status=422)
    try:
        post = services.save_post(
            post=post,
            version=form.cleaned_data["version"],
            content=form.content(),
            by=request.member,
            at=timezone.now(),
        )
    except EditedMeanwhile as edited:
        if different(form, edited.post):
            _keep(request, edited.post, sent)
            return _conflict(request, edited.post, form)
        # The same words twice: a second press, or two people of one mind.
        post = edited.post
    except NotReady as not_ready:
        return _still_missing(request, post, form, not_ready)
    except WrongState:
        messages.info(request, _("Its text is closed now. This is how it stands."))
        return _to(post)
    problems = _save_pictures(request, post, form)
    bad_document = save_document(request, post)
    if problems or bad_document:
        again = _again(form, post, problems)
        for problem in bad_document:
            again.add_error("document", problem)
        return editor_page(request, post, again, status=422)
    return _act(request, post, form)


def _to(post: Post) -> HttpResponse:
    return redirect("posts:edit", post.organization.slug, post.pk)


def _again(form: EditorForm, post: Post, problems: list[str]) -> EditorForm:
    """The form after saving, with what is still wrong: the same words, on the new version."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"], data["base"] = str(post.version), base_of(sent_of(post))
    fresh = form_for(post, data)
    fresh.is_valid()
    for problem in problems:
        fresh.add_error(None, problem)
    return fresh


def _conflict(request: MemberRequest, post: Post, form: EditorForm) -> HttpResponse:
    """Show both versions. Saving again settles it."""
    found = differences(form, post, base=form.data.get("base", ""))
    again = _again(form, post, [])
    return editor_page(request, post, again, differences=found, status=409)


def _save_pictures(request: MemberRequest, post: Post, form: EditorForm) -> list[str]:
    """Describe, remove, move and add pictures; what could not be used, in words."""
    rows = {row.asset_id: row.asset for row in post.picture_rows.select_related("asset")}
    for asset_id, alt in form.alts().items():
        if asset_id in rows and rows[asset_id].alt != alt.strip():
            services.describe_picture(asset=rows[asset_id], alt=alt)
    for asset_id in form.removed():
        if asset_id in rows:
            services.detach_picture(post=post, asset=rows[asset_id])
    verb, _colon, number = request.POST.get("action", "").partition(":")
    if verb == "first" and number.isdecimal() and int(number) in rows:
        services.put_picture_first(post=post, asset=rows[int(number)])
    problems = []
    for file in request.FILES.getlist("pictures"):
        try:
            services.add_picture(post=post, file=file, by=request.member, at=timezone.now())
        except services.BadPicture as bad:
            problems.append(picture_problem(file.name or "", bad.reason))
    return problems


def _act(request: MemberRequest, post: Post, form: EditorForm) -> HttpResponse:
    """After saving: nothing more, or fetch the link, publish, plan or submit."""
    by, at, action = request.member, timezone.now(), request.POST.get("action", "save")
    try:
        if action == "fetch":
            # Everything that was sent goes on to whoever reads web pages.
            return redirect("sources:preview", post.organization.slug, preserve_request=True)
        if action == "publish":
            services.publish_post(post=post, by=by, at=at)
            messages.success(request, _live_text(post))
        elif action == "plan":
            return _plan(request, post, form)
        elif action == "submit":
            services.submit_for_review(post=post, by=by, at=at)
            messages.success(request, _("Sent to your colleagues to read along."))
        else:
            messages.success(request, _("Saved."))
    except NotReady as not_ready:
        return _still_missing(request, post, form, not_ready)
    except WrongState:
        messages.info(request, _("That has been done already. This is how it stands now."))
    return _to(post)


def _live_text(post: Post) -> str:
    if post.organization.stopped_at is not None:
        return _("It is live. Nobody is offered it until sharing goes on.")
    live = _("It is live. Colleagues are offered it from now on.")
    return f"{live} {weekly_limit(post.programme)}"


def _plan(request: MemberRequest, post: Post, form: EditorForm) -> HttpResponse:
    moment = form.cleaned_data["publish_at"]
    if moment is None or moment <= timezone.now():
        fresh = _again(form, post, [])
        fresh.add_error("publish_at", _("Choose a moment in the future, or publish it now."))
        return editor_page(request, post, fresh, status=422)
    services.plan_post(post=post, by=request.member, publish_at=moment, at=timezone.now())
    messages.success(request, _("It is in the calendar and goes out by itself."))
    return _to(post)


def _still_missing(
    request: MemberRequest, post: Post, form: EditorForm, not_ready: NotReady
) -> HttpResponse:
    """Everything that is missing at once, each at its field."""
    post.refresh_from_db()
    fresh = _again(form, post, [])
    for code in not_ready.missing:
        field = {
            "target_allowed": "target_url",
            "angles": f"angle_{post.language}_0",
            "alt": None,
            "pictures": None,
            "end_needed": "expires_at",
            "gaps": f"angle_{post.language}_0",
            "risk_line": "topics",
        }
        fresh.add_error(field.get(code, code), missing_text(code))
    return editor_page(request, post, fresh, status=422)


def _keep(request: MemberRequest, post: Post, sent: QueryDict) -> None:
    services.autosave(
        post=post,
        member=request.member,
        base_version=int(sent.get("version", "1")),
        data=services.without_nuls(
            {name: sent.getlist(name) for name in sent if name not in NOT_TYPED}
        ),
        at=timezone.now(),
    )


@require_POST
@role_required(*EDITORS)
def autosave(request: MemberRequest, post_id: int) -> HttpResponse:
    """Keep what is being typed. The post itself changes only when it is saved."""
    post = editable_post_for(request.member, post_id)
    form = form_for(post, request.POST)
    if "version" in form.errors or post.state not in services.open_states(post):
        return JsonResponse({"saved": False}, status=422)
    _keep(request, post, request.POST)
    return JsonResponse({"saved": True})


@require_POST
@role_required(*EDITORS)
def discard(request: MemberRequest, post_id: int) -> HttpResponse:
    """Go back to what was saved last."""
    post = editable_post_for(request.member, post_id)
    services.discard_autosave(post=post, member=request.member)
    return _to(post)


@require_safe
@role_required(*EDITORS)
def colleagues(request: MemberRequest) -> HttpResponse:
    """Names that fit what is being typed in a field for a colleague."""
    typed = request.GET.get("ask_whom") or request.GET.get("contact") or ""
    found = [written(member) for member in colleagues_like(typed)]
    return render(request, "posts/edit.html#colleagues", {"colleagues": found})

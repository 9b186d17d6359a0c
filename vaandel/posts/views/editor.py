"""Writing a post: from a link or from nothing, saving, and letting it go out."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts import services
from vaandel.posts.access import editable_post_for, reviewable_post_for
from vaandel.posts.forms import EditorForm, ReasonForm, StartForm, initial_of
from vaandel.posts.models import Autosave, Post
from vaandel.posts.services import EditedMeanwhile, NotReady, WrongState
from vaandel.posts.views.editor_page import editor_page
from vaandel.posts.words import missing_text, picture_problem
from vaandel.programmes.queries import the_programme

STUDIO: Final = (Role.OWNER, Role.EDITOR, Role.APPROVER)
EDITORS: Final = (Role.OWNER, Role.EDITOR)
# What is missing stands at its field; pictures have none of their own.
FIELD_OF: Final[dict[str, str | None]] = {"alt": None, "pictures": None}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*EDITORS)
def new(request: MemberRequest) -> HttpResponse:
    """Paste a link (``sources`` makes the draft), or begin without one."""
    if request.method != "POST":
        return render(request, "posts/new.html", {"day": request.GET.get("day", "")})
    form = StartForm(request.POST)
    if not form.is_valid():
        return render(request, "posts/new.html", {"day": ""}, status=422)
    fields: dict[str, Any] = {}
    day = form.cleaned_data["day"]
    if day and day > timezone.localdate():
        fields["publish_at"] = timezone.make_aware(datetime.combine(day, time(10)))
    post = services.create_draft(
        programme=the_programme(request.member.organization),
        kind=form.cleaned_data["kind"],
        by=request.member,
        at=timezone.now(),
        content=services.Content(fields=fields),
    )
    return redirect("posts:edit", request.member.organization.slug, post.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*STUDIO)
def edit(request: MemberRequest, post_id: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, editable_post_for(request.member, post_id))
    post = reviewable_post_for(request.member, post_id)
    kept = Autosave.objects.filter(post=post, member=request.member).first()
    form = EditorForm(initial=initial_of(post), programme=post.programme, post=post)
    if kept is not None:
        typed = QueryDict(mutable=True)
        for name, values in kept.data.items():
            typed.setlist(name, values)
        form = EditorForm(typed, programme=post.programme, post=post)
    return editor_page(request, post, form, kept=kept)


def _save(request: MemberRequest, post: Post) -> HttpResponse:
    form = EditorForm(request.POST, programme=post.programme, post=post)
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
    except EditedMeanwhile as conflict:
        _keep(request, post)
        return editor_page(request, conflict.post, form, conflict=True, status=409)
    problems = _save_pictures(request, post, form)
    if problems:
        for problem in problems:
            form.add_error(None, problem)
        return editor_page(request, post, _saved(form, post), status=422)
    return _act(request, post, form)


def _saved(form: EditorForm, post: Post) -> EditorForm:
    """The form after saving: the same words, on the new version."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(post.version)
    fresh = EditorForm(data, programme=post.programme, post=post)
    fresh.is_valid()
    for field, errors in form.errors.items():
        if field == "__all__":
            for error in errors:
                fresh.add_error(None, error)
    return fresh


def _save_pictures(request: MemberRequest, post: Post, form: EditorForm) -> list[str]:
    """Describe, remove and add pictures; what could not be used, in words."""
    rows = {row.asset_id: row.asset for row in post.picture_rows.select_related("asset")}
    for asset_id, alt in form.alts().items():
        if asset_id in rows:
            services.describe_picture(asset=rows[asset_id], alt=alt)
    for asset_id in form.removed():
        if asset_id in rows:
            services.detach_picture(post=post, asset=rows[asset_id])
    problems = []
    for file in request.FILES.getlist("pictures"):
        try:
            services.add_picture(post=post, file=file, by=request.member, at=timezone.now())
        except services.BadPicture as bad:
            problems.append(picture_problem(file.name or "", bad.reason))
    return problems


def _act(request: MemberRequest, post: Post, form: EditorForm) -> HttpResponse:
    """After saving: nothing more, or publish, plan or submit."""
    action = request.POST.get("action", "save")
    here = redirect("posts:edit", request.member.organization.slug, post.pk)
    try:
        if action == "publish":
            services.publish_post(post=post, by=request.member, at=timezone.now())
            messages.success(request, _("It is live. Colleagues are offered it from now on."))
        elif action == "plan":
            return _plan(request, post, form)
        elif action == "submit":
            services.submit_for_review(post=post, by=request.member, at=timezone.now())
            messages.success(request, _("Sent to your colleagues to read along."))
        else:
            messages.success(request, _("Saved."))
    except NotReady as not_ready:
        return _still_missing(request, post, form, not_ready)
    except WrongState:
        messages.info(request, _("Somebody else has just done that. This is how it stands now."))
    return here


def _plan(request: MemberRequest, post: Post, form: EditorForm) -> HttpResponse:
    moment = form.cleaned_data["publish_at"]
    if moment is None or moment <= timezone.now():
        fresh = _saved(form, post)
        fresh.add_error("publish_at", _("Choose a moment in the future, or publish it now."))
        return editor_page(request, post, fresh, status=422)
    services.plan_post(post=post, by=request.member, publish_at=moment, at=timezone.now())
    messages.success(request, _("It is in the calendar and goes out by itself."))
    return redirect("posts:edit", request.member.organization.slug, post.pk)


def _still_missing(
    request: MemberRequest, post: Post, form: EditorForm, not_ready: NotReady
) -> HttpResponse:
    fresh = _saved(form, post)
    for code in not_ready.missing:
        field = {"angles": f"angle_{post.language}_0", "alt": None, "pictures": None}.get(
            code, code
        )
        fresh.add_error(field, missing_text(code))
    return editor_page(request, post, fresh, status=422)


def _keep(request: MemberRequest, post: Post) -> None:
    data = {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "action", "version")
    }
    services.autosave(
        post=post,
        member=request.member,
        base_version=int(request.POST.get("version") or 0),
        data={**data, "version": [str(post.version)]},
        at=timezone.now(),
    )


@require_POST
@role_required(*EDITORS)
def autosave(request: MemberRequest, post_id: int) -> HttpResponse:
    """Keep what is being typed. The post itself changes only when it is saved."""
    post = editable_post_for(request.member, post_id)
    form = EditorForm(request.POST, programme=post.programme, post=post)
    if "version" in form.errors:
        return JsonResponse({"saved": False}, status=422)
    data = {
        name: request.POST.getlist(name)
        for name in request.POST
        if name not in ("csrfmiddlewaretoken", "action")
    }
    services.autosave(
        post=post,
        member=request.member,
        base_version=form.cleaned_data["version"],
        data=services.without_nuls(data),
        at=timezone.now(),
    )
    return JsonResponse({"saved": True})


@require_POST
@role_required(*EDITORS)
def discard(request: MemberRequest, post_id: int) -> HttpResponse:
    """Go back to what was saved last."""
    post = editable_post_for(request.member, post_id)
    services.discard_autosave(post=post, member=request.member)
    return redirect("posts:edit", request.member.organization.slug, post.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*EDITORS)
def withdraw(request: MemberRequest, post_id: int) -> HttpResponse:
    post = editable_post_for(request.member, post_id)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "posts/withdraw.html", {"post": post, "form": form}, status=status)
    try:
        services.withdraw_post(
            post=post, by=request.member, reason=form.cleaned_data["reason"], at=timezone.now()
        )
    except WrongState:
        messages.info(request, _("Somebody else has just done that. This is how it stands now."))
    else:
        messages.success(request, _("Withdrawn. Its links lead to something else to read."))
    return redirect("posts:edit", request.member.organization.slug, post.pk)


@require_POST
@role_required(*STUDIO)
def review(request: MemberRequest, post_id: int, answer: str) -> HttpResponse:
    """Approve or send back (somebody else than the author), or take it back to the desk."""
    post = reviewable_post_for(request.member, post_id)
    here = redirect("posts:edit", request.member.organization.slug, post.pk)
    try:
        _answer(request, post, answer)
    except services.OwnWork:
        messages.error(request, _("You wrote this one, so somebody else looks at it."))
    except NotReady as not_ready:
        for code in not_ready.missing:
            messages.error(request, missing_text(code))
    except WrongState:
        messages.info(request, _("Somebody else has just done that. This is how it stands now."))
    return here


def _answer(request: MemberRequest, post: Post, answer: str) -> None:
    by, at = request.member, timezone.now()
    if answer == "approve" and by.can_approve:
        services.approve_post(post=post, by=by, at=at)
        messages.success(request, _("Approved. The author sees it."))
    elif answer == "send-back" and by.can_approve:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say in a few words what should change."))
            return
        services.send_back(post=post, by=by, note=form.cleaned_data["reason"], at=at)
        messages.success(request, _("Sent back with your note."))
    elif answer == "desk" and by.can_edit:
        services.back_to_draft(post=post, by=by, at=at)
        messages.success(request, _("Back on the desk. Nobody is offered it."))
    else:
        messages.error(request, _("That is not yours to decide."))

"""The inbox, the sources, and the preview of a pasted link."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from vaandel.lib.rates import allowed
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts.access import submission_for
from vaandel.posts.models import Post, Submission
from vaandel.posts.services import (
    dismiss_submission,
    draft_from,
    fill_from_preview,
    restore_submission,
    use_submission,
)
from vaandel.programmes.queries import the_programme
from vaandel.sources import queries
from vaandel.sources.access import item_for, source_for
from vaandel.sources.fetching import FeedFailed
from vaandel.sources.forms import InboxForm, PreviewForm, SourceForm, TopicForm
from vaandel.sources.models import Item
from vaandel.sources.preview import PreviewFailed, preview
from vaandel.sources.problems import explained
from vaandel.sources.services import (
    AlreadyASource,
    add_source,
    dismiss_item,
    fetch_now,
    pause_source,
    remove_source,
    restore_item,
    restore_source,
    resume_source,
    set_topic,
    use_item,
)
from vaandel.sources.services.inbox import found_page

# Each makes our server ask another one.
FETCHES_PER_MINUTE: Final = 20
STATES: Final = {"new": "NEW", "dismissed": "DISMISSED"}

editors_only = role_required(Role.OWNER, Role.EDITOR)


@require_safe
@editors_only
def inbox(request: MemberRequest) -> HttpResponse:
    form = InboxForm(request.GET)
    search, show = form.search(), form.shown()
    found = queries.inbox(
        state=STATES[show],
        search=search,
        page=request.GET.get("page", ""),
        stories_page=request.GET.get("stories", ""),
        on=timezone.localdate(),
    )
    context = {"inbox": found, "search": search, "show": show}
    return render(request, "sources/inbox.html", context)


@require_POST
@editors_only
def item_use(request: MemberRequest, item_id: int) -> HttpResponse:
    item = item_for(request.member, item_id)
    if not may_fetch(request):
        return _too_often(request, "sources:inbox")
    post = use_item(item=item, by=request.member, at=timezone.now())
    return _to_editor(request, post)


@require_POST
@editors_only
def item_dismiss(request: MemberRequest, item_id: int) -> HttpResponse:
    item = item_for(request.member, item_id)
    dismiss_item(item=item)
    return _item_answer(request, item, _("Not used. It is kept under “Not used”."))


@require_POST
@editors_only
def item_restore(request: MemberRequest, item_id: int) -> HttpResponse:
    item = item_for(request.member, item_id)
    restore_item(item=item)
    return _item_answer(request, item, _("Back in the inbox."))


def _item_answer(request: MemberRequest, item: Item, said: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, said)
        return redirect("sources:inbox", request.member.organization.slug)
    item.refresh_from_db(fields=["state"])
    topics = {item.source.topic_id}
    followers = queries.followers_per_topic(topics - {None}, timezone.localdate())
    row = queries.item_row(item, followers)
    return render(request, "sources/inbox.html#item", {"item": row, "changed": True})


@require_POST
@editors_only
def story_use(request: MemberRequest, submission_id: int) -> HttpResponse:
    post = use_submission(
        submission=submission_for(request.member, submission_id),
        programme=the_programme(request.member.organization),
        by=request.member,
        at=timezone.now(),
    )
    return _to_editor(request, post)


@require_POST
@editors_only
def story_dismiss(request: MemberRequest, submission_id: int) -> HttpResponse:
    story = submission_for(request.member, submission_id)
    dismiss_submission(submission=story, by=request.member, at=timezone.now())
    return _story_answer(request, story, _("Not used. It is kept under “Not used”."))


@require_POST
@editors_only
def story_restore(request: MemberRequest, submission_id: int) -> HttpResponse:
    story = submission_for(request.member, submission_id)
    restore_submission(submission=story)
    return _story_answer(request, story, _("Back in the inbox."))


def _story_answer(request: MemberRequest, story: Submission, said: str) -> HttpResponse:
    if not request.htmx:
        messages.success(request, said)
        return redirect("sources:inbox", request.member.organization.slug)
    story.refresh_from_db(fields=["state"])
    row = queries.story_row(story)
    return render(request, "sources/inbox.html#story", {"story": row, "changed": True})


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def source_list(request: MemberRequest) -> HttpResponse:
    """The list; a posted address is tried at once, so somebody sees whether it works."""
    form = SourceForm(request.POST or None)
    if form.is_valid() and not may_fetch(request):
        return _too_often(request, "sources:list")
    if form.is_valid():
        try:
            source = add_source(
                organization=request.member.organization,
                by=request.member,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except FeedFailed as failure:
            form.add_error("url", explained(failure.problem))
        except AlreadyASource as known:
            name = known.source.name
            form.add_error("url", _("“%(name)s” is a source already.") % {"name": name})
        else:
            messages.success(request, _("“%(name)s” is read from now on.") % {"name": source.name})
            return redirect("sources:list", request.member.organization.slug)
    page, rows = queries.sources_page(request.GET.get("page", ""))
    context = {"form": form, "page": page, "sources": rows, "removed": _just_removed(request)}
    return render(request, "sources/list.html", context, status=422 if form.is_bound else 200)


def _just_removed(request: MemberRequest) -> object:
    removed = request.GET.get("removed", "")
    return source_for(request.member, int(removed)) if removed.isdecimal() else None


@require_POST
@editors_only
def source_fetch(request: MemberRequest, source_id: int) -> HttpResponse:
    source = source_for(request.member, source_id)
    if not may_fetch(request):
        return _too_often(request, "sources:list")
    fetch_now(source=source, at=timezone.now())
    source.refresh_from_db()
    if source.last_error:
        messages.error(request, f"{source.name}: {explained(source.last_error)}")
    else:
        messages.success(request, _("“%(name)s” was read just now.") % {"name": source.name})
    return redirect("sources:list", request.member.organization.slug)


@require_POST
@editors_only
def source_pause(request: MemberRequest, source_id: int) -> HttpResponse:
    source = source_for(request.member, source_id)
    pause_source(source=source, by=request.member, at=timezone.now())
    messages.success(request, _("“%(name)s” is paused.") % {"name": source.name})
    return redirect("sources:list", request.member.organization.slug)


@require_POST
@editors_only
def source_resume(request: MemberRequest, source_id: int) -> HttpResponse:
    source = source_for(request.member, source_id)
    resume_source(source=source, by=request.member, at=timezone.now())
    messages.success(request, _("“%(name)s” is read again.") % {"name": source.name})
    return redirect("sources:list", request.member.organization.slug)


@require_POST
@editors_only
def source_remove(request: MemberRequest, source_id: int) -> HttpResponse:
    source = source_for(request.member, source_id)
    remove_source(source=source, by=request.member, at=timezone.now())
    to = reverse("sources:list", args=[request.member.organization.slug])
    return redirect(f"{to}?removed={source.pk}")


@require_POST
@editors_only
def source_restore(request: MemberRequest, source_id: int) -> HttpResponse:
    source = source_for(request.member, source_id)
    restore_source(source=source, by=request.member, at=timezone.now())
    messages.success(request, _("“%(name)s” is back.") % {"name": source.name})
    return redirect("sources:list", request.member.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def source_topic(request: MemberRequest, source_id: int) -> HttpResponse:
    source = source_for(request.member, source_id)
    form = TopicForm(request.POST or None, initial={"topic": source.topic_id})
    if request.method == "POST" and form.is_valid():
        set_topic(source=source, topic=form.cleaned_data["topic"])
        messages.success(request, _("Saved."))
        return redirect("sources:list", request.member.organization.slug)
    status = 422 if form.is_bound else 200
    return render(request, "sources/topic.html", {"form": form, "source": source}, status=status)


@require_POST
@editors_only
def preview_link(request: MemberRequest) -> HttpResponse:
    """Fill a draft from a pasted link, or make one of it. Answers with the way to the editor."""
    form = PreviewForm(request.POST)
    if not form.is_valid():
        return _no_preview(request, None, _("Fill in the address of a web page."))
    draft = form.cleaned_data["post"]
    if not may_fetch(request):
        return _no_preview(request, draft, _("That was a lot at once. Try again in a minute."))
    try:
        shown = preview(form.cleaned_data["url"])
    except PreviewFailed as failure:
        return _no_preview(request, draft, explained(failure.reason))
    found, by, at = found_page(shown), request.member, timezone.now()
    if draft is not None:
        post = fill_from_preview(post=draft, found=found, by=by, at=at)
    else:
        programme = the_programme(by.organization)
        post = draft_from(programme=programme, found=found, kind=shown.kind, by=by, at=at)
    return _to_editor(request, post)


def _no_preview(request: MemberRequest, post: Post | None, why: str) -> HttpResponse:
    """Say why; the editor has the same fields to fill in by hand."""
    if request.htmx:
        context = {"why": why, "post": post}
        return render(request, "sources/no_preview.html", context, status=422)
    messages.error(request, why)
    slug = request.member.organization.slug
    return redirect("posts:edit", slug, post.pk) if post else redirect("posts:new", slug)


def _to_editor(request: MemberRequest, post: Post) -> HttpResponse:
    to = reverse("posts:edit", args=[request.member.organization.slug, post.pk])
    return HttpResponseClientRedirect(to) if request.htmx else redirect(to)


def may_fetch(request: MemberRequest) -> bool:
    return allowed(f"fetch:{request.member.pk}", amount=FETCHES_PER_MINUTE, seconds=60)


def _too_often(request: MemberRequest, route: str) -> HttpResponse:
    messages.error(request, _("That was a lot at once. Try again in a minute."))
    return redirect(route, request.member.organization.slug)

"""A text of one's own about a post with rules of law, and those who approve it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.lib.rates import allowed
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts.models import Angle
from vaandel.posts.queries import angles_for
from vaandel.shares.access import Door
from vaandel.shares.models import TextRequest
from vaandel.shares.refusals import PostNotLive
from vaandel.shares.requests import (
    Regulated,
    own_request_for,
    regulated_of,
    request_for,
    requests_of,
    waiting_pages,
)
from vaandel.shares.services.text_requests import (
    DecidedAlready,
    OwnText,
    approve_text,
    ask_approval,
    refuse_text,
    withdraw_request,
)
from vaandel.shares.views.request_forms import NoteForm, RequestForm

ASKS_PER_HOUR: Final = 20


@require_http_methods(["GET", "HEAD", "POST"])
def own_text(request: HttpRequest, door: Door) -> HttpResponse:
    """Write, and ask for approval. 404 for a post that people write about as they like."""
    rules = _rules(door)
    enrolment = door.taking_part
    angles = angles_for(door.post, enrolment.languages, enrolment.pk)
    if request.method != "POST":
        return _own_page(request, door, rules, RequestForm(angles=angles))
    form = RequestForm(request.POST, angles=angles)
    if form.is_valid() and not _may_ask(enrolment.pk):
        form.add_error(None, _("That was a lot at once. Try again in an hour."))
    if not form.is_valid():
        return _own_page(request, door, rules, form)
    angle = form.cleaned_data["angle"]
    try:
        ask_approval(
            enrolment=enrolment,
            post=door.post,
            angle=angle,
            language=(angle or angles[0]).language,
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
    except PostNotLive:
        form.add_error(None, _("This post cannot be shared now. Your text is still here."))
        return _own_page(request, door, rules, form)
    messages.success(request, _("Asked. You get a mail as soon as a colleague has looked at it."))
    return redirect(door.address("own_text"))


def _may_ask(enrolment_id: int) -> bool:
    return allowed(f"own-text:{enrolment_id}", amount=ASKS_PER_HOUR, seconds=3600)


def _rules(door: Door) -> Regulated:
    rules = regulated_of(door.post, door.taking_part)
    if rules is None or not rules.may_share or not door.post.is_live:
        raise Http404("No text to approve here.")
    return rules


def _own_page(
    request: HttpRequest, door: Door, rules: Regulated, form: RequestForm
) -> HttpResponse:
    angles, own = form.angles, requests_of(door.post, door.taking_part)
    wanted = form.data.get("angle", "") if form.is_bound else request.GET.get("angle", "")
    begun = chosen.text if (chosen := _angle(angles, wanted)) else ""
    if not wanted and own and own[0].state == TextRequest.State.REFUSED:
        begun, chosen = own[0].text, _angle(angles, str(own[0].angle_id))
    language = (chosen or angles[0]).language
    context = {
        "door": door,
        "post": door.post,
        "organization": door.organization,
        "person": door.member.user,
        "frame": "base_plain.html" if door.token else "base_app.html",
        "form": form,
        "angles": angles,
        "chosen": str(chosen.pk) if chosen else "",
        "text": form.data.get("text", "").replace("\x00", "") if form.is_bound else begun,
        "language": language,
        "risk_line": rules.rule.ending(language),
        "own": [
            {"row": row, "withdraw": f"{door.address('own_text')}{row.pk}/withdraw/"} for row in own
        ],
        "own_url": door.address("own_text"),
        "compose_url": door.address("compose"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "shares/requests/own.html", context, status=status)


def _angle(angles: list[Angle], wanted: str) -> Angle | None:
    return next((angle for angle in angles if str(angle.pk) == wanted), None)


@require_POST
def withdraw(request: HttpRequest, door: Door, request_id: int) -> HttpResponse:
    """The person asks for it no more."""
    row = own_request_for(door.post, door.taking_part, request_id)
    if withdraw_request(request=row, at=timezone.now()):
        messages.success(request, _("Fine. Nobody looks at it any more."))
    else:
        messages.info(request, _("That has been decided already. This is how it stands now."))
    return redirect(door.address("own_text"))


@require_safe
@role_required(Role.OWNER, Role.APPROVER)
def queue(request: MemberRequest) -> HttpResponse:
    """What waits, the oldest first."""
    page = waiting_pages().get_page(request.GET.get("page"))
    return _queue_page(request, page.number)


def _queue_page(
    request: MemberRequest, number: int, *, wrong: int = 0, form: NoteForm | None = None
) -> HttpResponse:
    page = waiting_pages().get_page(number)
    rows = [
        {
            "row": row,
            "is_own": row.enrolment is not None and row.enrolment.member_id == request.member.pk,
            "form": form if row.pk == wrong else None,
        }
        for row in page
    ]
    context = {"page": page, "rows": rows}
    return render(request, "shares/requests/queue.html", context, status=422 if wrong else 200)


@require_POST
@role_required(Role.OWNER, Role.APPROVER)
def decide(request: MemberRequest, request_id: int, answer: str) -> HttpResponse:
    """Approve it, or say what should change."""
    row = request_for(request.member, request_id)
    form = NoteForm(request.POST)
    if answer == "refuse" and not form.is_valid() and row.state == TextRequest.State.WAITING:
        return _queue_page(request, 1, wrong=row.pk, form=form)
    try:
        if answer == "approve":
            approve_text(request=row, by=request.member, at=timezone.now())
            messages.success(request, _("Approved. Your colleague gets a mail."))
        else:
            note = form.cleaned_data.get("note", "")
            refuse_text(request=row, by=request.member, note=note, at=timezone.now())
            messages.success(request, _("Not approved. Your colleague gets your note by mail."))
    except OwnText:
        messages.error(request, _("You wrote this one, so somebody else looks at it."))
    except DecidedAlready:
        messages.info(request, _("That has been decided already. This is how it stands now."))
    except PostNotLive:
        messages.info(request, _("This post cannot be shared now, so nothing was decided."))
    return redirect("shares:text_requests", request.member.organization.slug)

"""To one's own account: post it now or plan it from the share page, and hand over from a mail."""

from __future__ import annotations

from functools import partial
from uuid import uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaandel.channels.queries import accounts_of
from vaandel.channels.registry import CHANNELS
from vaandel.shares.access import Door
from vaandel.shares.compositions import composition
from vaandel.shares.drafts import forget, keep
from vaandel.shares.forms import PlanForm, PostForm
from vaandel.shares.models import Publication
from vaandel.shares.publishing import NotConnected, NotPlannable, NotSeen, Wish, arm
from vaandel.shares.services import NotYours, PostNotLive, TextTooLong, press_of
from vaandel.shares.views.composing import may_press, refused, too_long
from vaandel.shares.wording import not_connected, not_plannable, not_seen, planned_for


@require_POST
def post_now(request: HttpRequest, door: Door) -> HttpResponse:
    """The press that posts; what becomes of it stands on the page of the publication."""
    return _arm(request, door, PostForm)


@require_POST
def plan(request: HttpRequest, door: Door) -> HttpResponse:
    """The same at a moment of one's own choice, quiet hours or not."""
    return _arm(request, door, PlanForm)


@require_POST
def hand_over(request: HttpRequest, door: Door) -> HttpResponse:
    """From a mail: whoever has the mail must not post for its reader, who signs in first."""
    now = timezone.now()
    if request.user.is_authenticated and request.user.pk != door.member.user_id:
        page = composition(door, now=now)
        form = PostForm(request.POST, composition=page)
        form.is_valid()
        form.add_error(
            None, _("Somebody else is signed in here. Sign out first, then press again.")
        )
        return refused(request, page, form, now=now, status=409)
    keep(request.session, door, request.POST, at=now)
    signed_in = Door(member=door.member, post=door.post, enrolment=door.enrolment)
    return redirect(signed_in.address("compose"))


def _arm(request: HttpRequest, door: Door, kind: type[PostForm]) -> HttpResponse:
    now = timezone.now()
    page = composition(door, now=now)
    form = kind(request.POST, composition=page)
    if not form.is_valid():
        return refused(request, page, form, now=now)
    if not may_press(door):
        form.add_error(None, _("That was a lot at once. Try again in a minute."))
        return refused(request, page, form, now=now, status=429)
    try:
        publication = _armed(door, form)
    except (PostNotLive, NotYours):
        door.post.refresh_from_db()
        return refused(request, page, form, now=now, status=409)
    if publication is None:
        return refused(request, page, form, now=now)
    forget(request.session)
    if publication.planned:
        messages.success(request, planned_for(publication))
    return redirect("shares:publication", door.organization.slug, publication.pk)


def _armed(door: Door, form: PostForm) -> Publication | None:
    """None when the form says why not."""
    words = form.words()
    account = accounts_of(door.taking_part).get(words.channel)
    if account is None:
        form.add_error(None, not_connected(words.channel))
        return None
    press = press_of(form.cleaned_data["press"], words.channel)
    sent = partial(
        arm,
        enrolment=door.taking_part,
        post=door.post,
        words=words,
        account=account,
        wish=Wish(
            due_at=form.cleaned_data.get("moment"),
            with_card=form.shows_card,
            seen=form.cleaned_data["seen"],
        ),
        at=timezone.now(),
    )
    try:
        publication = sent(press=press)
        if publication.text != words.text:
            # Back in the browser and written anew: that is not the same press any more.
            publication = sent(press=uuid5(press, words.text))
        return publication
    except TextTooLong as error:
        form.add_error("text", too_long(error.excess, CHANNELS[words.channel]))
    except NotPlannable as error:
        form.add_error("day", not_plannable(error, door.post.expires_at))
    except NotConnected:
        form.add_error(None, not_connected(words.channel))
    except NotSeen:
        form.add_error(None, not_seen())
    return None

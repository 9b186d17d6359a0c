"""Write, look, and press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vaandel.ambassadors.quiet import usual_hours
from vaandel.channels.channel import Channel, Message
from vaandel.channels.registry import CHANNELS
from vaandel.lib.rates import allowed
from vaandel.links.addresses import short_url
from vaandel.organizations.open_hours import open_hours_at
from vaandel.shares.access import Door
from vaandel.shares.bands import alike_texts
from vaandel.shares.compositions import CHATS, Composition, composition, naming_rule
from vaandel.shares.disclosure import Employer, joined, remarks
from vaandel.shares.drafts import Draft, draft_of, forget, kept
from vaandel.shares.forms import (
    NONE,
    OWN,
    LaterForm,
    LookForm,
    ReserveForm,
    ShareForm,
)
from vaandel.shares.models import Share
from vaandel.shares.moments import choice_of, proposals, spoken
from vaandel.shares.publishing.outgoing import carried
from vaandel.shares.queries import as_unanswered
from vaandel.shares.services import (
    NotThen,
    NotYours,
    PostNotLive,
    TextTooLong,
    Words,
    open_share,
    press_of,
    remind_later,
    reserve_link,
)
from vaandel.shares.services.reminding import suggested_moment

PRESSES_PER_MINUTE: Final = 60
LOOKS_PER_MINUTE: Final = 60


_ADDRESSES: Final = ("reserve", "open", "look", "later", "post", "plan")


@dataclass(frozen=True, slots=True)
class Preview:
    """How it looks on one network. ``carries``: what it shows is to the letter what we post."""

    channel: Channel
    text: str
    carries: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Counter:
    """How long the text is for a network now."""

    channel: Channel
    length: int
    over: bool


@require_safe
def compose(request: HttpRequest, door: Door) -> HttpResponse:
    """The page itself. It changes nothing: mail scanners open it too."""
    draft = draft_of(door, request.GET.get("of", "")) or kept(request.session, door)
    return page_of(request, composition(door, now=timezone.now()), draft=draft)


@require_POST
def reserve(request: HttpRequest, door: Door) -> HttpResponse:
    """The short link of a press that may come, while somebody is still writing."""
    form = ReserveForm(request.POST)
    if not may_press(door):
        return JsonResponse({"over": False}, status=429)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    channel = form.cleaned_data["channel"]
    try:
        link = reserve_link(
            enrolment=door.taking_part,
            post=door.post,
            channel=channel,
            press=press_of(form.cleaned_data["press"], channel),
            at=timezone.now(),
        )
    except (PostNotLive, NotYours):
        return JsonResponse({"over": True}, status=409)
    return JsonResponse({"url": short_url(link)})


@require_POST
def open_dialog(request: HttpRequest, door: Door) -> HttpResponse:
    """The press. Scripts get an answer in JSON, a plain form goes on to the page of the share."""
    now = timezone.now()
    page = composition(door, now=now)
    form = ShareForm(request.POST, composition=page)
    if not form.is_valid():
        return refused(request, page, form, now=now)
    if not may_press(door):
        form.add_error(None, _("That was a lot at once. Try again in a minute."))
        return refused(request, page, form, now=now, status=429)
    words = form.words()
    try:
        share = open_share(
            enrolment=door.taking_part,
            post=door.post,
            words=words,
            press=press_of(form.cleaned_data["press"], words.channel),
            at=now,
        )
    except TextTooLong as error:
        form.add_error("text", too_long(error.excess, CHANNELS[words.channel]))
        return refused(request, page, form, now=now)
    except (PostNotLive, NotYours):
        door.post.refresh_from_db()
        return refused(request, page, form, now=now, status=409)
    forget(request.session)
    return _opened(
        request, door, share, words.message(url=short_url(share.link), title=door.post.title)
    )


def may_press(door: Door) -> bool:
    """Each press may make a share and a link: nobody's hand is this fast, a program's is."""
    return allowed(f"press:{door.taking_part.pk}", amount=PRESSES_PER_MINUTE, seconds=60)


def _opened(request: HttpRequest, door: Door, share: Share, message: Message) -> HttpResponse:
    if not _wants_json(request):
        return redirect(door.address_of_share("opened", share.pk))
    channel = CHANNELS[share.channel]
    return JsonResponse(
        {
            "share": share.pk,
            "url": message.url,
            "dialog": channel.dialog_url(message),
            "text": channel.carried_text(message),
            "back": render_to_string(
                "shares/back.html#card", back_context(door, share), request=request
            ),
        }
    )


def back_context(door: Door, share: Share) -> dict[str, Any]:
    """For the question whether it was posted."""
    return {
        "question": as_unanswered(share),
        "back_url": door.address_of_share("back", share.pk),
        "numbers_url": door.address_of_share("numbers", share.pk),
        "door": door,
    }


def refused(
    request: HttpRequest, page: Composition, form: ShareForm, *, now: datetime, status: int = 422
) -> HttpResponse:
    if _wants_json(request):
        problems = [str(text) for texts in form.errors.values() for text in texts]
        return JsonResponse({"problems": problems, "over": status == 409}, status=status)
    again = composition(page.door, now=now, press=form.cleaned_data.get("press"))
    return page_of(request, again, form=form, status=status)


def too_long_pattern(excess: int) -> str:
    """With its two names still open, for the browser to fill in."""
    sentence = ngettext(
        "%(count)s character too long for %(network)s.",
        "%(count)s characters too long for %(network)s.",
        excess,
    )
    return f"{sentence} {_('Shorten your text, or choose another place.')}"


def too_long(excess: int, channel: Channel) -> str:
    """``31 characters too long for X.``"""
    return too_long_pattern(excess) % {"count": excess, "network": channel.name}


@require_POST
def look(request: HttpRequest, door: Door) -> HttpResponse:
    """Hints while somebody writes: colleagues wrote much the same, readers may miss something."""
    form = LookForm(request.POST)
    looked = allowed(f"look:{door.taking_part.pk}", amount=LOOKS_PER_MINUTE, seconds=60)
    hints: dict[str, object] = {"alike": None, "remarks": []}
    if looked and form.is_valid():
        data = form.cleaned_data
        hints["alike"] = alike_texts(door.post, door.taking_part, data["text"])
        hints["remarks"] = remarks(
            data["text"],
            data["line"],
            employer=Employer(door.organization.name, door.organization.website),
            rule=naming_rule(door),
            line_language=data["line_language"] or None,
        )
    return render(request, "shares/compose.html#similar", hints)


@require_POST
def later(request: HttpRequest, door: Door) -> HttpResponse:
    """A reminder at a moment of one's own choice, outside one's quiet hours."""
    now = timezone.now()
    form = LaterForm(request.POST)
    if form.is_valid():
        try:
            reminder = remind_later(
                enrolment=door.taking_part,
                post=door.post,
                moment=form.cleaned_data["moment"],
                text=form.cleaned_data["text"],
                at=now,
            )
        except NotThen as error:
            form.add_error("moment", not_then(error))
        else:
            messages.success(
                request,
                _("We send you a reminder on %(moment)s. Your text waits here.")
                % {"moment": spoken(reminder.at)},
            )
            return redirect(door.address("compose"))
    return page_of(request, composition(door, now=now), later_form=form, status=422)


def not_then(error: NotThen) -> str:
    if error.instead is None:
        return _("You are away for a year or more, so no moment works. Look at your days off.")
    return _(
        "At that moment we send nothing: it is past, too far away, or in your quiet hours. "
        "The first moment that works is %(moment)s. Posting in the evening or at the weekend "
        "is up to you."
    ) % {"moment": spoken(error.instead)}


def page_of(
    request: HttpRequest,
    page: Composition,
    *,
    form: ShareForm | None = None,
    later_form: LaterForm | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> HttpResponse:
    """``draft``: what was written elsewhere and comes back here."""
    door = page.door
    typed = form.data if form else draft or {}
    locked = page.locked(typed.get("angle", "")) if page.regulated else None
    text = locked.text if locked else _text_so_far(page, form, later_form, draft)
    line = _line_so_far(page, typed)
    risk_line = page.risk_line(locked.language if locked else page.language)
    context = {
        "page": page,
        "door": door,
        "post": page.post,
        "organization": door.organization,
        "person": door.member.user,
        "frame": "base_plain.html" if door.token else "base_app.html",
        "urls": {name: door.address(name) for name in _ADDRESSES},
        "form": form,
        "later_form": later_form,
        "text": text,
        "line": line,
        "risk_line": risk_line,
        "own_text_url": door.address("own_text") if page.regulated else "",
        "shown": joined(text, line, risk_line),
        "chosen_angle": _chosen(page, typed),
        "chosen_wording": typed.get("disclosure", ""),
        "own_line": typed.get("own_disclosure", ""),
        "instance": typed.get("instance", "") or page.instance,
        "moment": _moment(page, later_form),
        "reminder_moment": spoken(page.reminder.at) if page.reminder else "",
        "counters": counters(page, text=text, line=line, risk_line=risk_line),
        "previews": _previews(page, text=text, line=line, risk_line=risk_line),
        "planning": choice_of(proposals(at=timezone.now()) if page.possible else [], form),
        "with_card": form is None or "with_card" in form.data or "card_shown" not in form.data,
        "chats": CHATS,
        "count_pattern": _("%(count)s of %(limit)s"),
        "too_long_one": too_long_pattern(1),
        "too_long_many": too_long_pattern(2),
        "questions": [
            {"question": question, "back_url": door.address_of_share("back", question.share_id)}
            for question in page.questions[:1]
        ],
    }
    return render(request, "shares/compose.html", context, status=status)


def _line_so_far(page: Composition, typed: Mapping[str, Any]) -> str:
    chosen = typed.get("disclosure", "")
    if chosen == OWN:
        return str(typed.get("own_disclosure", "")).replace("\x00", "")
    return "" if chosen == NONE else page.wording_named(chosen, None)[0]


def _moment(page: Composition, later_form: LaterForm | None) -> str:
    """For the field: what was typed, else the reminder that waits, else a proposal."""
    if later_form is not None:
        return str(later_form.data.get("moment", ""))
    moment = page.reminder.at if page.reminder else _proposed_moment(page)
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def _proposed_moment(page: Composition) -> datetime:
    """Leave is left out, which would cost a query; whoever sends it is told when it is leave."""
    member, enrolment = page.door.member, page.door.enrolment
    if enrolment is None:
        hours = open_hours_at(member.organization, member.user.time_zone)
    else:
        hours = usual_hours(enrolment)
    return suggested_moment(hours, at=timezone.now())


def _text_so_far(
    page: Composition, form: ShareForm | None, later: LaterForm | None, draft: Draft | None
) -> str:
    """What was typed, also when it was refused; else what waits with the reminder."""
    for typed in (form, later):
        if typed is not None and typed.is_bound:
            return str(typed.data.get("text", "")).replace("\x00", "")
    if draft is not None:
        return draft["text"]
    if page.reminder and page.reminder.text:
        return page.reminder.text
    return page.questions[0].text if page.questions else ""


def _chosen(page: Composition, typed: Mapping[str, Any]) -> str:
    """The name of the start; under rules of law one is chosen always."""
    name = str(typed.get("angle", ""))
    known = any(start.name == name for start in page.starts)
    return page.starts[0].name if page.regulated and page.starts and not known else name


def _previews(page: Composition, *, text: str, line: str, risk_line: str) -> list[Preview]:
    """With the link where the network carries it, once we post it ourselves."""
    kinds = {posting.channel.key: posting.kind for posting in page.possible}
    shown = joined(text, line, risk_line)
    found = []
    for channel in page.previewed:
        kind = kinds.get(channel.key)
        words = Words(channel=channel.key, text=text, disclosure=line, risk_line=risk_line)
        full = shown
        if kind is not None:
            full = carried(words, page.post, url=page.shown_url, shown_as_card=kind == "card")
        found.append(Preview(channel, full, kind is not None, kind or "card"))
    return found


def counters(page: Composition, *, text: str, line: str, risk_line: str = "") -> list[Counter]:
    """The length for each network that shows one, with a short link of the length to come."""
    full = joined(text, line, risk_line)
    message = Message(full, page.sample_url, page.post.title, page.instance)
    return [
        Counter(channel, channel.length(message), channel.excess(message) > 0)
        for channel in page.counted
    ]


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")

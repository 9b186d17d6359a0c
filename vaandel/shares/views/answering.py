"""The page of a share: copy and open without scripts, did you post it, own numbers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.channels.registry import CHANNELS
from vaandel.links.addresses import short_url
from vaandel.shares.access import Door
from vaandel.shares.flyers import is_shortened
from vaandel.shares.forms import BackForm, NumbersForm
from vaandel.shares.models import Share
from vaandel.shares.services import (
    Words,
    answer_later,
    answer_not_posted,
    confirm_share,
    type_numbers,
)
from vaandel.shares.views.composing import back_context


@require_safe
def opened(request: HttpRequest, door: Door, share_id: int) -> HttpResponse:
    """What was sent and where to, with everything to copy, open, download and print."""
    share = door.own_share(share_id)
    return render(request, "shares/opened.html", _context(door, share))


@require_POST
def back(request: HttpRequest, door: Door, share_id: int) -> HttpResponse:
    """Did you post it? The same answer twice changes nothing the second time."""
    share = door.own_share(share_id)
    form = BackForm(request.POST, channel=share.channel)
    if not form.is_valid():
        context = _context(door, share) | {"back_form": form}
        page = "shares/back.html#card" if request.htmx else "shares/opened.html"  # type: ignore[attr-defined]
        return render(request, page, context, status=422)
    answer = form.cleaned_data["answer"]
    now = timezone.now()
    if answer == BackForm.YES:
        confirm_share(share=share, permalink=form.cleaned_data["permalink"], at=now)
    elif answer == BackForm.NO:
        answer_not_posted(share=share, at=now)
    else:
        answer_later(share=share, at=now)
    if request.htmx:  # type: ignore[attr-defined]
        context = back_context(door, share) | {"answer": answer}
        return render(request, "shares/back.html#answered", context)
    messages.success(request, thanks_for(answer))
    return redirect(
        door.address("compose") if door.token else door.address_of_share("opened", share.pk)
    )


def thanks_for(answer: str) -> str:
    """One sentence with the next step."""
    if answer == BackForm.YES:
        return _("Thank you for telling us. Clicks on your link appear under My impact.")
    if answer == BackForm.NO:
        return _("Fine. We do not ask about it again.")
    return _("Fine. Your text stays here, and we ask again tomorrow at the earliest.")


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, door: Door, share_id: int) -> HttpResponse:
    """The figures that the network shows to the person alone; typed in, kept apart, editable."""
    share = door.own_share(share_id)
    if request.method != "POST":
        form = NumbersForm(
            initial={"views": share.views, "reactions": share.reactions, "comments": share.comments}
        )
        return render(request, "shares/numbers.html", _context(door, share) | {"form": form})
    form = NumbersForm(request.POST)
    if not form.is_valid():
        context = _context(door, share) | {"form": form}
        return render(request, "shares/numbers.html", context, status=422)
    type_numbers(share=share, numbers=form.numbers(), at=timezone.now())
    messages.success(request, _("Kept. Figures you typed in are shown apart, as reported by you."))
    return redirect(door.address_of_share("numbers", share.pk))


def _context(door: Door, share: Share) -> dict[str, Any]:
    channel = CHANNELS[share.channel]
    words = Words(
        channel=share.channel,
        text=share.text,
        disclosure=share.disclosure,
        risk_line=share.risk_line,
        instance=share.instance,
    )
    message = words.message(url=short_url(share.link), title=share.post.title)
    return back_context(door, share) | {
        "share": share,
        "post": share.post,
        "channel": channel,
        "organization": door.organization,
        "person": door.member.user,
        "frame": "base_plain.html" if door.token else "base_app.html",
        "carried_text": channel.carried_text(message),
        "dialog_url": channel.dialog_url(message),
        "short_url": message.url,
        "over": not share.post.is_live,
        "compose_url": door.address("compose"),
        "qr_svg": door.address_of_share("qr", share.pk, "svg"),
        "qr_png": door.address_of_share("qr", share.pk, "png"),
        "flyer_is_shortened": is_shortened(share),
        "flyer": door.address_of_share("flyer", share.pk),
    }

"""The list of what is planned, the page of one publication, and every step with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.channels.adapter import Trouble
from vaandel.channels.queries import accounts_of
from vaandel.channels.registry import CHANNELS
from vaandel.channels.troubles import next_step, what_happened
from vaandel.organizations.decorators import MemberRequest, member_required
from vaandel.shares.access import sharing_enrolment
from vaandel.shares.forms import MomentForm, PermalinkForm, SeenForm, TextForm
from vaandel.shares.habits import NEEDS_PERSON
from vaandel.shares.models import Publication
from vaandel.shares.moments import choice_at, choice_of
from vaandel.shares.publications import Shown, Step, as_shown, history, in_reading_order
from vaandel.shares.publishing import (
    NotPlannable,
    NotSeen,
    Settled,
    cancel,
    change_words,
    confirm_seen,
    correct,
    leave_it,
    move,
    say_not_there,
    say_there,
    send_again,
    send_now,
    take_down,
    undo_cancel,
)
from vaandel.shares.publishing.outgoing import words_of
from vaandel.shares.queries import first_picture
from vaandel.shares.services import PostNotLive, TextNotApproved, TextTooLong, Words
from vaandel.shares.services.telling import note_seen
from vaandel.shares.views.composing import too_long
from vaandel.shares.wording import not_plannable, not_seen, planned_for

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PER_PAGE: Final = 25
MOST_LOOKS: Final = 20
EVERY_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Simple:
    """A step of one press: what is done, and what is said after."""

    do: Callable[..., bool]
    said: StrPromise


# Of two presses the second finds nothing to do, and is told how it stands.
SIMPLE: Final[Mapping[str, Simple]] = {
    Step.CANCEL: Simple(cancel, gettext_lazy("Cancelled. Your text is kept.")),
    Step.UNDO: Simple(undo_cancel, gettext_lazy("It is planned again.")),
    Step.NOW: Simple(send_now, gettext_lazy("It goes now.")),
    Step.AGAIN: Simple(send_again, gettext_lazy("It goes once more now.")),
    Step.CONFIRM: Simple(confirm_seen, gettext_lazy("It goes as you see it here.")),
    Step.LEAVE: Simple(leave_it, gettext_lazy("Left. Your text can be read here for thirty days.")),
    Step.NOT_THERE: Simple(
        say_not_there, gettext_lazy("Thank you. You can send it again now, or leave it.")
    ),
}


@require_safe
@member_required
@never_cache
def planned(request: MemberRequest) -> HttpResponse:
    """What needs me, what waits, and what was of the last thirty days."""
    now = timezone.now()
    enrolment = sharing_enrolment(request.member)
    rows: Any = in_reading_order(enrolment, now=now) if enrolment else []
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    connected = _connected(page)
    shown = [as_shown(row, now=now, connected=connected) for row in page]
    sections = [(name, list(items)) for name, items in groupby(shown, lambda item: item.section)]
    context = {
        "page": page,
        "sections": sections,
        "undo": _just_cancelled(rows, request.GET.get("cancelled", ""), now=now),
        "said": SIMPLE[Step.CANCEL].said,
    }
    return render(request, "shares/publications/planned.html", context)


@require_safe
@never_cache
def publication(request: MemberRequest, publication: Publication) -> HttpResponse:
    """Everything of one, with its text to read and to copy."""
    return _page(request, publication)


@require_safe
@never_cache
def state(request: MemberRequest, publication: Publication) -> HttpResponse:
    """How it stands now; the page asks every two seconds, twenty times at most."""
    looks = request.GET.get("looks", "")
    number = int(looks) if looks.isdecimal() and len(looks) < len("1000") else 0
    context = _context(publication, looks=number + 1) | _after(publication)
    return render(request, "shares/publications/publication.html#polled", context)


@require_POST
def step(request: MemberRequest, publication: Publication, name: str) -> HttpResponse:
    """One press, one effect."""
    simple = SIMPLE[name]
    form = SeenForm(request.POST)
    seen = {"seen": form.cleaned_data["seen"]} if name == Step.CONFIRM and form.is_valid() else {}
    try:
        done = simple.do(publication=publication, at=timezone.now(), **seen)
    except NotSeen:
        messages.info(request, not_seen())
        return _back(request, publication)
    except PostNotLive as error:
        messages.info(request, _not_offered(error, publication))
        return _back(request, publication)
    if done and name == Step.CANCEL:
        return redirect(f"{_list_url(request)}?cancelled={publication.pk}")
    messages.success(request, simple.said) if done else messages.info(request, _settled())
    return _back(request, publication)


@require_POST
def by_dialog(request: MemberRequest, publication: Publication) -> HttpResponse:
    """Leave it, and go on with its text on the share page."""
    leave_it(publication=publication, at=timezone.now())
    address = reverse("shares:compose", args=[_slug(request), publication.post_id])
    return redirect(f"{address}?of={publication.pk}")


@require_POST
def move_to(request: MemberRequest, publication: Publication) -> HttpResponse:
    form = MomentForm(request.POST)
    if form.is_valid():
        try:
            moved = move(
                publication=publication, due_at=form.cleaned_data["moment"], at=timezone.now()
            )
        except NotPlannable as error:
            form.add_error("day", not_plannable(error, publication.post.expires_at))
        else:
            said = planned_for(publication) if moved else _settled()
            messages.success(request, said)
            return _back(request, publication)
    return _page(request, publication, move_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: MemberRequest, publication: Publication) -> HttpResponse:
    """Other words for what has not gone yet; they go when it was planned, or at once."""
    if request.method != "POST":
        return _words_page(request, publication, TextForm(initial={"text": publication.text}))
    form = TextForm(request.POST)
    if form.is_valid() and _change(request, publication, form):
        return redirect("shares:publication", _slug(request), publication.pk)
    return _words_page(request, publication, form)


@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: MemberRequest, publication: Publication) -> HttpResponse:
    """Other words for what stands on the network."""
    if request.method != "POST":
        form = TextForm(initial={"text": publication.text})
        return _words_page(request, publication, form, corrects=True)
    form = TextForm(request.POST)
    if form.is_valid() and _correct(request, publication, form):
        return redirect("shares:publication", _slug(request), publication.pk)
    return _words_page(request, publication, form, corrects=True)


@require_POST
def there(request: MemberRequest, publication: Publication) -> HttpResponse:
    """The person found it; its address is welcome and not needed."""
    form = PermalinkForm(request.POST, channel=publication.channel)
    if not form.is_valid():
        return _page(request, publication, there_form=form)
    done = say_there(
        publication=publication, permalink=form.cleaned_data["permalink"], at=timezone.now()
    )
    messages.success(request, _("Thank you for telling us.") if done else _settled())
    return _back(request, publication)


@require_POST
def taking_down(request: MemberRequest, publication: Publication) -> HttpResponse:
    """Off the network again, when it lets us."""
    try:
        take_down(publication=publication, at=timezone.now())
    except Trouble as trouble:
        messages.error(request, _trouble(publication, trouble))
    except Settled:
        messages.info(request, _settled())
    else:
        messages.success(request, _("It was taken down."))
    return redirect("shares:publication", _slug(request), publication.pk)


def _change(request: HttpRequest, publication: Publication, form: forms.Form) -> bool:
    """False when the form says why not."""
    try:
        change_words(
            publication=publication,
            words=_with_text(publication, form.cleaned_data["text"]),
            at=timezone.now(),
        )
    except TextTooLong as error:
        form.add_error("text", too_long(error.excess, CHANNELS[publication.channel]))
        return False
    except TextNotApproved as error:
        form.add_error("text", _not_offered(error, publication))
        return False
    except PostNotLive as error:
        messages.info(request, _not_offered(error, publication))
    except Settled:
        messages.info(request, _settled())
    else:
        messages.success(request, _("Your new words are kept."))
    return True


def _correct(request: HttpRequest, publication: Publication, form: forms.Form) -> bool:
    """False when the form says why not."""
    try:
        correct(publication=publication, text=form.cleaned_data["text"], at=timezone.now())
    except TextTooLong as error:
        form.add_error("text", too_long(error.excess, CHANNELS[publication.channel]))
        return False
    except TextNotApproved as error:
        form.add_error("text", _not_offered(error, publication))
        return False
    except Trouble as trouble:
        form.add_error("text", _trouble(publication, trouble))
        return False
    except Settled:
        messages.info(request, _settled())
    else:
        messages.success(request, _("Your post was changed."))
    return True


def _page(
    request: HttpRequest,
    publication: Publication,
    *,
    move_form: MomentForm | None = None,
    there_form: PermalinkForm | None = None,
) -> HttpResponse:
    context = _context(publication, looks=0) | _after(publication)
    context |= {
        "picture": first_picture(publication.post),
        "move_form": move_form,
        "there_form": there_form,
    }
    if move_form:
        context["moving"] = choice_of([], move_form)
    status = 422 if move_form or there_form else 200
    return render(request, "shares/publications/publication.html", context, status=status)


def _context(publication: Publication, *, looks: int) -> dict[str, Any]:
    now = timezone.now()
    shown = as_shown(publication, now=now, connected=_connected([publication]))
    note_seen(publication, at=now)
    return {
        "item": shown,
        "post": publication.post,
        "looks": looks,
        "looks_on": shown.is_busy and looks < MOST_LOOKS,
        "every": EVERY_SECONDS,
    }


def _after(publication: Publication) -> dict[str, Any]:
    """What stands below its text, which changes once it is over."""
    return {"history": history(publication), "moving": choice_at(publication.due_at)}


def _words_page(
    request: HttpRequest, publication: Publication, form: TextForm, *, corrects: bool = False
) -> HttpResponse:
    shown = as_shown(publication, now=timezone.now())
    needed = Step.CORRECT if corrects else Step.WORDS
    if needed not in shown.steps:
        messages.info(request, _settled())
        return redirect("shares:publication", _slug(request), publication.pk)
    context = {"item": shown, "form": form, "corrects": corrects, "post": publication.post}
    status = 422 if form.errors else 200
    return render(request, "shares/publications/words.html", context, status=status)


def _just_cancelled(rows: Any, number: str, *, now: datetime) -> Shown | None:
    """With the way back, on whichever page of the list it stands."""
    if isinstance(rows, list) or not number.isdecimal() or len(number) >= len("1000000000000"):
        return None
    row = rows.filter(pk=number, state=Publication.State.CANCELLED).first()
    return as_shown(row, now=now) if row else None


def _connected(rows: Iterable[Publication]) -> frozenset[str]:
    """The networks of their person that work now; asked only when one of them lost its account."""
    lost = next((row for row in rows if row.state in NEEDS_PERSON and row.account is None), None)
    accounts = accounts_of(lost.enrolment) if lost and lost.enrolment else {}
    return frozenset(channel for channel, row in accounts.items() if row.is_active)


def _with_text(publication: Publication, text: str) -> Words:
    return replace(words_of(publication), text=text)


def _back(request: HttpRequest, publication: Publication) -> HttpResponse:
    """To the list for who pressed there, else to the page of the publication."""
    if request.POST.get("from") == "list":
        return redirect(_list_url(request))
    return redirect("shares:publication", _slug(request), publication.pk)


def _list_url(request: HttpRequest) -> str:
    return reverse("shares:planned", args=[_slug(request)])


def _slug(request: HttpRequest) -> str:
    return cast("MemberRequest", request).member.organization.slug


def _settled() -> str:
    return _("That was done already, or it is on its way. This is how it stands now.")


def _not_offered(error: PostNotLive, publication: Publication) -> str:
    if isinstance(error, TextNotApproved):
        return _in_words("not_approved", publication)
    return _("This post is not offered for sharing any more.")


def _trouble(publication: Publication, trouble: Trouble) -> str:
    return _in_words(trouble.code, publication)


def _in_words(code: str, publication: Publication) -> str:
    name = str(CHANNELS[publication.channel].name)
    return f"{what_happened(code, name)} {next_step(code, name)}"

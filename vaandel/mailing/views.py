"""The outbox of a demonstration, which sends nothing, and the page behind example links."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from vaandel.mailing.forms import SearchForm
from vaandel.mailing.framing import framed
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.queries import newest_messages
from vaandel.mailing.rendering import content_of


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mails hold codes and personal links: outside a demonstration nobody can read them."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404("No outbox here.")
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@demo_only
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    context = {"messages_out": newest_messages(form.words), "form": form, "search": form.words}
    return render(request, "mailing/outbox.html", context)


@require_safe
@demo_only
@never_cache
def outbox_message(request: HttpRequest, message_id: int) -> HttpResponse:
    message = get_object_or_404(OutgoingMessage, pk=message_id)
    context = {"mail": message, "content": content_of(message)}
    return render(request, "mailing/outbox_message.html", context)


@require_safe
@demo_only
@never_cache
@xframe_options_sameorigin
def outbox_html(_request: HttpRequest, message_id: int) -> HttpResponse:
    """The mail as a mail program shows it; its links open in the whole window."""
    return framed(content_of(get_object_or_404(OutgoingMessage, pk=message_id)).html)


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """Where the personal links of a test mail lead: they are somebody's own in a real one."""
    return render(request, "mailing/example.html")

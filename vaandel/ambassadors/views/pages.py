"""The join page, for the ways that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from vaandel.accounts.models import User
from vaandel.ambassadors.forms import ChoicesForm, ConsentsForm
from vaandel.ambassadors.models import Rhythm
from vaandel.organizations.models import Member
from vaandel.programmes.queries import the_programme


@contextmanager
def in_words_of(request: HttpRequest, user: User) -> Iterator[None]:
    """The person's language and time zone on pages that they reach without signing in."""
    if request.user.is_authenticated:
        yield
        return
    with (
        translation.override(user.language),
        timezone.override(ZoneInfo(user.time_zone)),
    ):
        yield


def joining_page(
    request: HttpRequest,
    *,
    member: Member,
    token: str = "",
    form: ChoicesForm | None = None,
    consents: ConsentsForm | None = None,
) -> HttpResponse:
    """Topics and opt-ins start empty; a bad form comes back as it was, with status 422."""
    programme = the_programme(member.organization)
    status = 200 if form is None else 422
    if form is None:
        initial = {"languages": [member.user.language], "rhythm": Rhythm.FORTNIGHTLY}
        form = ChoicesForm(initial=initial, programme=programme)
    topics = list(form.fields["topics"].queryset)  # type: ignore[attr-defined]
    ticked = {str(value) for value in (form["topics"].value() or [])}
    context = {
        "invited": member,
        "organization": member.organization,
        "programme": programme,
        "token": token,
        "form": form,
        "consents": consents or ConsentsForm(),
        "tiles": [(topic, str(topic.pk) in ticked) for topic in topics],
    }
    return render(request, "ambassadors/join.html", context, status=status)

"""For editors: whom a post will reach, and when. Counts only."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from vaandel.components import figures
from vaandel.components.charts import BarItem, BarList
from vaandel.delivery.planning.explaining import NAMES
from vaandel.delivery.planning.forecast import Forecast, forecast_for
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts.access import reviewable_post_for

HELD: Final[dict[str, Promise]] = {
    "paused": _("pause, and are not offered it meanwhile"),
    "full": _("had as many posts this week as you allow, and are offered it next week"),
    "in_app": _("see posts in the app only"),
    "leave": _("are on leave today"),
    "budget": _("were turned to often enough this week"),
    "rhythm": _("chose to hear from us less often"),
}


@require_safe
@role_required(Role.OWNER, Role.EDITOR, Role.APPROVER)
def forecast(request: MemberRequest, post_id: int) -> HttpResponse:
    post = reviewable_post_for(request.member, post_id)
    found = forecast_for(post, at=timezone.now())
    context = {
        "post": post,
        "forecast": found,
        "days": days_drawn(found),
        "languages": languages_drawn(found),
        "held": held_told(found),
    }
    page = "delivery/forecast.html#reach" if request.htmx else "delivery/forecast.html"
    return render(request, page, context)


def people(number: int | None) -> str:
    if number is None:
        return gettext("too few to tell")
    words = ngettext("%(count)s person", "%(count)s people", number)
    return words % {"count": figures.figure(number)}


def days_drawn(found: Forecast) -> BarList | None:
    """A list is read without seeing its bars, so it is its own table."""
    items = [
        BarItem(
            name=figures.day(day.day, weekday=True, year=False),
            value=day.people,
            text=people(day.people),
        )
        for day in found.days
    ]
    return BarList(label=gettext("Offered on each day"), items=items) if items else None


def languages_drawn(found: Forecast) -> BarList | None:
    items = [
        BarItem(name=NAMES.get(code, gettext("Other")), value=number, text=people(number))
        for code, number in sorted(found.languages.items(), key=lambda pair: -(pair[1] or 0))
    ]
    return BarList(label=gettext("In which language"), items=items) if len(items) > 1 else None


def held_told(found: Forecast) -> list[tuple[str, str | Promise]]:
    """How many people, and why they do not hear of it at once; nobody where there are none."""
    held = [(found.held[why], text) for why, text in HELD.items() if found.held.get(why, 0) != 0]
    return [(gettext("Some") if count is None else people(count), text) for count, text in held]

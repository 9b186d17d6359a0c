"""What a click is and what is left out, for everybody in the organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings as installation
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vaandel.links.access import settings_of
from vaandel.links.kinds import WHY, Kind
from vaandel.links.models import Privacy
from vaandel.links.queries.left_out import kinds_since
from vaandel.organizations.decorators import MemberRequest, member_required

DAYS: Final = 30


@require_safe
@member_required
def left_out(request: MemberRequest) -> HttpResponse:
    first = timezone.now().date() - timedelta(days=DAYS - 1)
    numbers = kinds_since(first)
    chosen = settings_of(request.member.organization)
    return render(
        request,
        "links/left_out.html",
        {
            "why": WHY[Kind.HUMAN],
            "clicks": numbers[Kind.HUMAN],
            "kinds": [
                (kind.label, WHY[kind], numbers[kind]) for kind in Kind if kind is not Kind.HUMAN
            ],
            "total": sum(numbers[kind] for kind in Kind if kind is not Kind.HUMAN),
            "days": DAYS,
            "unique_mode": chosen.privacy == Privacy.UNIQUE_PER_DAY,
            "countries": chosen.countries,
            "click_references": chosen.click_references,
            "click_days": installation.CLICK_DAYS,
        },
    )

"""One page with every component in its states."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vaandel.components.forms import SampleForm
from vaandel.components.icons import ICONS, NETWORK_ICONS
from vaandel.components.samples import samples


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Only where somebody builds or shows: in debug mode and in the demonstration."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404("The style guide is not part of a running installation.")
    return render(
        request,
        "components/style_guide.html",
        {
            **samples(),
            "form": SampleForm({"title": "A day with the crew", "address": "linkedin"}),
            "page": Paginator(range(100), 10).page(4),
            "icons": sorted(ICONS),
            "channels": sorted(set(NETWORK_ICONS)),
        },
    )

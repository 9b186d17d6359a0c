"""Conversions for editors: the list, one of them with its trace, and putting it right."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaandel.links.access import conversion_for, settings_of
from vaandel.links.conversion_files import conversions_as_csv
from vaandel.links.forms.conversions import CorrectionForm, FilterForm
from vaandel.links.models import Conversion
from vaandel.links.queries.conversions import (
    assists_of,
    conversions,
    conversions_per_goal,
    credits_of,
    links_by_id,
    trace_of,
)
from vaandel.links.services.correcting import AlreadyKnown, correct_conversion
from vaandel.links.traces import changes_of, link_ids
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

PER_PAGE: Final = 25
MOST_EXPORTED: Final = 50_000


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def conversion_list(request: MemberRequest) -> HttpResponse:
    form = FilterForm({"period": "90", **request.GET.dict()})
    wanted = form.chosen(timezone.now())
    page = Paginator(conversions(wanted), PER_PAGE).get_page(request.GET.get("page"))
    credited = credits_of(row.link for row in page.object_list)
    return render(
        request,
        "links/conversions.html",
        {
            "form": form,
            "page": page,
            "rows": [(row, credited.get(row.link_id or 0)) for row in page.object_list],
            "goals": conversions_per_goal(wanted),
            "filtered": any(request.GET.get(name) for name in form.fields),
            "references_on": settings_of(request.member.organization).click_references,
        },
    )


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def conversion_export(request: MemberRequest) -> HttpResponse:
    form = FilterForm({"period": "90", **request.GET.dict()})
    rows = list(conversions(form.chosen(timezone.now()))[:MOST_EXPORTED])
    return HttpResponse(
        conversions_as_csv(rows, credits_of(row.link for row in rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="conversions.csv"'},
    )


def conversion_page(
    request: MemberRequest, conversion: Conversion, *, form: CorrectionForm, status: int = 200
) -> HttpResponse:
    trace, assists = trace_of(conversion), assists_of(conversion)
    links = [*links_by_id(link_ids(trace)).values(), *(row.link for row in assists)]
    credited = credits_of([conversion.link, *links])
    return render(
        request,
        "links/conversion.html",
        {
            "conversion": conversion,
            "credit": credited.get(conversion.link_id or 0),
            "assists": [(row, credited[row.link_id]) for row in assists if row.link_id],
            "trace": [(row, changes_of(row, credited)) for row in trace],
            "form": form,
        },
        status=status,
    )


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def conversion(request: MemberRequest, conversion_id: int) -> HttpResponse:
    found = conversion_for(request.member, conversion_id)
    return conversion_page(request, found, form=CorrectionForm(conversion=found))


@require_POST
@role_required(Role.OWNER, Role.EDITOR)
def conversion_correct(request: MemberRequest, conversion_id: int) -> HttpResponse:
    found = conversion_for(request.member, conversion_id)
    form = CorrectionForm(request.POST, conversion=found)
    if not form.is_valid():
        return conversion_page(request, found, form=form, status=422)
    try:
        correction = correct_conversion(
            conversion=found,
            wanted=form.wanted(),
            reason=form.cleaned_data["reason"],
            by=request.member,
            at=timezone.now(),
        )
    except AlreadyKnown:
        form.add_error("goal", _("There is another one with this goal and number. Correct that."))
        return conversion_page(request, found, form=form, status=422)
    messages.success(request, _("Corrected.") if correction else _("It was like that already."))
    return redirect("links:conversion", request.member.organization.slug, found.pk)

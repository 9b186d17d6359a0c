"""Campaigns for editors: the list, one campaign, its days as a file, and what comes after it."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaandel.links import charts
from vaandel.links.access import campaign_for, settings_of
from vaandel.links.exports import days_as_csv
from vaandel.links.forms import ListForm, PeriodForm, SuccessorForm
from vaandel.links.models import Campaign, Privacy
from vaandel.links.queries.campaigns import (
    Wish,
    as_rows,
    begin_of,
    campaign_days,
    campaign_figures,
    campaign_rows,
    link_numbers,
)
from vaandel.links.queries.conversions import conversions_of_campaign
from vaandel.links.services.settings import set_successor
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

PER_PAGE: Final = 25


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def campaign_list(request: MemberRequest) -> HttpResponse:
    now, zone = timezone.now(), ZoneInfo(request.member.organization.time_zone)
    form = ListForm({"period": "30", **request.GET.dict()})
    period, first = form.chosen(now.astimezone(zone).date())
    since = begin_of(Wish(zone, now, first))
    words = form.value("q")
    found = campaign_rows(words=words, order=form.value("sort"), since=since)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "links/list.html",
        {
            "form": form,
            "page": page,
            "rows": as_rows(list(page.object_list), since=since, now=now),
            "words": words,
            "period": period,
        },
    )


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def about(request: MemberRequest, kind: str, number: int) -> HttpResponse:
    """For pages of other rooms, which know what a campaign is about and not its number."""
    row = Campaign.objects.filter(key=f"{kind}:{number}").first()
    if row is None:
        messages.info(request, _("Nobody has shared this yet, so it has no links."))
        return redirect("links:list", request.member.organization.slug)
    return redirect("links:campaign", request.member.organization.slug, row.pk)


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def campaign(request: MemberRequest, campaign_id: int) -> HttpResponse:
    row = campaign_for(request.member, campaign_id)
    return _page(request, row, SuccessorForm(campaign=row))


def _page(request: MemberRequest, row: Campaign, form: SuccessorForm) -> HttpResponse:
    period, wish = _wish(request, row)
    figures = campaign_figures(row, wish)
    return render(
        request,
        "links/campaign.html",
        {
            "campaign": row,
            "figures": figures,
            "period": period,
            "unique_mode": wish.uniques,
            "kinds": charts.kind_rows(figures),
            "goals": conversions_of_campaign(row),
            "timeline": charts.timeline_chart(figures),
            "hours": charts.hours_chart(figures.hours) if figures.hours else None,
            "form": form,
        },
        status=422 if form.is_bound else 200,
    )


def _wish(request: MemberRequest, row: Campaign) -> tuple[str, Wish]:
    now, zone = timezone.now(), ZoneInfo(row.organization.time_zone)
    period, since = PeriodForm(request.GET).chosen(now.astimezone(zone).date())
    chosen = settings_of(row.organization)
    return period, Wish(
        zone=zone,
        now=now,
        since=since,
        uniques=chosen.privacy == Privacy.UNIQUE_PER_DAY,
        countries=chosen.countries,
    )


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def campaign_export(request: MemberRequest, campaign_id: int) -> HttpResponse:
    row = campaign_for(request.member, campaign_id)
    _period, wish = _wish(request, row)
    few = link_numbers(row, wish.now).few
    content = days_as_csv(campaign_days(row, wish, weekly=few), weekly=few, uniques=wish.uniques)
    name = f"vaandel-links-{row.pk}-{_today(wish):%Y%m%d}.csv"
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _today(wish: Wish) -> date:
    return wish.now.astimezone(wish.zone).date()


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER, Role.EDITOR)
def successor(request: MemberRequest, campaign_id: int) -> HttpResponse:
    row = campaign_for(request.member, campaign_id)
    form = SuccessorForm(request.POST or None, campaign=row)
    if not form.is_valid():
        return _page(request, row, form)
    set_successor(campaign=row, by=request.member, at=timezone.now(), **form.cleaned_data)
    if form.cleaned_data["successor_url"]:
        messages.success(request, _("Saved. Once its links have ended, they lead there."))
    else:
        messages.success(request, _("Saved. Once its links have ended, they lead where all do."))
    return redirect("links:campaign", request.member.organization.slug, row.pk)

"""My impact, the programme's overview, a post's results, and all of it as files."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.ambassadors.access import enrolment_for
from vaandel.impact import charts, dashboards, queries
from vaandel.impact.assumptions import own_assumptions, shown
from vaandel.impact.exports import as_csv, as_xlsx
from vaandel.impact.forms import AssumptionsForm, OwnPeriodForm, PostOrderForm, ProgrammePeriodForm
from vaandel.impact.services import assume
from vaandel.impact.tables import own_table, programme_tables
from vaandel.organizations.decorators import MemberRequest, member_required, role_required
from vaandel.organizations.models import Role
from vaandel.posts.access import post_for
from vaandel.recognition.queries import received_page

READERS: Final = (
    Role.OWNER,
    Role.EDITOR,
    Role.APPROVER,
    Role.COACH,
    Role.SPONSOR,
    Role.WORKS_COUNCIL,
)
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOP_POSTS: Final = 5
PER_PAGE: Final = 25


@require_safe
@member_required
def mine(request: MemberRequest) -> HttpResponse:
    enrolment = enrolment_for(request.member)
    period, page, thanks_page = OwnPeriodForm(request.GET).chosen()
    now = timezone.now()
    timeline = queries.own_timeline(enrolment, page=page, now=now)
    thanks = received_page(enrolment, page=thanks_page)
    return render(
        request,
        "impact/mine.html",
        {
            "period": period.value,
            "page": page,
            "totals": queries.own_totals(enrolment, period, now),
            "timeline": timeline,
            "own": [(own, charts.own_clicks_chart(own)) for own in timeline.shares],
            "group": queries.widest_estimate(timeline),
            "own_reach": queries.own_reach_per_post(enrolment),
            "thanks": thanks,
            "thanks_page": thanks_page,
            "now": now,
        },
    )


@require_safe
@member_required
def mine_export(request: MemberRequest, file_format: str) -> HttpResponse:
    table = own_table(enrolment_for(request.member))
    if file_format == "csv":
        return _download(as_csv(table), CSV, "my-impact.csv")
    if file_format == "xlsx":
        return _download(as_xlsx([table]), XLSX, "my-impact.xlsx")
    raise Http404("No such format.")


@require_safe
@role_required(*READERS)
def programme(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    choice, since = ProgrammePeriodForm(request.GET).chosen(now.date())
    weeks = dashboards.weeks(since)
    channels = dashboards.channel_rows(since)
    week_list = [week.week for week in weeks]
    series = dashboards.channel_series(channels, week_list)
    furthest = list(dashboards.post_rows()[:TOP_POSTS])
    units = dashboards.unit_rows(now.date())
    finished = [week for week in weeks if week.frozen]
    most_shared = dashboards.most_shared()
    return render(
        request,
        "impact/programme.html",
        {
            "choice": choice,
            "now": now,
            "weeks": weeks,
            "newest_first": finished[::-1],
            "latest": weeks[-1] if weeks else None,
            "totals": dashboards.totals(channels),
            "own_words": dashboards.own_words(since),
            "participation": charts.participation_chart(finished),
            "clicks": charts.clicks_chart(series, week_list, "clicks"),
            "posts": dashboards.as_post_rows(furthest),
            "most_shared": most_shared,
            "assumed": shown(most_shared.reach_inputs) if most_shared else {},
            "topics": charts.topics_chart(dashboards.topic_rows(since)),
            "units": units,
            "hidden_units": sum(unit.ambassadors is None for unit in units),
        },
    )


@require_safe
@role_required(*READERS)
def post_list(request: MemberRequest) -> HttpResponse:
    sort = PostOrderForm(request.GET).chosen()
    page = Paginator(dashboards.post_rows(sort), PER_PAGE).get_page(request.GET.get("page"))
    rows = dashboards.as_post_rows(list(page.object_list))
    return render(request, "impact/post_list.html", {"page": page, "posts": rows, "sort": sort})


@require_safe
@role_required(*READERS)
def post_results(request: MemberRequest, post_id: int) -> HttpResponse:
    post = post_for(request.member, post_id)
    results = dashboards.post_results(post)
    return render(
        request,
        "impact/post.html",
        {
            "post": post,
            "row": results.row,
            "clicks": charts.clicks_chart(results.series, results.weeks, "post"),
            "may_thank": request.member.has_role(Role.OWNER, Role.EDITOR, Role.COACH)
            or post.contact_id == request.member.pk,
        },
    )


@require_safe
@role_required(*READERS)
def programme_export(request: MemberRequest, table: str, file_format: str) -> HttpResponse:
    today = timezone.now().date()
    _choice, since = ProgrammePeriodForm(request.GET).chosen(today)
    tables = programme_tables(since, today)
    name = f"vaandel-{slugify(request.member.organization.slug)}"
    if file_format == "xlsx" and table == "all":
        return _download(as_xlsx(list(tables.values())), XLSX, f"{name}.xlsx")
    if file_format == "csv" and table in tables:
        return _download(as_csv(tables[table]), CSV, f"{name}-{table}.csv")
    raise Http404("No such file.")


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def assumptions(request: MemberRequest) -> HttpResponse:
    """What the estimate takes for granted, and what the owner knows better."""
    own = own_assumptions()
    form = AssumptionsForm(request.POST if request.method == "POST" else None, own=own)
    if form.is_valid():
        assume(values=form.values(), by=request.member, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("impact:assumptions", request.member.organization.slug)
    return render(
        request,
        "impact/assumptions.html",
        {"form": form, "own": own},
        status=422 if form.is_bound else 200,
    )


@require_POST
@role_required(Role.OWNER)
def assumptions_restore(request: MemberRequest) -> HttpResponse:
    assume(values={}, by=request.member, at=timezone.now())
    messages.success(request, _("The defaults are back."))
    return redirect("impact:assumptions", request.member.organization.slug)

"""The rules for naming the employer: to read for who works with them, to word for the owner."""

from __future__ import annotations

import csv
import io
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.forms import country_choices
from vaandel.organizations.models import Role
from vaandel.programmes.models import Programme
from vaandel.programmes.queries import the_programme
from vaandel.programmes.services import edit_programme
from vaandel.shares.disclosure import CHECKED_ON, VERSION, Employer
from vaandel.shares.disclosure.languages import NAMES
from vaandel.shares.naming import offered_counts, rule_rows, spoken_lines
from vaandel.shares.naming_forms import WordingsForm

READERS: Final = (Role.OWNER, Role.EDITOR, Role.APPROVER, Role.WORKS_COUNCIL)


@require_safe
@role_required(*READERS)
def rules(request: MemberRequest) -> HttpResponse:
    programme = the_programme(request.member.organization)
    return _page(request, programme, _form(request, programme))


@require_POST
@role_required(Role.OWNER)
def save_wordings(request: MemberRequest) -> HttpResponse:
    programme = the_programme(request.member.organization)
    form = _form(request, programme)
    if not form.is_valid():
        return _page(request, programme, form)
    edit_programme(
        programme=programme,
        changes={"disclosure_wording": form.wordings()},
        by=request.member,
        at=timezone.now(),
    )
    messages.success(request, _("Saved. Who shares from now on is offered these lines."))
    return redirect("shares:rules", request.member.organization.slug)


@require_safe
@role_required(Role.OWNER, Role.WORKS_COUNCIL)
def offered_export(request: MemberRequest) -> HttpResponse:
    """What was offered, in counts; an empty cell is fewer than five people."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [_("Version"), _("Kind of post"), _("Country"), _("Reward"), _("Rule"), _("Shares")]
    )
    for row in offered_counts():
        given = _("yes") if row.reward else _("no")
        count = "" if row.count is None else row.count
        writer.writerow([row.version, row.kind, row.country, given, str(row.strictness), count])
    response = HttpResponse(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="naming-the-employer.csv"'
    return response


def _form(request: MemberRequest, programme: Programme) -> WordingsForm:
    organization = request.member.organization
    return WordingsForm(
        request.POST or None,
        employer=Employer(organization.name, organization.website),
        country=organization.country,
        own=programme.disclosure_wording or {},
    )


def _page(request: MemberRequest, programme: Programme, form: WordingsForm) -> HttpResponse:
    member = request.member
    organization = member.organization
    sees_counts = member.has_role(Role.OWNER, Role.WORKS_COUNCIL)
    return render(
        request,
        "shares/rules/page.html",
        {
            "form": form,
            "programme": programme,
            "country": dict(country_choices()).get(organization.country, organization.country),
            "rows": rule_rows(organization, reward=programme.gives_rewards),
            "lines": spoken_lines(organization, programme),
            "language_names": NAMES,
            "sees_counts": sees_counts,
            "offered": offered_counts() if sees_counts else [],
            "version": VERSION,
            "checked_on": CHECKED_ON,
        },
        status=422 if form.is_bound else 200,
    )

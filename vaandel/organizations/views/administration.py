"""Units, settings, the log, and choosing an organisation."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.accounts.forms import zone_names
from vaandel.accounts.models import User
from vaandel.mailing.branding import is_adjusted, palette_of
from vaandel.organizations.access import unit_for
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.forms import OrganizationForm, UnitForm
from vaandel.organizations.log_texts import action_text
from vaandel.organizations.models import Role
from vaandel.organizations.queries import log_lines, log_pages, organizations_of, unit_tree
from vaandel.organizations.services import (
    NameTaken,
    UnitInItself,
    UnitNotEmpty,
    add_unit,
    delete_unit,
    edit_organization,
    move_unit,
    rename_unit,
)
from vaandel.organizations.services.organization import store_logo


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def units(request: MemberRequest) -> HttpResponse:
    nodes = unit_tree()
    form = UnitForm(request.POST or None, nodes=nodes)
    if form.is_valid():
        try:
            add_unit(by=request.member, at=timezone.now(), **form.cleaned_data)
        except NameTaken:
            form.add_error("name", _("There is already a department with this name in this place."))
        else:
            messages.success(request, _("The department has been added."))
            return redirect("organizations:units", request.member.organization.slug)
    return render(
        request,
        "organizations/units.html",
        {"nodes": nodes, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def unit(request: MemberRequest, unit_id: int) -> HttpResponse:
    row = unit_for(request.member, unit_id)
    form = UnitForm(
        request.POST or None,
        nodes=[node for node in unit_tree() if node.id != row.pk],
        initial={"name": row.name, "parent": row.parent_id or ""},
    )
    if form.is_valid():
        now = timezone.now()
        try:
            if form.cleaned_data["parent"] != row.parent:
                move_unit(unit=row, parent=form.cleaned_data["parent"], by=request.member, at=now)
            if form.cleaned_data["name"] != row.name:
                rename_unit(unit=row, name=form.cleaned_data["name"], by=request.member, at=now)
        except UnitInItself:
            form.add_error("parent", _("A department cannot belong to a department below itself."))
        except NameTaken:
            form.add_error("name", _("There is already a department with this name in this place."))
        else:
            messages.success(request, _("Saved."))
            return redirect("organizations:units", request.member.organization.slug)
    return render(
        request,
        "organizations/unit.html",
        {"unit": row, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_POST
@role_required(Role.OWNER)
def unit_delete(request: MemberRequest, unit_id: int) -> HttpResponse:
    row = unit_for(request.member, unit_id)
    try:
        delete_unit(unit=row, by=request.member, at=timezone.now())
    except UnitNotEmpty as error:
        messages.error(
            request,
            _(
                "“%(name)s” is not empty: people %(people)s, departments below it %(units)s."
                " Move them first."
            )
            % {"name": row.name, "people": error.people, "units": error.units},
        )
        return redirect("organizations:unit", request.member.organization.slug, row.pk)
    messages.success(request, _("“%(name)s” has been deleted.") % {"name": row.name})
    return redirect("organizations:units", request.member.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def settings(request: MemberRequest) -> HttpResponse:
    organization = request.member.organization
    form = OrganizationForm(request.POST or None, request.FILES or None, organization=organization)
    if form.is_valid():
        changes = dict(form.cleaned_data)
        content = changes.pop("logo")
        remove = changes.pop("remove_logo", False)
        logo = store_logo(content) if content else ("" if remove else None)
        edit_organization(
            organization=organization,
            changes=changes,
            logo=logo,
            by=request.member,
            at=timezone.now(),
        )
        messages.success(request, _("Saved."))
        return redirect("organizations:settings", organization.slug)
    return render(
        request,
        "organizations/settings.html",
        {"form": form, "zones": zone_names(), **shown_colours(str(form["colour"].value() or ""))},
        status=422 if form.is_bound else 200,
    )


@require_safe
@role_required(Role.OWNER)
def colour_preview(request: MemberRequest) -> HttpResponse:
    """How a colour that is being typed looks on a button."""
    typed = request.GET.get("colour", "")
    return render(request, "organizations/colour_preview.html", shown_colours(typed))


def shown_colours(typed: str) -> dict[str, object]:
    return {"palette": palette_of(typed), "adjusted": is_adjusted(typed)}


@require_safe
@role_required(Role.OWNER, Role.WORKS_COUNCIL)
def log(request: MemberRequest) -> HttpResponse:
    page = log_pages().get_page(request.GET.get("page"))
    lines = [(line, action_text(line.action)) for line in log_lines(list(page))]
    return render(request, "organizations/log.html", {"page": page, "lines": lines})


@require_safe
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "organizations/choose.html",
        {"choices": organizations_of(cast(User, request.user))},
    )

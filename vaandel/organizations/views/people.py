"""The list of members, and what an owner may change about one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.organizations.access import member_for
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.forms import ROLE_TEXTS, MemberForm, MembersFilter, RolesForm
from vaandel.organizations.models import Member, Role
from vaandel.organizations.queries import (
    PER_PAGE,
    colleagues,
    headcount,
    unit_tree,
    unreachable,
    with_units_below,
)
from vaandel.organizations.services import (
    LastOwner,
    RolesChanged,
    change_roles,
    edit_member,
    off_board_member,
)
from vaandel.organizations.services.members import GIVEN_ROLES


@dataclass(frozen=True, slots=True)
class RoleChoice:
    value: str
    label: str
    text: str | Promise
    given: bool
    icon: str


ROLE_ICONS = {
    Role.OWNER: "key",
    Role.EDITOR: "pencil",
    Role.APPROVER: "eye-check",
    Role.COACH: "heart-handshake",
    Role.SPONSOR: "chart-histogram",
    Role.WORKS_COUNCIL: "scale",
}


def role_choices(given: frozenset[Role]) -> list[RoleChoice]:
    return [
        RoleChoice(role.value, str(role.label), ROLE_TEXTS[role], role in given, ROLE_ICONS[role])
        for role in GIVEN_ROLES
    ]


def shown_roles(member: Member) -> list[str]:
    """Every role but the ambassador's, which is nobody else's business."""
    return [str(role.label) for role in GIVEN_ROLES if role in member.roles]


@require_safe
@role_required(Role.OWNER)
def members(request: MemberRequest) -> HttpResponse:
    search = MembersFilter(request.GET)
    nodes = unit_tree()
    unit_id = search.value("unit")
    rows = colleagues(
        text=search.value("q") or "",
        units=with_units_below(unit_id, nodes) if unit_id else None,
        role=search.value("role") or "",
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "organizations/members.html",
        {
            "page": page,
            "rows": [(row, shown_roles(row)) for row in page],
            "nodes": nodes,
            "roles": [(role.value, role.label) for role in GIVEN_ROLES],
            "q": search.value("q") or "",
            "unit_id": unit_id,
            "role": search.value("role") or "",
            "filtered": any(search.value(name) for name in ("q", "unit", "role")),
            "headcount": headcount(),
            "unreachable": unreachable(request.member.organization),
        },
    )


def member_page(
    request: MemberRequest,
    person: Member,
    *,
    form: MemberForm | None = None,
    status: int = 200,
) -> HttpResponse:
    given = person.roles - {Role.AMBASSADOR}
    return render(
        request,
        "organizations/member.html",
        {
            "person": person,
            "form": form or MemberForm(member=person),
            "role_choices": role_choices(given),
            "expected": ",".join(sorted(given)),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def member(request: MemberRequest, member_id: int) -> HttpResponse:
    person = member_for(request.member, member_id)
    if request.method != "POST":
        return member_page(request, person)
    form = MemberForm(request.POST, member=person)
    if not form.is_valid():
        return member_page(request, person, form=form, status=422)
    edit_member(member=person, by=request.member, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("organizations:member", request.member.organization.slug, person.pk)


@require_POST
@role_required(Role.OWNER)
def member_roles(request: MemberRequest, member_id: int) -> HttpResponse:
    person = member_for(request.member, member_id)
    form = RolesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("One of these roles does not exist. Nothing was changed."))
        return redirect("organizations:member", request.member.organization.slug, person.pk)
    try:
        change_roles(
            member=person,
            roles=form.cleaned_data["roles"],
            expected=form.cleaned_data["expected"],
            by=request.member,
            at=timezone.now(),
        )
    except LastOwner:
        messages.error(request, _("There must always be an owner. Make somebody else owner first."))
    except RolesChanged:
        messages.warning(
            request,
            _("Somebody else has just changed these roles. Look at them below and choose again."),
        )
    else:
        messages.success(request, _("The roles are saved."))
    if not member_still_manages(request.member):
        return redirect("/")
    return redirect("organizations:member", request.member.organization.slug, person.pk)


def member_still_manages(member: Member) -> bool:
    member.refresh_from_db()
    return member.is_owner


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def member_leave(request: MemberRequest, member_id: int) -> HttpResponse:
    person = member_for(request.member, member_id)
    if request.method != "POST":
        return render(request, "organizations/member_leave.html", {"person": person})
    try:
        off_board_member(member=person, by=request.member, at=timezone.now())
    except LastOwner:
        messages.error(request, _("There must always be an owner. Make somebody else owner first."))
        return redirect("organizations:member", request.member.organization.slug, person.pk)
    messages.success(
        request,
        _("%(name)s is no longer a member.") % {"name": person.user.display_name},
    )
    if person.pk == request.member.pk:
        return redirect("/")
    return redirect("organizations:members", request.member.organization.slug)

"""Lists of people: upload, say which column is what, check, import, watch."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.organizations.access import import_for
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.forms import ColumnsForm, UploadForm
from vaandel.organizations.importing.tables import Row, Unreadable
from vaandel.organizations.models import MemberImport, Role
from vaandel.organizations.problems import (
    IMPORT_PROBLEMS,
    file_problem,
    row_problems,
    write_problems,
)
from vaandel.organizations.queries import recent_imports
from vaandel.organizations.services.imports import (
    NotReady,
    check_list,
    open_table,
    sample_of,
    start_import,
    upload_list,
)

SHOWN_PROBLEMS = 50
State = MemberImport.State


@dataclass(frozen=True, slots=True)
class Preview:
    header: list[str]
    rows: list[Row]


def preview_of(member_import: MemberImport) -> Preview | None:
    """None when the list was handed to the worker, or its file is gone, and then it says so.

    Not saved: a folder that was restored late, or mounted late, brings the file back.
    """
    if member_import.state not in {State.UPLOADED, State.READY}:
        return None
    try:
        with member_import.file.open("rb") as file:
            table = open_table(member_import, file)
            return Preview(header=table.header, rows=sample_of(table))
    except (Unreadable, OSError):
        member_import.state, member_import.problem = State.FAILED, "unreadable"
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER, Role.COACH)
def upload(request: MemberRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            member_import = upload_list(
                file=file,
                filename=file.name,
                invite=form.cleaned_data["invite"],
                by=request.member,
                at=timezone.now(),
            )
        except Unreadable as error:
            form.add_error("file", file_problem(error))
        else:
            return to_list(request, member_import)
    return render(
        request,
        "organizations/import_upload.html",
        {"form": form, "imports": recent_imports(request.member)},
        status=422 if form.is_bound else 200,
    )


def to_list(request: MemberRequest, member_import: MemberImport) -> HttpResponse:
    return redirect("organizations:import_list", request.member.organization.slug, member_import.pk)


def list_page(
    request: MemberRequest,
    member_import: MemberImport,
    *,
    form: ColumnsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    preview = preview_of(member_import)
    if preview and form is None:
        form = ColumnsForm(header=preview.header, columns=member_import.columns)
    return render(
        request,
        "organizations/import_list.html#progress"
        if request.htmx
        else "organizations/import_list.html",
        {
            "list": member_import,
            "preview": preview,
            "form": form,
            "valid": member_import.rows_total - member_import.error_count,
            "problems": row_problems(member_import.errors[:SHOWN_PROBLEMS]),
            "more_problems": len(member_import.errors) > SHOWN_PROBLEMS,
            "under_way": member_import.state in {State.QUEUED, State.RUNNING},
            "problem": IMPORT_PROBLEMS.get(member_import.problem, ""),
        },
        status=status,
    )


@require_safe
@role_required(Role.OWNER, Role.COACH)
def import_list(request: MemberRequest, import_id: int) -> HttpResponse:
    return list_page(request, import_for(request.member, import_id))


@require_POST
@role_required(Role.OWNER, Role.COACH)
def import_columns(request: MemberRequest, import_id: int) -> HttpResponse:
    member_import = import_for(request.member, import_id)
    preview = preview_of(member_import)
    if preview is None:
        return to_list(request, member_import)
    form = ColumnsForm(request.POST, header=preview.header, columns=member_import.columns)
    if not form.is_valid():
        return list_page(request, member_import, form=form, status=422)
    try:
        check_list(member_import=member_import, columns=form.columns())
    except Unreadable as error:
        form.add_error(None, file_problem(error))
        return list_page(request, member_import, form=form, status=422)
    except NotReady:
        messages.info(request, _("This list is being imported already."))
    return to_list(request, member_import)


@require_POST
@role_required(Role.OWNER, Role.COACH)
def import_start(request: MemberRequest, import_id: int) -> HttpResponse:
    member_import = import_for(request.member, import_id)
    try:
        start_import(member_import=member_import, by=request.member, at=timezone.now())
    except NotReady:
        messages.info(request, _("This list is being imported already."))
    return to_list(request, member_import)


@require_safe
@role_required(Role.OWNER, Role.COACH)
def import_problems(request: MemberRequest, import_id: int) -> HttpResponse:
    member_import = import_for(request.member, import_id)
    response = HttpResponse(
        # Spreadsheets take CSV for UTF-8 only with this mark in front.
        "\N{ZERO WIDTH NO-BREAK SPACE}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'},
    )
    write_problems(response, row_problems(member_import.errors))  # type: ignore[arg-type]
    return response

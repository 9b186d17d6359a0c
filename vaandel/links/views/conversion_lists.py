"""Lists of conversions: upload, say which column is what, check, import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.links.access import conversion_import_for
from vaandel.links.conversion_files import problems_as_csv
from vaandel.links.forms.conversions import COLUMN_NAMES, ListColumnsForm, ListUploadForm
from vaandel.links.models import ConversionImport
from vaandel.links.problems import problem_text
from vaandel.links.queries.conversions import recent_lists
from vaandel.links.services.conversion_lists import (
    MOST_ROWS,
    NotReady,
    check_list,
    import_list,
    open_list,
    sample_of,
    upload_list,
)
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.importing.tables import MAX_COLUMNS, Row, Unreadable
from vaandel.organizations.models import Role

SHOWN_PROBLEMS: Final = 50
State = ConversionImport.State
FILE_PROBLEMS: Mapping[str, str | Promise] = {
    "too_large": gettext_lazy("This file is larger than 10 MB. Split it, or leave out columns."),
    "empty": gettext_lazy("This file is empty. Choose another one."),
    "no_rows": gettext_lazy("There are only column names in this file."),
    "wrong_type": gettext_lazy("This is no CSV or XLSX file. Save the list as one of these."),
    "not_text": gettext_lazy("This file is damaged, or no CSV or XLSX file. Save the list again."),
    "wrong_encoding": gettext_lazy(
        "We cannot read the letters in this file. Save it as CSV (UTF-8)."
    ),
    "damaged_xlsx": gettext_lazy(
        "This XLSX file is damaged. Open it, save it again and try once more."
    ),
    "no_header": gettext_lazy(
        "There are mail addresses in the first row. Put a row with the names of the columns above"
        " it, and leave out addresses of people."
    ),
    "too_many_columns": gettext_lazy(
        "This file has more than %(columns)s columns. Leave some out."
    ),
    "too_many_rows": gettext_lazy("This file has more than %(rows)s rows. Split it."),
    "broken_quoting": gettext_lazy(
        "From line %(line)s on a quotation mark is missing or one too many. Correct that line."
    ),
}


def file_problem(error: Unreadable) -> str:
    text = str(FILE_PROBLEMS[error.reason])
    return text % {"columns": MAX_COLUMNS, "rows": MOST_ROWS, "line": error.line}


@dataclass(frozen=True, slots=True)
class Preview:
    header: list[str]
    rows: list[Row]


def preview_of(found: ConversionImport) -> Preview | None:
    """None when the list was imported, or its file is gone."""
    if found.state not in {State.UPLOADED, State.READY}:
        return None
    try:
        with found.file.open("rb") as file:
            table = open_list(found, file)
            return Preview(header=table.header, rows=sample_of(table))
    except (Unreadable, OSError):
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER, Role.EDITOR)
def upload(request: MemberRequest) -> HttpResponse:
    bound = request.method == "POST"
    form = ListUploadForm(request.POST, request.FILES) if bound else ListUploadForm()
    if bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = upload_list(file=file, filename=file.name, by=request.member, at=timezone.now())
        except Unreadable as error:
            form.add_error("file", file_problem(error))
        else:
            return to_list(request, found)
    return render(
        request,
        "links/conversion_upload.html",
        {"form": form, "lists": recent_lists()},
        status=422 if bound else 200,
    )


def to_list(request: MemberRequest, found: ConversionImport) -> HttpResponse:
    return redirect("links:conversion_list", request.member.organization.slug, found.pk)


def list_page(
    request: MemberRequest,
    found: ConversionImport,
    *,
    form: ListColumnsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    preview = preview_of(found)
    if preview and form is None:
        form = ListColumnsForm(
            header=preview.header, columns=found.columns, defaults=found.defaults
        )
    valid = found.rows_total - found.error_count
    problems = [
        error
        | {
            "column": COLUMN_NAMES.get(error["field"], _("The row")),
            "text": problem_text(error["reason"], other_row=error["other_row"]),
        }
        for error in found.errors[:SHOWN_PROBLEMS]
    ]
    return render(
        request,
        "links/conversion_list.html",
        {
            "list": found,
            "preview": preview,
            "form": form,
            "valid": valid,
            "problems": problems,
            "more_problems": len(found.errors) > SHOWN_PROBLEMS,
        },
        status=status,
    )


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def conversion_list(request: MemberRequest, import_id: int) -> HttpResponse:
    return list_page(request, conversion_import_for(request.member, import_id))


@require_POST
@role_required(Role.OWNER, Role.EDITOR)
def list_columns(request: MemberRequest, import_id: int) -> HttpResponse:
    found = conversion_import_for(request.member, import_id)
    preview = preview_of(found)
    if preview is None:
        return to_list(request, found)
    form = ListColumnsForm(
        request.POST, header=preview.header, columns=found.columns, defaults=found.defaults
    )
    if not form.is_valid():
        return list_page(request, found, form=form, status=422)
    try:
        check_list(
            conversion_import=found,
            columns=form.columns(),
            defaults=form.defaults(),
            at=timezone.now(),
        )
    except Unreadable as error:
        form.add_error(None, file_problem(error))
        return list_page(request, found, form=form, status=422)
    except NotReady:
        messages.info(request, _("This list has been imported already."))
    return to_list(request, found)


@require_POST
@role_required(Role.OWNER, Role.EDITOR)
def list_start(request: MemberRequest, import_id: int) -> HttpResponse:
    found = conversion_import_for(request.member, import_id)
    try:
        import_list(conversion_import=found, by=request.member, at=timezone.now())
    except NotReady:
        messages.info(request, _("This list has been imported already."))
    except (Unreadable, OSError):
        messages.error(request, _("The file could not be read any more. Upload it again."))
    return to_list(request, found)


@require_safe
@role_required(Role.OWNER, Role.EDITOR)
def list_problems(request: MemberRequest, import_id: int) -> HttpResponse:
    found = conversion_import_for(request.member, import_id)
    return HttpResponse(
        problems_as_csv(found, COLUMN_NAMES),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'},
    )

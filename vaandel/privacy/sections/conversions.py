"""What somebody did about conversions. None of it says who clicked or shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaandel.accounts.models import User
from vaandel.links.models import ConversionCorrection, ConversionEndpoint, ConversionImport
from vaandel.privacy.sections.base import Column, Row, Section


def corrections(user: User) -> Iterator[Row]:
    rows = ConversionCorrection.objects.filter(by__user=user).select_related("conversion")
    for row in rows.order_by("pk").iterator():
        yield {"conversion": row.conversion.external_id, "reason": row.reason, "at": row.at}


def endpoints(user: User) -> Iterator[Row]:
    for row in ConversionEndpoint.objects.filter(created_by__user=user).order_by("pk"):
        yield {"name": row.name, "created_at": row.created_at}


def imports(user: User) -> Iterator[Row]:
    for row in ConversionImport.objects.filter(uploaded_by__user=user).order_by("pk"):
        yield {"file": row.filename, "rows": row.rows_total, "created_at": row.created_at}


MADE_ON: Final = Column("created_at", _("Made on"))

CONVERSIONS: Final = (
    Section(
        key="conversion_corrections",
        title=_("Conversions you corrected"),
        covers=("links.ConversionCorrection.by",),
        columns=(
            Column("conversion", _("Number")),
            Column("reason", _("Why")),
            Column("at", _("On")),
        ),
        rows=corrections,
    ),
    Section(
        key="conversion_endpoints",
        title=_("Sites you let report conversions"),
        covers=("links.ConversionEndpoint.created_by",),
        columns=(Column("name", _("Name")), MADE_ON),
        rows=endpoints,
    ),
    Section(
        key="conversion_imports",
        title=_("Lists of conversions you imported"),
        covers=("links.ConversionImport.uploaded_by",),
        columns=(Column("file", _("File")), Column("rows", _("Rows")), MADE_ON),
        rows=imports,
    ),
)

"""Somebody's data as a ZIP: `data.json` for machines, `index.html` for people, and pictures."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Final

import orjson
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext

from vaandel.accounts.models import User
from vaandel.components.figures import day, local
from vaandel.privacy.queries import Part, data_of, files_of
from vaandel.privacy.sections import Column

FORMAT: Final = 1
IN_MEMORY: Final = 1024 * 1024
STYLE: Final = Path(__file__).parent / "static" / "privacy" / "my-data.css"


def write_archive(user: User, *, at: datetime) -> IO[bytes]:
    """The ZIP, open at its beginning. A large one is kept on disk, not in memory."""
    parts = data_of(user)
    archive = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # the caller closes it
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("data.json", as_json(parts, at=at))
        files.writestr("index.html", as_page(parts, user=user, at=at))
        files.writestr("style.css", STYLE.read_bytes())
        for name, file in files_of(user):
            _add(files, name, file)
    archive.seek(0)
    return archive


def _add(files: zipfile.ZipFile, name: str, file: Any) -> None:
    """A picture whose file is missing must not keep somebody from their other data."""
    try:
        with file.open("rb") as content:
            files.writestr(f"files/{name}", content.read())
    except FileNotFoundError:
        return


def as_json(parts: list[Part], *, at: datetime) -> bytes:
    """A key per part; each row has the part's keys. Moments are ISO 8601 in UTC."""
    document: dict[str, object] = {"format": FORMAT, "made_at": at, "from": settings.PUBLIC_URL}
    document |= {part.section.key: part.rows for part in parts}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def as_page(parts: list[Part], *, user: User, at: datetime) -> str:
    shown = [
        {
            "key": part.section.key,
            "title": part.section.title,
            "rows": [
                [(column.label, in_words(row[column.key], column)) for column in columns_of(part)]
                for row in part.rows
            ],
        }
        for part in parts
    ]
    context = {"parts": shown, "person": user, "at": at, "language": get_language()}
    return render_to_string("privacy/my_data.html", context)


def columns_of(part: Part) -> Iterable[Column]:
    return part.section.columns


def in_words(value: object, column: Column) -> str:
    """A value as somebody reads it in their own language; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return f"{day(local(value))}, {local(value):%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {in_words(item, column)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(in_words(item, column) for item in value)
    return str(column.words.get(str(value), value))

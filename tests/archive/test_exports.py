"""An export can be checked by somebody who has nothing but the file and its note."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import textwrap
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.archive.conftest import NOW, Append
from tests.archive.test_chain import OVER, sql, without_triggers
from vaandel.archive.exports import Period, zipped
from vaandel.archive.services import forget_old
from vaandel.organizations.models import AuditEntry, Organization


def files_in(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        assert files.testzip() is None
        return {name: files.read(name).decode() for name in files.namelist()}


def exported(organization: Organization, period: Period = Period()) -> dict[str, str]:  # noqa: B008
    return files_in(b"".join(zipped(organization, period, at=NOW)))


def check_as_the_note_says(folder: Path, files: dict[str, str]) -> int:
    """Run the few lines of the note on the list beside it."""
    (folder / "archive.jsonl").write_text(files["archive.jsonl"])
    _before, _colon, after = files["README.txt"].partition("without any library:\n\n")
    lines = textwrap.dedent(after.partition("\n\n")[0])
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", lines], cwd=folder, capture_output=True, check=False
    )
    return run.returncode


def test_a_stranger_can_check_it(acme: Organization, add: Append, tmp_path: Path) -> None:
    add("One", keep_until=OVER)
    add("Zwei – „drüben“\nzweite Zeile")
    forget_old(at=NOW)

    files = exported(acme)

    assert list(files) == ["README.txt", "archive.jsonl", "archive.csv"]
    assert "Archive of Acme" in files["README.txt"]
    assert check_as_the_note_says(tmp_path, files) == 0
    forged = {**files, "archive.jsonl": files["archive.jsonl"].replace("zweite", "dritte")}
    assert check_as_the_note_says(tmp_path, forged) == 1
    first, second = files["archive.jsonl"].splitlines()
    cut = {**files, "archive.jsonl": f"{second}\n{first}\n"}
    assert check_as_the_note_says(tmp_path, cut) == 1


def test_a_later_period_can_be_checked_too(
    acme: Organization, globex: Organization, add: Append, tmp_path: Path
) -> None:
    add("Before", at=NOW - timedelta(days=1))
    second = add("In it")
    add("After", at=NOW + timedelta(days=1))
    add("Theirs", organization=globex)

    files = exported(acme, Period(NOW, NOW + timedelta(days=1)))

    [row] = [json.loads(line) for line in files["archive.jsonl"].splitlines()]
    assert (row["number"], row["content"], row["digest"]) == (2, second.content, second.digest)
    assert "Entries from 2026-11-22T09:30:15" in files["README.txt"]
    assert check_as_the_note_says(tmp_path, files) == 0


def test_people_get_a_table(acme: Organization, add: Append) -> None:
    add("=1+1", content={"text": "=1+1", "media": ["aa", "bb"]}, subject="-post:1")

    [head, row] = csv.reader(io.StringIO(exported(acme)["archive.csv"]))

    assert head == ["number", "at", "kind", "subject", "keep_until", "what"]
    assert row == [
        "1",
        "2026-11-22T09:30:15.123456+00:00",
        "share.opened",
        "'-post:1",
        "2031-11-22",
        'media: ["aa", "bb"]\ntext: =1+1',
    ]


def test_a_large_archive_is_made_piece_by_piece(acme: Organization, add: Append) -> None:
    for number in range(1200):
        add(f"{number} " + str(NOW + timedelta(days=number)) * 20)

    pieces = list(zipped(acme, Period(), at=NOW))

    assert len(files_in(b"".join(pieces))["archive.jsonl"].splitlines()) == 1200
    assert len(pieces) > 1


def test_by_command(acme: Organization, add: Append, tmp_path: Path) -> None:
    add(at=NOW)
    file = tmp_path / "out.zip"

    call_command("archive_export", "acme", str(file), since=date(2026, 11, 22))

    assert len(files_in(file.read_bytes())["archive.jsonl"].splitlines()) == 1
    assert AuditEntry.objects.get(action="archive.exported").by is None
    with pytest.raises(CommandError, match="cannot be written: File exists"):
        call_command("archive_export", "acme", str(file))
    with pytest.raises(CommandError, match="There is no organisation 'nobody'"):
        call_command("archive_export", "nobody", str(tmp_path / "x.zip"))
    with pytest.raises(CommandError, match="no day like"):
        call_command("archive_export", "acme", str(tmp_path / "x.zip"), "--until", "today")


def test_checking_by_command(
    acme: Organization, globex: Organization, add: Append, capsys: pytest.CaptureFixture[str]
) -> None:
    add()
    call_command("archive_verify")
    assert capsys.readouterr().out == "acme: 1 entries whole\nglobex: 0 entries whole\n"
    with without_triggers():
        sql("UPDATE archive_archiveentry SET content = 'x'")

    with pytest.raises(CommandError, match="Restore it"):
        call_command("archive_verify", "acme")

    assert capsys.readouterr().out == "acme: 0 entries whole, BROKEN at entry 1\n"
    with pytest.raises(CommandError, match="no such organisation"):
        call_command("archive_verify", "nobody")

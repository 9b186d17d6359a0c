"""Backup and restore, on a real installation with the database that the tests run on."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import time
from pathlib import Path

import pytest

from tests.config.conftest import Installation
from vaandel.lib.processes import hold_folder

FOUND = 'Organization.objects.create(name="{name}", slug="{slug}")'
NAMES = 'print(*Organization.objects.order_by("slug").values_list("name", flat=True), sep=",")'


@pytest.fixture
def living(installation: Installation) -> Installation:
    """An installation with a row, a picture and a click that waits."""
    assert installation.run("migrate").returncode == 0
    installation.in_django(FOUND.format(name="Before", slug="before"))
    for name, content in (("media/media/a.png", "picture"), ("spool/1.clicks", "click\n")):
        file = installation.data / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return installation


LINK = """
from django.utils import timezone
from vaandel.links.services import create_link, save_campaign
acme = Organization.objects.create(name="Acme", slug="acme")
post = save_campaign(organization=acme, key="post:1", title="Geothermal")
create_link(organization=acme, target_url="https://example.org", channel="linkedin",
            at=timezone.now(), campaign=post)
"""
# Each click one millisecond after the other, so that a lost or doubled one is seen.
CLICKS = """
import sys, time
from pathlib import Path
from django.conf import settings
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Click, Link, LinkDay
from vaandel.links.rollups import verify
from vaandel.links.spool import Writer
link, base = Link.objects.get().pk, (int(time.time()) - 3600) * 1000
writer = Writer(Path(settings.SPOOL_DIR))
def come(first, number):
    for at in range(first, first + number):
        writer.append(link, (base + at) / 1000, "HUMAN", family="Chrome")
def told():
    moments = sorted(Click.objects.values_list("at_ms", flat=True))
    whole = moments == list(range(moments[0], moments[0] + len(moments))) if moments else True
    sums = sum(LinkDay.objects.values_list("count", flat=True))
    return f"{len(moments)} {sums} {whole} {verify(None, None)}"
"""


def damage(archive: Path, target: Path) -> None:
    """A copy in which one file has another content, as after a bad disk or a bad hand."""
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as copy:
        for entry in source:
            stream = source.extractfile(entry)
            assert stream is not None
            content = stream.read()
            if entry.name == "media/media/a.png":
                content = content[::-1]
            (target.parent / "content").write_bytes(content)
            with (target.parent / "content").open("rb") as changed:
                copy.addfile(entry, changed)


def test_what_is_backed_up_comes_back(living: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    key = (living.data / "secret-key").read_text()
    made = living.run("backup", str(archive))
    assert made.returncode == 0, made.stderr
    assert archive.stat().st_mode & 0o777 == 0o600
    living.in_django(FOUND.format(name="After", slug="after"))
    (living.data / "media/media/a.png").write_text("changed")
    (living.data / "media/media/b.png").write_text("added")
    (living.data / "secret-key").write_text("x" * 50)

    refused = living.run("restore", str(archive))
    restored = living.run("restore", "--force", str(archive))

    assert refused.returncode == 1
    assert refused.stderr.endswith("`--force` replaces it.\n")
    assert restored.returncode == 0, restored.stderr
    assert living.in_django(NAMES) == "Before"
    assert (living.data / "media/media/a.png").read_text() == "picture"
    assert not (living.data / "media/media/b.png").exists()
    assert (living.data / "spool/1.clicks").read_text() == "click\n"
    assert (living.data / "secret-key").read_text() == key
    assert [path.name for path in living.data.iterdir() if path.name.startswith(".restore")] == []


def test_counted_and_waiting_clicks_come_back_once(living: Installation, tmp_path: Path) -> None:
    living.in_django(LINK)
    living.in_django(CLICKS + "come(0, 30)\ningest_clicks()\ncome(30, 5)")
    living.run("backup", str(tmp_path / "backup"))
    assert living.in_django(CLICKS + "ingest_clicks()\nprint(told())") == "35 35 True []"

    restored = living.run("restore", "--force", str(tmp_path / "backup"))

    assert restored.returncode == 0, restored.stderr
    told = living.in_django(CLICKS + "print(told())\ningest_clicks()\nprint(told())")
    assert told.splitlines() == ["30 30 True []", "35 35 True []"]


def as_format_1(archive: Path, target: Path) -> None:
    """As it was made before clicks had a file of their own."""
    with tarfile.open(archive) as source, tarfile.open(target, "w:gz") as copy:
        for entry in source:
            stream = source.extractfile(entry)
            assert stream is not None
            content = stream.read()
            if entry.name == "database/clicks.sqlite3":
                continue
            if entry.name == "manifest.json":
                manifest = json.loads(content) | {"format": 1}
                manifest["files"].pop("database/clicks.sqlite3", None)
                content = json.dumps(manifest).encode()
            entry.size = len(content)
            copy.addfile(entry, io.BytesIO(content))


def test_an_older_archive_takes_the_present_clicks_away(
    living: Installation, tmp_path: Path
) -> None:
    living.in_django(LINK)
    living.run("backup", str(tmp_path / "backup"))
    as_format_1(tmp_path / "backup", tmp_path / "old")
    living.in_django(CLICKS + "come(0, 3)\ningest_clicks()")

    restored = living.run("restore", "--force", str(tmp_path / "old"))

    assert restored.returncode == 0, restored.stderr
    assert living.run("migrate").returncode == 0
    assert living.in_django(CLICKS + "print(told())") == "0 0 True []"


def test_a_dump_that_cannot_be_loaded_leaves_the_clicks(
    living: Installation, tmp_path: Path
) -> None:
    """The archive is whole, its dump is not: only PostgreSQL finds that out while restoring."""
    living.in_django(LINK)
    living.in_django(CLICKS + "come(0, 3)\ningest_clicks()")
    name = living.in_django("from vaandel.config import dumps\nprint(dumps.database_file())")
    content = b"not a dump"
    manifest = {
        "version": "1",
        "made_at": "",
        "engine": living.in_django("from django.db import connection\nprint(connection.vendor)"),
        "files": {name: hashlib.sha256(content).hexdigest()},
    }
    with tarfile.open(tmp_path / "bad", "w:gz") as tar:
        for entry, data in ((name, content), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(entry)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))

    refused = living.run("restore", "--force", str(tmp_path / "bad"))

    assert refused.returncode == 1
    assert living.in_django(CLICKS + "print(told())") == "3 3 True []"


@pytest.mark.slow
def test_a_backup_while_clicks_are_counted_has_each_once(
    installation: Installation, tmp_path: Path
) -> None:
    assert installation.run("migrate").returncode == 0
    installation.in_django(LINK)
    counting = installation.python_in_background(
        "import django; django.setup()\n"
        "from vaandel.organizations.tenancy import every_tenant\n"
        "scope = every_tenant(); scope.__enter__()\n"
        f"{CLICKS}\n"
        "for number in range(100000):\n"
        "    come(number * 10, 5)\n"
        "    ingest_clicks()\n"
        "    come(number * 10 + 5, 5)\n"
        # Its file is read to its end and goes.
        "    writer.close()\n"
        f"    open({str(tmp_path / 'counting')!r}, 'w').close()\n"
    )
    while not (tmp_path / "counting").exists():
        assert counting.poll() is None
        time.sleep(0.05)
    archives = [tmp_path / f"backup-{number}" for number in range(3)]
    results = [installation.run("backup", str(archive)) for archive in archives]
    counting.kill()
    counting.wait()

    assert [result.returncode for result in results] == [0, 0, 0]
    for archive in archives:
        assert installation.run("restore", "--force", str(archive)).returncode == 0
        told = installation.in_django(CLICKS + "ingest_clicks()\nprint(told())")
        clicks, sums, *rest = told.split()
        assert int(clicks) > 0
        assert clicks == sums
        assert rest == ["True", "[]"]


def test_a_backup_never_replaces_a_file(living: Installation, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("precious")

    result = living.run("backup", str(tmp_path / "taken"))

    assert result.returncode == 1
    assert "exists already" in result.stderr
    assert (tmp_path / "taken").read_text() == "precious"


def test_a_backup_into_nowhere_is_told(living: Installation, tmp_path: Path) -> None:
    result = living.run("backup", str(tmp_path / "nowhere" / "backup"))

    assert result.returncode == 1
    assert "cannot be written: No such file or directory." in result.stderr


def test_a_damaged_archive_changes_nothing(living: Installation, tmp_path: Path) -> None:
    whole, bad, half = (tmp_path / name for name in ("whole", "bad", "half"))
    living.run("backup", str(whole))
    damage(whole, bad)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    living.in_django(FOUND.format(name="After", slug="after"))

    changed = living.run("restore", "--force", str(bad))
    torn = living.run("restore", "--force", str(half))

    assert changed.returncode == 1
    assert "is damaged: media/media/a.png is not what was backed up." in changed.stderr
    assert torn.returncode == 1
    assert "cannot be read" in torn.stderr
    assert living.in_django(NAMES) == "After,Before"
    assert (living.data / "media/media/a.png").read_text() == "picture"


def test_an_archive_with_a_path_out_of_the_folder_is_refused(
    living: Installation, tmp_path: Path
) -> None:
    (tmp_path / "evil").write_text("evil")
    with tarfile.open(tmp_path / "bad.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "evil", arcname="media/../../evil")

    result = living.run("restore", "--force", str(tmp_path / "bad.tar.gz"))

    assert result.returncode == 1
    assert "holds something else" in result.stderr


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        ({"version": "9", "made_at": "", "engine": "sqlite", "format": 9}, "has format 9"),
        ({"version": "9"}, "The manifest cannot be read."),
        (None, "its manifest is missing"),
    ],
)
def test_a_strange_manifest_is_refused(
    living: Installation, tmp_path: Path, manifest: dict[str, object] | None, says: str
) -> None:
    with tarfile.open(tmp_path / "odd.tar.gz", "w:gz") as tar:
        if manifest is not None:
            (tmp_path / "manifest").write_text(json.dumps(manifest))
            tar.add(tmp_path / "manifest", arcname="manifest.json")

    result = living.run("restore", "--force", str(tmp_path / "odd.tar.gz"))

    assert result.returncode == 1
    assert says in result.stderr


def test_a_backup_of_another_kind_of_database_is_refused(
    living: Installation, tmp_path: Path
) -> None:
    (tmp_path / "manifest").write_text(
        json.dumps({"version": "1", "made_at": "", "engine": "oracle", "format": 1})
    )
    with tarfile.open(tmp_path / "odd.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "manifest", arcname="manifest.json")

    result = living.run("restore", "--force", str(tmp_path / "odd.tar.gz"))

    assert result.returncode == 1
    assert result.stderr.startswith("This backup is of oracle, and VAANDEL_DATABASE_URL says ")


def test_nothing_is_restored_under_a_running_installation(
    living: Installation, tmp_path: Path
) -> None:
    living.run("backup", str(tmp_path / "backup"))

    with hold_folder(living.data, alone=False):
        result = living.run("restore", "--force", str(tmp_path / "backup"))

    assert result.returncode == 1
    assert result.stderr == "Vaandel is running here. Stop it first.\n"


def test_a_file_that_is_not_there_is_told(living: Installation, tmp_path: Path) -> None:
    result = living.run("restore", str(tmp_path / "nothing"))

    assert result.returncode == 1
    assert result.stderr.endswith("nothing is not there.\n")


@pytest.mark.slow
def test_a_backup_while_everything_runs_is_consistent(
    installation: Installation, tmp_path: Path
) -> None:
    up = installation.start("up")
    installation.wait_until_alive()
    # Each transaction writes two rows, so a consistent copy has an even number of them.
    writer = installation.python_in_background(
        "import django; django.setup()\n"
        "from django.db import transaction\n"
        "from vaandel.organizations.models import Organization\n"
        "for number in range(100000):\n"
        "    with transaction.atomic():\n"
        "        for half in 'ab':\n"
        "            Organization.objects.create(name='X', slug=f'x{number}{half}')\n"
        f"    open({str(tmp_path / 'writing')!r}, 'w').close()\n"
    )
    while not (tmp_path / "writing").exists():
        assert writer.poll() is None
        time.sleep(0.05)
    archives = [tmp_path / f"backup-{number}" for number in range(3)]
    results = [installation.run("backup", str(archive)) for archive in archives]
    writer.kill()
    writer.wait()
    up.terminate()
    assert up.wait(20) == 0

    assert [result.returncode for result in results] == [0, 0, 0]
    for archive in archives:
        assert installation.run("restore", "--force", str(archive)).returncode == 0
        count = int(installation.in_django("print(Organization.objects.count())"))
        assert count > 0
        assert count % 2 == 0

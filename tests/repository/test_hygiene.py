"""What must never be in a tracked file."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Put together here, since this file is tracked too.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
    )
]
PLACES = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/")
INLINE = re.compile(
    # Scripts of JSON are data, which the policy leaves alone.
    r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))|<style\b|\sstyle=[\"']|\son[a-z]+=[\"']|(?:src|href)=[\"']data:"
)
LONGEST = 600


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert len(found) > 100
    return [path for path in found if path.is_file()]


def text_of(path: Path) -> str:
    """Nothing for a picture or a font."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_package_host() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        for host in HOSTS
        if host in text_of(path)
    }

    assert sorted(named) == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    here = f"{ROOT}/"
    found = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path != Path(__file__).resolve()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if PLACES.search(line) or here in line
    }

    assert sorted(found) == []


def test_locks_have_a_hash_for_everything() -> None:
    for name in ("base", "dev"):
        content = (ROOT / "requirements" / f"{name}.txt").read_text()
        packages = re.split(r"\n(?=\S)", content.split("\n", 1)[1])

        assert len(packages) > 30
        assert [package for package in packages if "--hash=sha256:" not in package] == []
        assert "://" not in content

    for folder in (ROOT, ROOT / "tests" / "bluesky_pds"):
        packages_of_node = json.loads((folder / "package-lock.json").read_text())["packages"]
        installed = [(name, package) for name, package in packages_of_node.items() if name]

        assert len(installed) > 100
        assert [name for name, package in installed if "resolved" in package] == []
        assert [name for name, package in installed if "integrity" not in package] == []


def test_every_dependency_is_in_the_lock() -> None:
    base = {
        line.split("==")[0] for line in (ROOT / "requirements/base.txt").read_text().splitlines()
    }
    dev = {line.split("==")[0] for line in (ROOT / "requirements/dev.txt").read_text().splitlines()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = [re.split(r"[^\w-]", line)[0] for line in project["project"]["dependencies"]]
    for_tests = [re.split(r"[^\w-]", line)[0] for line in project["dependency-groups"]["dev"]]

    assert [name for name in runtime if name not in base] == []
    assert [name for name in for_tests if name not in dev] == []
    assert "psycopg" in dev
    assert base - {"psycopg"} <= dev


def test_templates_have_nothing_inline() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.suffix == ".html" and path.is_relative_to(ROOT / "vaandel")
        for match in INLINE.finditer(text_of(path))
    }

    assert sorted(found) == []


def test_files_stay_readable() -> None:
    long = {
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in tracked()
        if path.suffix in {".py", ".ts", ".css", ".html", ".mjs"} and "migrations" not in path.parts
        if (lines := len(text_of(path).splitlines())) > LONGEST
    }

    assert sorted(long) == []


def test_nothing_built_is_tracked() -> None:
    built = [path for path in tracked() if path.suffix in {".mo", ".pyc", ".sqlite3"}]

    assert built == []
    assert not any(path.is_relative_to(ROOT / "vaandel/static/dist") for path in tracked())

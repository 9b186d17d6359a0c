"""What the documentation says exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaandel.config.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_commands_exist(page: Path) -> None:
    known = {command.name.split()[0] for command in COMMANDS}
    named = set(re.findall(r"(?:`|^)vaandel ([a-z-]+)", page.read_text(), re.MULTILINE))

    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE))

    assert named - known == set()


def test_every_decision_is_listed_with_its_rejected_alternative() -> None:
    records = sorted((ROOT / "docs/decisions").glob("0*.md"))
    listed = re.findall(r"\((0\d+-[\w-]+\.md)\)", (ROOT / "docs/decisions/README.md").read_text())

    assert sorted(listed) == [record.name for record in records]
    assert [record.name for record in records if "## Rejected" not in record.read_text()] == []


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci/run").read_text()

    assert "make test" in script
    assert "\nmake test\n" in (ROOT / "README.md").read_text()
    assert (ROOT / ".ci/run").stat().st_mode & 0o111

"""Pages hold under a content policy without inline script, inline style or data images."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vaandel.components.flags import COLOURS, PATTERNS, drawing
from vaandel.components.icons import ICONS, NETWORK_ICONS, network_icon_name, paths
from vaandel.programmes.models import Colour, Pattern

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "vaandel").glob("**/templates/**/*.html"))
MAILS = re.compile(r"/mails?/|/mailing/|/mail_")
SHEETS = sorted((ROOT / "frontend" / "css").glob("**/*.css"))
SCRIPTS = sorted((ROOT / "frontend" / "ts").glob("**/*.ts"))

FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "an inline script": re.compile(
        # a block of JSON is data, it is never run
        r"<script(?![^>]*\s(src=|type=\"application/json\"))",
        re.IGNORECASE,
    ),
    "an event handler": re.compile(
        r"\s(on(click|change|submit|load|input)|hx-on[:\w-]*)\s*=", re.IGNORECASE
    ),
    "a data image": re.compile(r"[\"'(]data:"),
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    pages = [path for path in TEMPLATES if not MAILS.search(path.as_posix())]
    found = [name(page) for page in pages if FORBIDDEN[what].search(page.read_text())]

    assert found == []


def test_no_style_sheet_has_a_data_image_or_a_stranger() -> None:
    strangers = re.compile(r"url\(\s*[\"']?(data:|(https?:)?//)")

    assert [name(sheet) for sheet in SHEETS if strangers.search(sheet.read_text())] == []


def test_no_script_evaluates_text() -> None:
    evaluating = re.compile(r"\beval\(|new Function|\.style\b|document\.write")

    assert [name(script) for script in SCRIPTS if evaluating.search(script.read_text())] == []


def test_sources_of_the_style_stay_short() -> None:
    sources = [*SHEETS, *SCRIPTS]

    assert [name(path) for path in sources if len(path.read_text().splitlines()) > 400] == []


def test_every_icon_in_a_template_exists() -> None:
    used = re.compile(r"{%\s*icon\s+[\"']([\w-]+)[\"']")
    unknown = {
        (name(page), icon)
        for page in TEMPLATES
        for icon in used.findall(page.read_text())
        if icon not in ICONS
    }

    assert unknown == set()


def test_every_channel_has_a_mark_that_exists() -> None:
    assert [icon for icon in NETWORK_ICONS.values() if icon not in ICONS] == []
    assert network_icon_name("LinkedIn") == "brand-linkedin"
    assert network_icon_name("carrier-pigeon") == "link"
    assert all(paths(icon) for icon in ICONS)


def test_every_colour_and_pattern_of_a_topic_can_be_drawn() -> None:
    assert set(Colour.values) == set(COLOURS)
    assert set(Pattern.values) == set(PATTERNS)
    drawings = {drawing(colour, pattern) for colour in COLOURS for pattern in PATTERNS}
    assert len(drawings) == len(COLOURS) * len(PATTERNS)


def test_an_unknown_flag_is_petrol_waves() -> None:
    assert drawing("tartan", "unicorn") == drawing("petrol", "waves")

"""Every page, by axe-core and by keyboard, light and dark, from a small phone to a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from tests.browser.conftest import Running, sign_in
from tests.browser.pages import every_page, go_to, invite_somebody
from tests.config.conftest import ROOT

AXE: Final = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN: Final = """async ([tags, rules]) => {
  const only = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
  return found.violations.flatMap(({id, nodes}) => nodes.map((node) =>
    `${id}: ${node.target.join(" ")} ${node.any.map(({message}) => message).join("; ")}`));
}"""
FROM_THE_TOP: Final = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
SIDEWAYS: Final = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((part) => part.getBoundingClientRect().right > width + 1)
    .map((part) => `${part.tagName} ${part.className}`);
}"""
DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SMALL: Final[ViewportSize] = {"width": 320, "height": 640}


class Eyes:
    """A browser of one person, which remembers what it complained about."""

    def __init__(self, browser: Browser) -> None:
        self.context: BrowserContext = browser.new_context(
            locale="en-GB", viewport=DESK, reduced_motion="reduce"
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def eyes_of(browser: Browser, running: Running) -> Iterator[Callable[[str], Eyes]]:
    opened: dict[str, Eyes] = {}

    def eyes(who: str) -> Eyes:
        if who not in opened:
            opened[who] = Eyes(browser)
            if who != "stranger":
                sign_in(opened[who].page, running, who)
        return opened[who]

    invite_somebody(eyes("owner").page, running)
    yield eyes
    for one in opened.values():
        one.context.close()


@pytest.mark.parametrize(("who", "name"), every_page(), ids=lambda value: value.replace(" ", "-"))
def test_page(running: Running, eyes_of: Callable[[str], Eyes], who: str, name: str) -> None:
    eyes = eyes_of(who)
    page = eyes.page
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    eyes.complaints.clear()

    assert go_to(page, running, who, name) == (404 if name == "no such page" else 200)

    # A page that is not there says so on the console, which is what we asked for.
    complaints = [text for text in eyes.complaints if "status of 404" not in text]

    assert complaints == []
    assert page.locator("h1").count() == 1
    assert first_stop(page) == "#content"
    page.evaluate(AXE)
    assert problems(page) == []
    page.emulate_media(color_scheme="dark")
    assert problems(page, "color-contrast", "link-in-text-block") == []
    page.set_viewport_size(PHONE)
    assert problems(page) == []
    assert too_wide(page) == []
    page.set_viewport_size(SMALL)
    assert too_wide(page) == []


def problems(page: Page, *rules: str) -> list[str]:
    found: list[str] = page.evaluate(RUN, [TAGS, list(rules)])
    return found


def first_stop(page: Page) -> str | None:
    """Where the first thing that Tab reaches leads, also where a field has the focus at once."""
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    return page.locator(":focus").get_attribute("href")


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen, when the page moves sideways."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found

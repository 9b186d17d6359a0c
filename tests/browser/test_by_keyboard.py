"""Whoever uses no mouse gets to the button that matters, and sees where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Running, sign_in
from tests.browser.pages import go_to
from tests.browser.steps import Somebody

# A page has about as many stops before its main button as it has fields and links.
MOST_STOPS = 80
HAS_OUTLINE = """part => {
  const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(part);
  return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
}"""


@pytest.mark.parametrize(
    ("who", "name", "button"),
    [
        ("stranger", "sign in", "Mail me a code"),
        ("ambassador", "share page", "Copy text and open LinkedIn"),
        ("owner", "new post", "Fetch"),
        ("owner", "draft", "Publish now"),
        ("owner", "invitations", "Send the invitation"),
    ],
)
def test_the_main_button_is_reached_with_tab(
    running: Running, somebody: Somebody, who: str, name: str, button: str
) -> None:
    page = somebody().new_page()
    if who != "stranger":
        sign_in(page, running, who)
    go_to(page, running, who, name)

    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if name_of(page) == button:
            assert page.locator(":focus").evaluate(HAS_OUTLINE)
            return
    raise AssertionError(f"{button!r} is not among the first {MOST_STOPS} stops.")


def test_the_skip_link_leads_to_the_content(running: Running, somebody: Somebody) -> None:
    page = somebody().new_page()
    sign_in(page, running, "ambassador")
    page.goto(running.at("~/"))

    page.keyboard.press("Tab")
    assert name_of(page) == "Skip to the content"
    assert page.locator(":focus").bounding_box() is not None
    page.keyboard.press("Enter")

    assert page.locator(":focus").get_attribute("id") == "content"


def name_of(page: Page) -> str:
    # Not `:focus`: the parts of a date field have the focus without matching it.
    name: str = page.evaluate("document.activeElement.innerText")
    return name.strip()

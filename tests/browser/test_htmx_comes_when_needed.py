"""A page is usable without htmx: it comes at the first touch of a page that has work for it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Running, sign_in
from tests.browser.steps import Somebody


def test_not_now_is_answered_in_place_by_a_script_that_came_at_the_touch(
    running: Running, somebody: Somebody
) -> None:
    scripts: list[str] = []
    page = somebody(viewport={"width": 390, "height": 844}).new_page()
    sign_in(page, running, "ambassador")
    page.on("request", lambda request: scripts.append(request.url))

    page.goto(running.at("~/"))
    page.wait_for_load_state("networkidle")
    assert [url for url in scripts if "/dist/htmx." in url] == []
    document = page.evaluate("performance.timeOrigin")

    page.locator(".not-now summary").first.click()
    page.wait_for_function("window.htmx !== undefined")
    page.locator(".not-now[open] button").first.click()

    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert page.evaluate("performance.timeOrigin") == document
    assert len([url for url in scripts if "/dist/htmx." in url]) == 1
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)

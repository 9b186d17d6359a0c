"""Two quick presses on a button do what one does, also where no script watches over it."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Running, sign_in
from tests.browser.steps import (
    ASKED,
    NOT_HERE,
    TOPIC,
    Somebody,
    angle,
    figure,
    greet_newcomers_in_english,
    invite,
    join,
    mailed_link,
)


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_two_presses_have_one_effect(running: Running, somebody: Somebody, script: bool) -> None:
    address = f"lou.{script}@newcomer.example".lower()
    title = f"Pressed twice, script {script}"
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    owner = somebody(java_script_enabled=script).new_page()
    sign_in(owner, running, "owner")
    greet_newcomers_in_english(owner, running)
    write_and_publish(owner, running, title)
    assert rows(owner, running.at(f"~/studio/posts/?q={quote(title)}")) == 1

    invite(owner, running, address, presses=2)
    invitation = mailed_link(owner, running, address, ASKED, "Look and join")
    assert rows(owner, running.at(f"/demo/outbox/?q={quote(address)}")) == 1

    newcomer = somebody(java_script_enabled=script)
    newcomer.route(NOT_HERE, refuse)
    page = newcomer.new_page()
    join(page, invitation, presses=2)

    page.goto(mailed_link(owner, running, address, title, "Write and share"))
    page.get_by_label("Write it the way you say it").fill("Twice, by accident.")
    page.get_by_role("button", name="Copy text and open LinkedIn").click(click_count=2)
    if script:
        expect(page.locator("#back h2")).to_have_text("Did you post it?")
        assert len(asked) == 1
    else:
        expect(page).to_have_url(re.compile("/shares/"))
    page.goto(running.at("~/impact/"))
    measured = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Measured"))
    assert figure(measured, "time you opened a network") == 1


def write_and_publish(page: Page, running: Running, title: str) -> None:
    """A new post, where both starting and publishing it are pressed twice."""
    page.goto(running.at("~/studio/posts/?state=DRAFT"))
    drafts = page.get_by_role("main").locator("tbody tr").count()
    page.goto(running.at("~/studio/posts/new/"))
    page.get_by_role("button", name="Text", exact=True).click(click_count=2)
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text", exact=False).last.fill("Something to talk about.")
    page.get_by_role("checkbox", name=TOPIC).check()
    page.get_by_label("Language of the post").select_option("en")
    angle(page, 1).fill("What I saw: ___")
    page.get_by_label("Cleared facts").fill("It was seen.")
    page.get_by_role("button", name="Publish now").click(click_count=2)
    expect(page.get_by_role("heading", name="Live", exact=True)).to_be_visible()
    page.goto(running.at("~/studio/posts/?state=DRAFT"))
    assert page.get_by_role("main").locator("tbody tr").count() == drafts


def rows(page: Page, address: str) -> int:
    page.goto(address)
    return page.get_by_role("main").locator("tbody tr").count()

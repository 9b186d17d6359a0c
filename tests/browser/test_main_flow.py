"""The main job, from a pasted link to a click from outside, by visible controls alone."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Running, sign_in
from tests.browser.site import SUMMARY, TITLE
from tests.browser.steps import (
    ASKED,
    NOT_HERE,
    PHONE,
    TOPIC,
    Somebody,
    angle,
    figure,
    greet_newcomers_in_english,
    invite,
    join,
    mailed_link,
    wait_for,
)

ANGLE = "What I noticed about this heat: ___."
FILLED_IN = "our own street is on it & 100% of it was wasted"
LINE = "I work at Stadsenergie."
ADDRESS = "robin.reed@newcomer.example"
DIALOG = "https://www.linkedin.com/sharing/share-offsite/?url="
# What browsers under control call themselves is, rightly, not counted as a person.
ORDINARY = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)


def test_from_a_pasted_link_to_a_click_on_the_programmes_page(
    running: Running, somebody: Somebody
) -> None:
    editor = somebody().new_page()
    sign_in(editor, running, "owner")
    clicks_before = clicks_of_the_programme(editor, running)
    greet_newcomers_in_english(editor, running)
    publish_the_article(editor, running)
    invite(editor, running, ADDRESS)
    newcomer = somebody(**PHONE).new_page()
    join(newcomer, mailed_link(editor, running, ADDRESS, ASKED, "Look and join"))
    proposal = mailed_link(editor, running, ADDRESS, TITLE, "Write and share")

    phone = somebody(**PHONE, permissions=["clipboard-read", "clipboard-write"])
    presses, short_link = share_from_the_mail(phone, proposal)

    assert presses <= 2
    follow_from_outside(somebody, short_link, running)
    expect_my_impact(newcomer, running)
    expect_on_the_programmes_page(editor, running, clicks_before + 1)


def publish_the_article(page: Page, running: Running) -> None:
    page.goto(running.at("~/studio/"))
    page.get_by_role("main").get_by_role("link", name="New post", exact=True).click()
    page.get_by_label("Link", exact=True).fill(running.article)
    page.get_by_role("button", name="Fetch").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    expect(page.get_by_label("Why would a colleague want to share this?")).to_have_value(SUMMARY)
    expect(page.get_by_label("Language of the post")).to_have_value("en")
    expect(page.locator("#pictures img")).to_have_js_property("complete", value=True)
    assert page.locator("#pictures img").evaluate("picture => picture.naturalWidth") >= 400

    page.get_by_label("Description for who cannot see it").fill("A pipe along a quay at dusk")
    page.get_by_role("checkbox", name=TOPIC).check()
    angle(page, 1).fill(ANGLE)
    angle(page, 2).fill("Do you know where your heat comes from? ___")
    page.get_by_label("Cleared facts").fill("Two thousand homes, since September.")
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_role("heading", name="Live", exact=True)).to_be_visible()


def share_from_the_mail(phone: BrowserContext, address: str) -> tuple[int, str]:
    """Write and share, without signing in: how often the person pressed, and the short link."""
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    phone.route(NOT_HERE, refuse)
    page = phone.new_page()
    page.goto(address)
    words = page.get_by_label("Write it the way you say it")

    page.get_by_role("radio", name="What I noticed about this heat").check()
    presses = 1
    # The first line is left for words of one's own.
    expect(words).to_have_value(f"\n\n{ANGLE}")
    expect(page.get_by_text("Your own first line")).to_be_visible()
    # The gap is selected, so typing goes on from there.
    words.press_sequentially(FILLED_IN)
    expect(words).to_have_value("\n\n" + ANGLE.replace("___", FILLED_IN))
    with phone.expect_page() as opened:
        page.get_by_role("button", name="Copy text and open LinkedIn").click()
    presses += 1

    expect(page.get_by_text("Your text is copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{ANGLE.replace('___', FILLED_IN)}\n\n{LINE}"
    expect(page.locator("#back h2")).to_have_text("Did you post it?")
    opened.value.close()
    # A page under control always has the focus, so coming back is told to it.
    page.wait_for_timeout(1000)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("heading", name="Did you post it?")).to_be_visible()
    (dialog,) = asked
    assert dialog.startswith(DIALOG)
    short_link = unquote(dialog.removeprefix(DIALOG))
    assert dialog == DIALOG + quote(short_link, safe="")
    return presses, short_link


def follow_from_outside(somebody: Somebody, short_link: str, running: Running) -> None:
    assert re.fullmatch(re.escape(running.url) + r"/s/[0-9A-Za-z]{6,12}", short_link)
    page = somebody(user_agent=ORDINARY).new_page()
    arrived = page.goto(short_link)
    assert arrived is not None
    came_from = arrived.request.redirected_from
    assert came_from is not None
    redirect = came_from.response()
    assert redirect is not None
    assert redirect.status == 302
    assert "set-cookie" not in redirect.headers
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    address, _, labels = page.url.partition("?")
    assert address == running.article
    given = dict(parse_qsl(labels))
    # The demonstration's organisation lets its site report what came of a click.
    assert re.fullmatch(r"[A-Za-z0-9_-]{12}", given.pop("vref"))
    assert given == {
        "utm_source": "linkedin",
        "utm_medium": "employee-advocacy",
        "utm_campaign": "harbour-heat-warms-two-thousand-homes",
        "utm_content": "1",
    }


def expect_my_impact(page: Page, running: Running) -> None:
    page.goto(running.at("~/"))
    page.get_by_role("link", name="My impact").first.click()
    measured = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Measured"))
    # The name is in the plural until there is one.
    counted = measured.get_by_text("click from your network", exact=True)
    wait_for(lambda: counted.count() == 1, page)
    assert figure(measured, "click from your network") == 1
    assert figure(measured, "time you opened a network") == 1
    share = page.get_by_role("listitem").filter(
        has=page.get_by_role("heading", name=TITLE, level=3)
    )
    assert figure(share, "click") == 1


def expect_on_the_programmes_page(page: Page, running: Running, clicks: int) -> None:
    wait_for(lambda: clicks_of_the_programme(page, running) == clicks, page)
    page.goto(running.at("~/programme/"))
    page.get_by_role("link", name="All posts").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=TITLE))
    expect(row.locator("td[data-label=Clicks]")).to_have_text("1")


def clicks_of_the_programme(page: Page, running: Running) -> int:
    page.goto(running.at("~/programme/"))
    measured = page.get_by_role("article").filter(has=page.get_by_role("heading", name="Measured"))
    return figure(measured, "clicks from outside")

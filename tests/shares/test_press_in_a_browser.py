"""In a real browser: from the link in a mail to the network's dialog in two presses of one's own.

The first press is the mail's button, which opens the page; the second one is here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright
from pytest_django.live_server_helper import LiveServer

from vaandel.ambassadors.models import Enrolment
from vaandel.links.models import Link
from vaandel.posts.models import Post
from vaandel.shares.models import Share
from vaandel.shares.services import personal_link
from vaandel.shares.tokens import token_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def context(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    # Playwright's own loop runs in this thread; the database is ours alone all the same.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    assert os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]

    def only_ourselves(route: Route) -> None:
        if route.request.url.startswith(live_server.url):
            route.continue_()
        else:
            route.fulfill(status=200, content_type="text/html", body="A network")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        made = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        made.route("**/*", only_ourselves)
        yield made
        browser.close()


@pytest.fixture
def page(
    context: BrowserContext, live_server: LiveServer, post: Post, bob_enrolment: Enrolment
) -> Page:
    link = personal_link(enrolment=bob_enrolment, post=post, at=timezone.now())
    page = context.new_page()
    page.goto(f"{live_server.url}/p/{token_of(link.pk)}/")
    return page


def arrival(tab: Page) -> str:
    tab.wait_for_url(lambda address: address.startswith("https://"))
    return tab.url


def copied(page: Page) -> str:
    page.bring_to_front()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_opening_makes_nothing_and_one_press_is_enough(page: Page, context: BrowserContext) -> None:
    assert (Share.objects.count(), Link.objects.count()) == (0, 0)

    with context.expect_page() as opened:
        page.click("button.btn-primary")

    address = arrival(opened.value)
    link = Link.objects.get()
    assert address.startswith("https://www.linkedin.com/sharing/share-offsite/?url=http")
    assert address.endswith(f"%2Fs%2F{link.code}")
    assert copied(page) == "I work at Acme."
    page.wait_for_selector("#back h2", state="attached")
    assert Share.objects.get().link == link


def test_writing_pressing_and_coming_back(page: Page, context: BrowserContext) -> None:
    page.click(".angle >> nth=0")
    gap = page.evaluate("[id_text.selectionStart, id_text.selectionEnd]")
    start = page.input_value("#id_text")
    assert start[gap[0] : gap[1]] == "___"
    page.click("button.btn-primary")
    page.wait_for_selector("#share-problem:visible")
    assert "There is still a gap" in page.inner_text("#share-problem")
    page.fill("#id_text", "Six weeks of coffee & patience")
    assert "Six weeks of coffee & patience" in page.inner_text(".preview-text >> nth=0")

    with context.expect_page() as opened:
        page.click("button[value=bluesky]")

    address = arrival(opened.value)
    page.wait_for_selector("#back h2", state="attached")
    share = Share.objects.select_related("link").get()
    assert address.startswith(
        "https://bsky.app/intent/compose?text=Six%20weeks%20of%20coffee%20%26%20patience%0A%0A"
        "I%20work%20at%20Acme.%0A%0Ahttp"
    )
    assert address.endswith(f"%2Fs%2F{share.link.code}")
    page.bring_to_front()
    page.wait_for_timeout(900)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.click("#back button[value=yes]")
    page.wait_for_selector("#back >> text=Thank you for telling us")
    share.refresh_from_db()
    assert share.state == Share.State.CONFIRMED


def test_a_start_leaves_its_first_line_for_own_words(page: Page) -> None:
    hint = page.locator("[data-first-line]")
    assert not hint.is_visible()

    page.click(".angle >> nth=0")

    start = page.input_value("#id_text")
    assert start.startswith("\n\n")
    assert hint.is_visible()
    assert page.inner_text(".preview-text >> nth=0").startswith(start.strip())
    page.evaluate("id_text.setSelectionRange(0, 0)")
    page.keyboard.type("Yesterday I saw it myself.")
    assert not hint.is_visible()
    shown = page.inner_text(".preview-text >> nth=0")
    assert shown.startswith(f"Yesterday I saw it myself.\n\n{start.strip()}")


def test_too_long_for_the_network_stays_on_the_page(page: Page, context: BrowserContext) -> None:
    page.fill("#id_text", "a" * 400)

    page.click("button[value=x]")

    page.wait_for_selector("#share-problem:visible")
    assert "too long for X" in page.inner_text("#share-problem")
    assert page.input_value("#id_text") == "a" * 400
    assert len(context.pages) == 1
    assert Share.objects.count() == 0

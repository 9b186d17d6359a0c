"""The place on an intranet, inside a page of another site; and the pages that make it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import Running, sign_in
from tests.browser.test_pages_are_accessible import AXE, PHONE, RUN, TAGS


@contextmanager
def intranet() -> Iterator[tuple[str, dict[str, str]]]:
    """A site whose front page is what is put under "code"; gives its origin and that."""
    content = {"code": ""}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                '<!doctype html><html lang="en"><title>Intranet</title>'
                f"<h1>Our intranet</h1>{content['code']}"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", content
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def site() -> Iterator[tuple[str, dict[str, str]]]:
    with intranet() as found:
        yield found


def make_place(page: Page, running: Running, site: str) -> str:
    """As an editor does; the code that is copied."""
    sign_in(page, running, "owner")
    page.goto(running.at("~/channels/intranet/"))
    page.get_by_label("Name").fill("Front page")
    page.get_by_label("Which websites may show it?").fill(f"{site}/pages/home")
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Make the code").click()
    expect(page.get_by_text("Copy the code and put it on your intranet.")).to_be_visible()
    return page.locator("#code").inner_text()


def framed(page: Page) -> Frame:
    return next(frame for frame in page.frames if frame.parent_frame)


def test_a_page_of_the_intranet_shows_it_and_another_site_does_not(
    running: Running,
    somebody: Callable[..., BrowserContext],
    site: tuple[str, dict[str, str]],
) -> None:
    origin, content = site
    editor = somebody().new_page()
    content["code"] = make_place(editor, running, origin)

    reader = somebody()
    page = reader.new_page()
    page.goto(origin)

    place = page.frame_locator("iframe")
    expect(place.get_by_role("heading", name="What you can share")).to_be_visible()
    expect(place.get_by_role("heading", level=2).first).to_be_visible()
    assert reader.cookies() == []
    check_by_axe_and_keyboard(page)

    with reader.expect_page() as opened:
        place.get_by_role("link", name=re.compile("Look and share")).first.click()
    expect(opened.value).to_have_url(re.compile(r"/accounts/login/\?next=/o/stadsenergie/posts/"))

    with intranet() as (elsewhere, copied):
        copied["code"] = content["code"]
        # Somebody else's, in whose cache the place is not.
        page = somebody().new_page()
        page.goto(elsewhere)
        page.wait_for_timeout(500)
        assert framed(page).url.startswith("chrome-error://")
        assert "What you can share" not in framed(page).content()

        editor.reload()
        expect(editor.get_by_text(f"{elsewhere} tried to show it and may not.")).to_be_visible()
    check(editor)


def check_by_axe_and_keyboard(page: Page) -> None:
    """The place alone, by day and by night, on a phone; and reached with Tab."""
    frame = framed(page)
    address = frame.url
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        alone = page.context.new_page()
        alone.emulate_media(color_scheme=scheme)
        alone.set_viewport_size(PHONE)
        alone.goto(address)
        check(alone)
        alone.close()
    page.keyboard.press("Tab")
    focused = "document.activeElement.className"
    for _ in range(3):
        if frame.evaluate(focused) == "button":
            break
        page.keyboard.press("Tab")
    assert frame.evaluate(focused) == "button"


def check(page: Page) -> None:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, [TAGS, []])
    assert found == []


def test_a_newsletter_is_chosen_looked_at_and_copied(
    running: Running, somebody: Callable[..., BrowserContext]
) -> None:
    context = somebody(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    sign_in(page, running, "owner")
    page.goto(running.at("~/channels/newsletter/"))

    page.get_by_role("group", name="Posts").get_by_role("checkbox").first.check()
    page.get_by_label("Language").select_option("en")
    page.get_by_role("button", name="Make it").click()

    preview = page.frame_locator("iframe")
    expect(preview.get_by_text("In your own words, and only if you like.")).to_be_visible()
    page.get_by_role("button", name="Copy HTML").click()
    expect(page.get_by_role("status").get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith('<table role="presentation"')
    check(page)
    page.set_viewport_size(PHONE)
    check(page)

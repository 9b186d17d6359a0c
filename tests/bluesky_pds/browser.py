"""What a person does on the pages of a Bluesky server, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Request, sync_playwright

from tests.browser.conftest import BROWSERS, QUIET
from tests.networks.pds import Account


class Allow(Protocol):
    """Answer an authorization page with a button; the address the browser is sent to."""

    def __call__(self, url: str, account: Account, button: str = "Authorize") -> str: ...


PATIENCE: Final = 30_000


def authorize_in_browser(
    page: Page, url: str, handle: str, password: str, *, button: str = "Authorize"
) -> str:
    """Sign in and press the button; the address that the server then sends the browser to.

    ``url`` is the authorization page. Whether anything answers at the address returned makes no
    difference.
    """
    server = urlsplit(url).netloc

    def sent_back(request: Request) -> bool:
        return request.is_navigation_request() and urlsplit(request.url).netloc != server

    page.goto(url)
    page.get_by_role("textbox", name="Password").fill(password)
    page.keyboard.press("Enter")
    with page.expect_request(sent_back) as sent:
        page.get_by_role("button", name=button, exact=True).click()
    return sent.value.url


@contextmanager
def a_browser() -> Iterator[Allow]:
    """Opens one, in a thread of its own: where Playwright waits, Django refuses its database.

    Each answer is somebody else's: nothing is remembered from one to the next.
    """
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)

    def open_browser() -> tuple[Playwright, Browser]:
        playwright = sync_playwright().start()
        return playwright, playwright.chromium.launch(executable_path=path, args=QUIET)

    def answer(url: str, account: Account, button: str) -> str:
        context = browser.new_context(locale="en-GB")
        context.set_default_timeout(PATIENCE)
        try:
            page = context.new_page()
            return authorize_in_browser(page, url, account.handle, account.password, button=button)
        finally:
            context.close()

    def close() -> None:
        browser.close()
        playwright.stop()

    with ThreadPoolExecutor(1, "browser") as thread:
        playwright, browser = thread.submit(open_browser).result()

        def in_thread(url: str, account: Account, button: str = "Authorize") -> str:
            return thread.submit(answer, url, account, button).result()

        try:
            yield in_thread
        finally:
            thread.submit(close).result()

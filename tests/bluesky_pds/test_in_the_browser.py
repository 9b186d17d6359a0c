"""Somebody at their own machine connects, on our page and the server's, in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as known
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.bluesky_pds.browser import PATIENCE
from tests.browser.conftest import BROWSERS, QUIET
from tests.networks.pds import Account, Pds
from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.models import Member


def connected_in_browser(here: str, session: str, account: Account) -> str:
    """From the accounts page to the server's and back; the text of where it ends."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        try:
            context = browser.new_context(locale="en-GB")
            context.set_default_timeout(PATIENCE)
            cookie = {"name": known.SESSION_COOKIE_NAME, "value": session, "url": here}
            context.add_cookies([cookie])  # type: ignore[list-item]
            page = context.new_page()
            page.goto(f"{here}/o/acme/accounts/")
            card = page.locator("#bluesky")
            card.get_by_role("textbox").fill(f"@{account.handle}")
            card.get_by_role("button").first.click()
            # Both are called localhost here, and a server sends away who comes from its own site,
            # unless they typed the address. Under a name of one's own nobody notices.
            page.wait_for_url("**/oauth/authorize?**")
            page.goto(page.url)
            page.get_by_role("textbox", name="Password").fill(account.password)
            page.keyboard.press("Enter")
            page.get_by_role("button", name="Authorize", exact=True).click()
            page.wait_for_url(f"{here}/o/acme/accounts/**")
            return page.locator("main").inner_text()
        finally:
            browser.close()


@pytest.mark.django_db(transaction=True)
def test_from_ones_own_machine(
    server: Pds,
    account: Account,
    settings: Any,
    live_server: Any,
    bob: Member,
    bob_enrolment: Enrolment,
    client_as: Callable[[Member], Client],
) -> None:
    settings.PUBLIC_URL = live_server.url
    settings.NETWORK_ADDRESSES = {
        "BLUESKY_ENTRYWAY": server.url,
        "BLUESKY_PLC": server.plc_url,
    }
    settings.FETCH_ALLOWED_HOSTS = [
        address.removeprefix("http://") for address in (server.url, server.plc_url)
    ]
    session = client_as(bob).cookies[known.SESSION_COOKIE_NAME].value
    assert live_server.url.startswith("http://localhost:")

    # In a thread of its own: where Playwright waits, Django refuses its database.
    with ThreadPoolExecutor(1, "browser") as thread:
        text = thread.submit(connected_in_browser, live_server.url, session, account).result()

    row = ConnectedAccount.objects.get()
    assert (row.channel, row.remote_id, row.handle) == ("bluesky", account.did, account.handle)
    assert row.enrolment == bob_enrolment
    assert account.handle in text

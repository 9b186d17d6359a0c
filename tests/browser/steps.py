"""What several tests have somebody do, by visible controls."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Running

NOT_HERE: Final = re.compile(r"^https?://(?!127\.0\.0\.1[:/])")
PHONE: Final = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

TOPIC: Final = "Warmtenetten"
ASKED: Final = "Do you ever talk about your work"

Somebody = Callable[..., BrowserContext]


def greet_newcomers_in_english(page: Page, running: Running) -> None:
    page.goto(running.at("~/organisation/"))
    page.get_by_role("radio", name="English").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def invite(page: Page, running: Running, address: str, *, presses: int = 1) -> None:
    page.goto(running.at("~/invitations/"))
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Name").fill("Robin Reed")
    page.get_by_role("button", name="Send the invitation").click(click_count=presses)
    expect(page.get_by_text(f"{address} has been invited.")).to_be_visible()


def angle(page: Page, number: int) -> Locator:
    return page.get_by_role("textbox", name=re.compile(rf"^Angle {number}\b.*English$"))


def mailed_link(page: Page, running: Running, to: str, subject: str, name: str) -> str:
    """Where the link of that name in a mail to somebody leads, once the mail is in the outbox."""
    mail = page.get_by_role("rowheader").get_by_role("link", name=subject)
    page.goto(running.at(f"/demo/outbox/?q={quote(to)}"))
    wait_for(lambda: mail.count() > 0, page)
    mail.first.click()
    letter = page.frame_locator("iframe")
    address = letter.get_by_role("link", name=name).first.get_attribute("href")
    assert address
    assert address.startswith(running.url)
    return address


def wait_for(there: Callable[[], bool], page: Page, seconds: float = 60) -> None:
    """Look again until it is there; the clock and the worker have their own pace."""
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(500)
        page.reload()


def join(page: Page, address: str, *, presses: int = 1) -> None:
    page.goto(address)
    page.get_by_role("link", name="Yes, I join").click()
    page.get_by_role("checkbox", name=TOPIC).check()
    page.get_by_role("button", name="I join", exact=True).click(click_count=presses)
    expect(page).to_have_url(re.compile("/o/stadsenergie/$"))


def figure(part: Locator, name: str) -> int:
    """The number beside a name in a list of figures."""
    pair = part.locator("dl > div").filter(has=part.page.get_by_text(name, exact=True))
    return int(pair.locator("dd").inner_text().replace(",", ""))

"""From connecting an account at a real server to a post there, all in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from mastodon_mock.testing import MockServer
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, a_whole_vaandel, sign_in
from tests.browser.pages import linked
from tests.browser.steps import PHONE, Somebody, wait_for
from tests.browser.test_pages_are_accessible import AXE, problems

# In the language of the line that names the employer.
TEXT = "Wat ik zelf zag: de kruising ging een week eerder open."


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture(scope="module")
def posting(tmp_path_factory: pytest.TempPathFactory, server: MockServer) -> Iterator[Running]:
    """A Vaandel that may ask the server next to it, without its certificate."""
    with a_whole_vaandel(
        tmp_path_factory.mktemp("posting"),
        VAANDEL_FETCH_ALLOWED_HOSTS=urlsplit(server.base_url).netloc,
        VAANDEL_NETWORK_ADDRESSES="MASTODON_SCHEME=http",
    ) as running:
        yield running


def connect(page: Page, running: Running, server: MockServer) -> None:
    """Through the accounts page, the server's own question, and back; once for each person."""
    here = urlsplit(server.base_url).netloc
    page.goto(running.at("~/accounts/"))
    card = page.locator("#mastodon")
    if here in card.inner_text():
        return
    leave = card.get_by_role("link", name="Disconnect")
    if leave.count():
        # The demonstration's people have an account at its own practice server.
        leave.click()
        page.get_by_role("button", name="Disconnect").click()
        page.goto(running.at("~/accounts/"))
    card.get_by_label("Your server").fill(here)
    card.get_by_role("button", name="Connect Mastodon").click()
    page.get_by_role("button", name=re.compile("alice")).first.click()
    expect(card.get_by_text("Connected", exact=True)).to_be_visible()


def open_proposal(page: Page, running: Running, number: int = 0) -> None:
    page.goto(running.at("~/"))
    page.get_by_role("link", name=re.compile("Write|share", re.IGNORECASE)).nth(number).click()
    expect(page.get_by_label("Write it the way you say it")).to_be_visible()


def check(page: Page) -> None:
    page.evaluate(AXE)
    assert problems(page) == []


def standing(server: MockServer) -> list[str]:
    alice = httpx.get(f"{server.base_url}/api/v1/accounts/lookup?acct=alice").json()["id"]
    posts = httpx.get(f"{server.base_url}/api/v1/accounts/{alice}/statuses?limit=40").json()
    return [str(post["content"]) for post in posts]


def test_from_connecting_to_a_post_there(
    posting: Running, server: MockServer, somebody: Somebody
) -> None:
    page = somebody(**PHONE).new_page()
    sign_in(page, posting, "ambassador")
    connect(page, posting, server)
    before = len(standing(server))

    open_proposal(page, posting)
    page.get_by_label("Write it the way you say it").fill(TEXT)
    check(page)
    page.get_by_role("button", name="Post now on Mastodon").click()

    # The page looks by itself, every two seconds.
    expect(page.locator("#state h2")).to_contain_text("Posted", timeout=60_000)
    there = standing(server)
    assert len(there) == before + 1
    assert "de kruising ging een week eerder open" in there[0]
    check(page)
    expect(page.get_by_role("link", name="See it on Mastodon")).to_be_visible()


def test_planning_cancelling_and_undoing(
    posting: Running, server: MockServer, somebody: Somebody
) -> None:
    page = somebody().new_page()
    sign_in(page, posting, "ambassador")
    connect(page, posting, server)
    open_proposal(page, posting)
    page.get_by_label("Write it the way you say it").fill("Dit is voor later, op een avond.")
    page.get_by_text("Plan it", exact=True).click()
    in_three_days = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    page.get_by_label("Day", exact=True).fill(in_three_days)
    page.get_by_label("Time", exact=True).fill("21:15")
    expect(page.get_by_role("radio", name="Another moment")).to_be_checked()
    page.get_by_role("button", name="Plan it on Mastodon").click()
    expect(page.get_by_text("Planned for")).to_be_visible()

    page.goto(posting.at("~/planned/"))
    waiting = page.locator(".publication").filter(has_text="Dit is voor later, op een avond.")
    expect(waiting).to_contain_text("21:15")
    check(page)
    waiting.get_by_role("button", name="Do not post it").click()
    expect(page.get_by_text("Cancelled. Your text is kept.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It is planned again.")).to_be_visible()

    page.goto(posting.at("~/"))
    expect(page.get_by_text(re.compile("waits? for the moment"))).to_be_visible()


def test_without_scripts(posting: Running, server: MockServer, somebody: Somebody) -> None:
    """Two presses without words of one's own: the line about the employer and the link go."""
    with_scripts = somebody().new_page()
    sign_in(with_scripts, posting, "ambassador")
    connect(with_scripts, posting, server)
    owner = somebody().new_page()
    sign_in(owner, posting, "owner")
    owner.goto(posting.at("~/studio/posts/?state=LIVE"))
    post = linked(owner, r"/studio/posts/\d+/$").rstrip("/").rpartition("/")[2]
    before = len(standing(server))
    page = somebody(java_script_enabled=False).new_page()
    sign_in(page, posting, "ambassador")

    page.goto(posting.at(f"~/posts/{post}/share/"))
    page.get_by_role("button", name="Post now on Mastodon").click(click_count=2)

    expect(page).to_have_url(re.compile(r"/planned/\d+/$"))
    wait_for(lambda: "Posted" in page.locator("#state h2").inner_text(), page)
    assert len(standing(server)) == before + 1

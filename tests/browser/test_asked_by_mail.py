"""From a published post to LinkedIn's dialog, by a mail that a real mail server took."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running, a_whole_vaandel, environment, speak_english
from tests.browser.mailbox import Mailbox, mail_server
from tests.browser.site import TITLE
from tests.browser.steps import (
    ASKED,
    PHONE,
    Somebody,
    greet_newcomers_in_english,
    invite,
    join,
)
from tests.browser.test_main_flow import publish_the_article, share_from_the_mail
from tests.config.conftest import ROOT

ROBIN = "robin.reed@newcomer.example"


HERE = Path(__file__).parent
DOMAIN = "stadsenergie.example"
OWNER = f"sanne.okafor@{DOMAIN}"
NOOR = f"noor.haddad@{DOMAIN}"
TUESDAY = 1


@pytest.fixture(scope="module")
def post_office(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Running, Mailbox]]:
    """No demonstration any more: mails leave, and hours count. It is Tuesday, five past nine."""
    folder = tmp_path_factory.mktemp("post-office")
    ahead = {
        "SECONDS_AHEAD": str((next_tuesday_morning() - datetime.now(UTC)).total_seconds()),
        "PYTHONPATH": str(HERE / "another_day"),
    }
    for command in ("migrate", "demo"):
        subprocess.run(
            [sys.executable, "-m", "vaandel", command],
            cwd=ROOT,
            env=environment(folder, VAANDEL_DEMO="1", **ahead),
            check=True,
            capture_output=True,
        )
    with (
        mail_server() as (mailbox, port),
        a_whole_vaandel(
            folder,
            ready="/readyz",
            VAANDEL_DEMO="0",
            VAANDEL_SMTP_URL=f"smtp://127.0.0.1:{port}",
            **ahead,
        ) as running,
    ):
        yield running, mailbox


def next_tuesday_morning() -> datetime:
    now = datetime.now(ZoneInfo("Europe/Amsterdam"))
    day = now.date() + timedelta(days=(TUESDAY - now.weekday()) % 7 or 7)
    return datetime.combine(day, clock(9, 5), now.tzinfo)


def test_a_digest_leads_to_the_dialog_and_ends_with_one_press(
    post_office: tuple[Running, Mailbox], somebody: Somebody
) -> None:
    running, mailbox = post_office
    editor = somebody().new_page()
    sign_in_by_mail(editor, running, mailbox, OWNER)
    greet_newcomers_in_english(editor, running)
    publish_the_article(editor, running)
    invite(editor, running, ROBIN)
    asked = mailbox.wait_for(ROBIN, lambda letter: ASKED in letter["Subject"])
    join(somebody(**PHONE).new_page(), link_in(asked, "Look and join"))

    digest = mailbox.wait_for(ROBIN, lambda letter: TITLE in html_of(letter))

    assert "proposals for your network" in digest["Subject"]
    phone = somebody(**PHONE, permissions=["clipboard-read", "clipboard-write"])
    presses, _link = share_from_the_mail(phone, share_link(digest, TITLE))
    assert presses == 2
    put_aside(somebody(**PHONE).new_page(), digest)
    unsubscribed_by_the_header(digest)
    choices = somebody(**PHONE).new_page()
    choices.goto(link_in(digest, "Pause"))
    expect(choices.get_by_role("button", name="Only in the app", pressed=True)).to_be_visible()


def sign_in_by_mail(page: Page, running: Running, mailbox: Mailbox, address: str) -> None:
    page.goto(f"{running.url}/accounts/login/code/")
    page.get_by_label(re.compile("adres|address")).first.fill(address)
    page.get_by_role("button", name=re.compile("Mail")).first.click()
    letter = mailbox.wait_for(address, lambda letter: "code" in letter["Subject"].lower())
    text = letter.get_body(("plain",))
    assert text
    code = re.search(r"\b[0-9]{6}\b", text.get_content())
    assert code, text.get_content()
    page.locator("input[name=code]").fill(code[0])
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(f"{running.url}/o/**")
    speak_english(page, running)


def html_of(letter: EmailMessage) -> str:
    body = letter.get_body(("html",))
    return str(body.get_content()) if body else ""


def link_in(letter: EmailMessage, name: str) -> str:
    found = re.search(rf'<a\s[^>]*href="([^"]+)"[^>]*>\s*{re.escape(name)}\s*</a>', html_of(letter))
    assert found, html_of(letter)
    return found[1].replace("&amp;", "&")


def share_link(letter: EmailMessage, title: str) -> str:
    """That of the button below a title."""
    below = html_of(letter).partition(f">{title}</h2>")[2]
    found = re.search(r'href="([^"]+/p/[^"]+)"', below)
    assert found, below
    return found[1]


def put_aside(page: Page, digest: EmailMessage) -> None:
    page.goto(link_in(digest, "Not this one"))
    expect(page.get_by_role("radio", name="Rather not this post")).to_be_checked()
    page.get_by_role("button", name="Keep my choice").click()
    expect(page.get_by_role("heading", name="This post will not come back")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Not now? That is fine")).to_be_visible()


def unsubscribed_by_the_header(letter: EmailMessage) -> None:
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    addresses = re.findall(r"<([^>]+)>", letter["List-Unsubscribe"])
    (address,) = [found for found in addresses if found.startswith("http")]
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urllib.request.urlopen(urllib.request.Request(address, body), timeout=10) as answer:
        assert answer.status == 204

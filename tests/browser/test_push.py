"""Messages to a browser: switched on, sent through a push service, shown by the service worker.

Real: Vaandel, its worker and encryption, the push service that checks and decrypts, Chromium's
permission, the service worker and the notification that it shows. Not real: that the browser
makes the subscription (its own push service is on the internet, so `PushManager` asks ours),
and the last step from the push service to the browser, which Chromium's developer tools do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, Worker, expect

from tests.browser.conftest import Running, a_whole_vaandel, sign_in
from tests.delivery.push_service import RealService, real_service
from vaandel.delivery.push.services import Address

PATIENCE = 30.0
# What the page calls in place of the browser's own way to its push service.
OURS = """
const bytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const made = (kept) => kept && {
  endpoint: kept.said.endpoint,
  options: { applicationServerKey: bytes(kept.key).buffer },
  toJSON: () => kept.said,
  unsubscribe: async () => { localStorage.removeItem("push"); return true; },
};
PushManager.prototype.getSubscription = async () => made(JSON.parse(localStorage.getItem("push")));
PushManager.prototype.subscribe = async (options) => {
  const key = text(options.applicationServerKey);
  const kept = { key, said: await window.askPushService(key) };
  localStorage.setItem("push", JSON.stringify(kept));
  return made(kept);
};
"""


@pytest.fixture(scope="module")
def service() -> Iterator[RealService]:
    with real_service() as running:
        yield running


@pytest.fixture(scope="module")
def with_push(service: RealService, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("push")
    with a_whole_vaandel(folder, VAANDEL_FETCH_ALLOWED_HOSTS=service.host) as running:
        yield running


@pytest.fixture
def addresses(service: RealService) -> list[Address]:
    return []


@pytest.fixture
def page(
    somebody: Callable[..., BrowserContext],
    with_push: Running,
    service: RealService,
    addresses: list[Address],
) -> Page:
    def ask(key: str) -> dict[str, Any]:
        address = service.subscribe(key)
        addresses.append(address)
        keys = {"p256dh": address.p256dh, "auth": address.auth}
        return {"endpoint": address.endpoint, "keys": keys}

    context = somebody()
    context.expose_function("askPushService", ask)
    context.add_init_script(OURS)
    opened = context.new_page()
    sign_in(opened, with_push, "ambassador")
    return opened


def settings_of(page: Page, running: Running) -> None:
    page.goto(running.at("~/settings/"))
    page.get_by_role("link", name="Choose where").click()
    expect(page.get_by_role("heading", name="Where we may ask you")).to_be_visible()


def worker_of(page: Page) -> Worker:
    deadline = time.monotonic() + PATIENCE
    while not page.context.service_workers:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    return page.context.service_workers[0]


def deliver(page: Page, running: Running, said: dict[str, Any]) -> None:
    """What the browser does with a message from its push service."""
    # A worker that is still being installed is handed nothing.
    page.evaluate("navigator.serviceWorker.ready.then((found) => found.active.state)")
    session: CDPSession = page.context.new_cdp_session(page)
    found: list[str] = []

    def note(event: dict[str, Any]) -> None:
        found.extend(
            row["registrationId"]
            for row in event["registrations"]
            if row["scopeURL"] == f"{running.url}/" and not row["isDeleted"]
        )

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    session.send("ServiceWorker.enable")
    deadline = time.monotonic() + PATIENCE
    while not found:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": running.url, "registrationId": found[0], "data": json.dumps(said)},
    )


def shown(page: Page) -> list[dict[str, Any]]:
    """The notifications that are on the screen."""
    found: list[dict[str, Any]] = page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          const names = (each) => each.actions.map((action) => action.action);
          return (await registration.getNotifications()).map((each) => ({
            title: each.title, body: each.body, tag: each.tag, lang: each.lang,
            icon: each.icon, badge: each.badge, actions: names(each),
          }));
        }"""
    )
    return found


def wait_for_notice(page: Page, title: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while True:
        for notice in shown(page):
            if notice["title"] == title:
                return notice
        assert time.monotonic() < deadline, shown(page)
        page.wait_for_timeout(50)


def press(page: Page, action: str) -> list[str]:
    """Press the notification or one of its buttons; what the worker does with windows.

    It is a press that a script makes, so the browser would refuse both.
    """
    done: list[str] = worker_of(page).evaluate(
        """async (action) => {
          const done = [];
          self.clients.openWindow = async (address) => { done.push(`open ${address}`); };
          WindowClient.prototype.focus = async function () { done.push(`show ${this.url}`); };
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
          await new Promise((resolve) => setTimeout(resolve, 500));
          return done;
        }""",
        action,
    )
    return done


def test_a_message_arrives_in_a_browser_that_was_switched_on(
    page: Page, with_push: Running, service: RealService, addresses: list[Address]
) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.context.grant_permissions(["notifications"], origin=with_push.url)
    settings_of(page, with_push)
    assert addresses == [], "The browser is not asked before the press."

    page.get_by_role("button", name="Switch on here").click()
    expect(page.get_by_text("This browser is switched on.")).to_be_visible()
    expect(page.get_by_text("Switched on in this browser.")).to_be_visible()
    expect(page.locator("[data-push-here]:visible")).to_have_text("this browser")
    expect(page.get_by_role("button", name="Switch on here")).to_be_hidden()

    page.get_by_role("button", name="Send a test").first.click()
    expect(page.get_by_text("It appears within seconds")).to_be_visible()
    [said] = service.received(addresses[0])
    worker_of(page)
    deliver(page, with_push, said)

    notice = wait_for_notice(page, "Messages arrive here")
    assert notice["body"] == "This is what a message from Stadsenergie looks like."
    assert (notice["tag"], notice["lang"], notice["actions"]) == ("test", "en", [])
    assert "/static/icons/icon-192" in notice["icon"]
    assert "/static/icons/badge-96" in notice["badge"]
    # The page is open already, so it comes to the front.
    assert press(page, "") == [f"show {with_push.at('~/settings/messages/')}"]


def test_a_proposal_has_two_buttons_and_is_replaced_by_a_later_one(
    page: Page, with_push: Running
) -> None:
    page.context.grant_permissions(["notifications"], origin=with_push.url)
    settings_of(page, with_push)
    worker_of(page)
    said = {
        "title": "Four kilometres",
        "body": "Stadsenergie: would you like to share this?",
        "url": "/s/token/",
        "tag": "ask-1",
        "lang": "en",
        "share": "Write and share",
        "later": "Not now",
        "later_url": "/a/token/?choice=tomorrow",
    }

    deliver(page, with_push, said)
    wait_for_notice(page, "Four kilometres")
    deliver(page, with_push, {**said, "title": "Five kilometres"})
    notice = wait_for_notice(page, "Five kilometres")

    assert len(shown(page)) == 1
    assert notice["actions"] == ["share", "later"]
    assert press(page, "share") == [f"open {with_push.url}/s/token/"]
    deliver(page, with_push, said)
    wait_for_notice(page, "Four kilometres")
    assert press(page, "later") == [f"open {with_push.url}/a/token/?choice=tomorrow"]


def test_a_message_never_leads_to_another_website(page: Page, with_push: Running) -> None:
    page.context.grant_permissions(["notifications"], origin=with_push.url)
    settings_of(page, with_push)
    worker_of(page)
    deliver(page, with_push, {"title": "Elsewhere", "url": "https://elsewhere.example/"})
    wait_for_notice(page, "Elsewhere")

    assert press(page, "") == []


def test_who_blocked_messages_reads_how_to_change_that(page: Page, with_push: Running) -> None:
    page.add_init_script(
        'Object.defineProperty(Notification, "permission", { get: () => "denied" })'
    )
    settings_of(page, with_push)

    expect(page.get_by_text("Your browser blocks messages from this website.")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on here")).to_be_hidden()


def test_an_iphone_needs_the_home_screen_first(
    somebody: Callable[..., BrowserContext], with_push: Running
) -> None:
    phone = somebody(
        user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1"
    )
    phone.add_init_script("delete window.PushManager;")
    page = phone.new_page()
    sign_in(page, with_push, "ambassador")
    settings_of(page, with_push)

    expect(page.get_by_text("Vaandel must be on the home screen first.")).to_be_visible()


def test_without_scripts_the_page_says_what_is_missing(
    somebody: Callable[..., BrowserContext], with_push: Running
) -> None:
    page = somebody(java_script_enabled=False).new_page()
    sign_in(page, with_push, "ambassador")
    settings_of(page, with_push)

    expect(page.get_by_text("Switching this on needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Switch on here")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is where we ask you from now on.")).to_be_visible()


def test_a_changed_address_is_told_by_the_service_worker(
    page: Page, with_push: Running, service: RealService, addresses: list[Address]
) -> None:
    page.context.grant_permissions(["notifications"], origin=with_push.url)
    settings_of(page, with_push)
    page.get_by_role("button", name="Switch on here").click()
    expect(page.get_by_text("Switched on in this browser.")).to_be_visible()
    key = page.locator("[data-push-key]").get_attribute("data-push-key")
    assert key
    fresh = service.subscribe(key)

    worker_of(page).evaluate(
        """async (said) => {
          const event = new ExtendableEvent("pushsubscriptionchange");
          event.newSubscription = { toJSON: () => said };
          const cache = await caches.open("vaandel-push");
          const kept = async () => (await cache.match("/push/renew/")).text();
          const before = await kept();
          self.dispatchEvent(event);
          for (let tries = 0; tries < 100; tries += 1) {
            if ((await kept()) !== before) return;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          throw new Error("The new address was not taken.");
        }""",
        {"endpoint": fresh.endpoint, "keys": {"p256dh": fresh.p256dh, "auth": fresh.auth}},
    )

    page.reload()
    page.get_by_role("button", name="Send a test").first.click()
    expect(page.get_by_text("It appears within seconds")).to_be_visible()
    assert len(service.received(fresh)) == 1

"""A whole Vaandel with the demonstration in it, a news site, and a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.site import PATH, news_site
from tests.config.conftest import ROOT, free_port

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SLUG = "stadsenergie"
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Running:
    """`vaandel up` with the demonstration; ``url`` without a slash at the end."""

    url: str
    article: str

    def at(self, path: str) -> str:
        """The address of a page; ``~`` stands for the organisation's part."""
        return self.url + path.replace("~", f"/o/{SLUG}", 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Of this process, with nothing of its own settings of Vaandel."""
    return {
        **{name: value for name, value in os.environ.items() if name[:8] != "VAANDEL_"},
        "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
        "VAANDEL_DATA": str(folder / "data"),
        **settings,
    }


@contextmanager
def a_whole_vaandel(
    folder: Path, *, ready: str = "/demo/sign-in/editor", **settings: str
) -> Iterator[Running]:
    """`vaandel up`, its files in ``folder``, once the page ``ready`` answers.

    With the demonstration, unless ``settings`` say otherwise.
    """
    port = free_port()
    with news_site() as site, (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "vaandel", "up"],
            cwd=ROOT,
            env=environment(
                folder,
                **{
                    "VAANDEL_PORT": str(port),
                    "VAANDEL_DEMO": "1",
                    "VAANDEL_FETCH_ALLOWED_HOSTS": site,
                    "VAANDEL_STOP_SECONDS": "5",
                    **settings,
                },
            ),
            stdout=output,
            stderr=output,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process, folder / "output", ready)
            yield Running(url, f"http://{site}{PATH}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with a_whole_vaandel(tmp_path_factory.mktemp("running")) as running:
        yield running


def wait_until_ready(url: str, process: subprocess.Popen[bytes], output: Path, page: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{url}{page}", timeout=10):
                return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser with nothing in it, as somebody else has; options are Playwright's."""
    opened: list[BrowserContext] = []

    def open_browser(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield open_browser
    for context in opened:
        context.close()


def sign_in(page: Page, running: Running, role: str) -> None:
    """As a visitor of the demonstration does, then with English as the language."""
    page.goto(running.at(f"/demo/sign-in/{role}"))
    speak_english(page, running)


def speak_english(page: Page, running: Running) -> None:
    page.goto(running.at("/me/"))
    english = page.get_by_role("radio", name="English")
    if not english.is_checked():
        english.check()
        page.locator("form:has(input[name=language]) button[type=submit]").last.click()
        expect(page.get_by_text("Saved.")).to_be_visible()

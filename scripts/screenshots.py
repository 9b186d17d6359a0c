"""Takes the pictures of the documentation from a running demonstration.

VAANDEL_DEMO=1 vaandel up &
python scripts/screenshots.py http://127.0.0.1:8000
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
# File, who looks, and at what.
SHOTS = [
    ("today", "ambassador", "/o/stadsenergie/"),
    ("my-impact", "ambassador", "/o/stadsenergie/impact/?period=all"),
    ("calendar", "editor", "/o/stadsenergie/studio/"),
    ("programme", "owner", "/o/stadsenergie/programme/"),
]
WIDTH, HEIGHT = 1280, 900


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for name, role, path in SHOTS:
            take(browser, base, name=name, role=role, path=path)
        browser.close()


def take(browser: Browser, base: str, *, name: str, role: str, path: str) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
    page.goto(f"{base}/demo/sign-in/{role}/")
    page.goto(f"{base}{path}", wait_until="networkidle")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(PICTURES / f"{name}.webp", quality=82, method=6)
    page.context.close()


main()

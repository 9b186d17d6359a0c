"""Takes the pictures of mails in the documentation from a running demonstration.

VAANDEL_DEMO=1 vaandel up &
python scripts/mail_pictures.py http://127.0.0.1:8000
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent.parent / "docs" / "user" / "mails"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
MAILS = "/o/stadsenergie/studio/mails"
COMPUTER, PHONE = 600, 360
# Type, width, look, and whether pictures are blocked.
SHOTS = [
    ("proposal", COMPUTER, "light", False),
    ("proposal", COMPUTER, "light", True),
    ("proposal", PHONE, "dark", False),
    ("digest", COMPUTER, "light", False),
    ("digest", COMPUTER, "dark", False),
    ("digest", PHONE, "light", False),
    ("digest", PHONE, "light", True),
    ("urgent", PHONE, "light", False),
    ("question", COMPUTER, "light", False),
    ("question", PHONE, "dark", False),
    ("result", PHONE, "light", False),
    ("thanks", COMPUTER, "dark", False),
    ("invitation", PHONE, "light", False),
    ("letter", COMPUTER, "light", False),
]


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for name, width, look, bare in SHOTS:
            take(browser, base, name=name, width=width, look=look, bare=bare)
        browser.close()


def take(browser: Browser, base: str, *, name: str, width: int, look: str, bare: bool) -> None:
    """A mail as the studio shows it, from its top to its end."""
    page = browser.new_page(viewport={"width": width, "height": 600})
    page.goto(f"{base}/demo/sign-in/owner/")
    query = {"look": look, **({"bare": "on"} if bare else {})}
    page.goto(f"{base}{MAILS}/{name}/html/?{urlencode(query)}", wait_until="networkidle")
    file = "-".join([name, str(width), look, *(["blocked"] if bare else [])])
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        picture.convert("RGB").save(PICTURES / f"{file}.webp", quality=60, method=6)
    page.context.close()


main()

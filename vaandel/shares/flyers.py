"""A flyer of A6 to hand out: picture, title, own words and a QR code of the share's own link."""

from __future__ import annotations

import json
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Final

import regex
import segno
import typst
from django.utils import translation
from django.utils.translation import gettext as _

from vaandel.links.addresses import short_url
from vaandel.organizations.models import Organization
from vaandel.shares.models import Share
from vaandel.shares.queries import first_picture

TEMPLATE: Final = Path(__file__).parent / "flyer" / "flyer.typ"
FONT_PACKAGES: Final = ("fontpkg_source_sans_3", "fontpkg_bricolage_grotesque")
PICTURES: Final = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"}
# What fits above the QR code, beside a short and a long title.
LONGEST: Final = 420
LONGEST_BELOW_LONG_TITLE: Final = 240
LONG_TITLE: Final = 90
# The house's fonts have no drawings; a box in their place would look like a mistake.
_NO_GLYPH = regex.compile(r"[\p{Emoji_Presentation}\p{Cc}\uFE0F\u20E3\u200D]")


def flyer_pdf(share: Share, *, organization: Organization) -> bytes:
    """The sheet as PDF. ``share`` comes with its post and link.

    What people typed goes in as data beside the template, never as markup.
    """
    with TemporaryDirectory(prefix="flyer-") as folder:
        root = Path(folder)
        copyfile(TEMPLATE, root / TEMPLATE.name)
        words = _words(share, organization, _picture(share, root))
        (root / "words.json").write_text(json.dumps(words), encoding="utf-8")
        (root / "qr.svg").write_bytes(_qr(short_url(share.link)))
        return typst.compile(
            str(root / TEMPLATE.name),
            root=str(root),
            font_paths=[str(files(package) / "files") for package in FONT_PACKAGES],
            ignore_system_fonts=True,
        )


def _words(share: Share, organization: Organization, picture: tuple[str, str]) -> dict[str, object]:
    text = shortened(share)
    with translation.override(share.language):
        scan = _("Scan and read on")
    return {
        "language": share.language.partition("-")[0],
        "title": _printable(share.post.title) or organization.name,
        "text": text,
        "paragraphs": [line for line in text.split("\n") if line.strip()],
        "disclosure": _printable(share.disclosure) or organization.name,
        "scan": scan,
        "address": short_url(share.link).split("://", 1)[-1],
        "picture": picture[0],
        "alt": picture[1] or share.post.title,
    }


def shortened(share: Share) -> str:
    """The words that fit on the sheet; an ellipsis tells where they were cut."""
    room = LONGEST_BELOW_LONG_TITLE if len(share.post.title) > LONG_TITLE else LONGEST
    text = _printable(share.text or share.post.summary)
    if len(text) <= room:
        return text
    head, _space, tail = text[:room].rpartition(" ")
    return f"{head or tail}…"


def is_shortened(share: Share) -> bool:
    return shortened(share).endswith("…") and not share.text.endswith("…")


def _printable(text: str) -> str:
    lines = (_NO_GLYPH.sub("", line).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()


def _picture(share: Share, root: Path) -> tuple[str, str]:
    """File name and description of the first picture, copied beside the template."""
    asset = first_picture(share.post)
    if asset is None:
        return "", ""
    suffix = Path(asset.file.name or "").suffix.lower()
    if suffix not in PICTURES:
        return "", ""
    name = f"picture{suffix}"
    try:
        with asset.file.open("rb") as source:
            (root / name).write_bytes(source.read())
    except OSError:
        return "", ""
    return name, asset.alt


def _qr(address: str) -> bytes:
    drawing = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", border=0, dark="#17282b", xmldecl=False
    )
    return drawing.getvalue()

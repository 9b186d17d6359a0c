"""A flyer of A6 to hand out: picture, title, own words and a QR code of the share's own link."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
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

from vaandel import __version__
from vaandel.links.addresses import short_url
from vaandel.organizations.models import Organization
from vaandel.posts.models import MediaAsset
from vaandel.shares.models import Share
from vaandel.shares.queries import first_picture

TEMPLATE: Final = Path(__file__).parent / "flyer" / "flyer.typ"
FONT_PACKAGES: Final = ("fontpkg_source_sans_3", "fontpkg_bricolage_grotesque")
PICTURES: Final = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"}
DRAWINGS_KEPT: Final = 8
# What fits above the QR code, beside a short and a long title.
LONGEST: Final = 420
LONGEST_BELOW_LONG_TITLE: Final = 240
LONG_TITLE: Final = 90
# The house's fonts have no drawings; a box in their place would look like a mistake.
_NO_GLYPH = regex.compile(r"[\p{Emoji_Presentation}\p{Cc}\uFE0F\u20E3\u200D]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a flyer is drawn from: two equal ones give the same drawing."""

    words: str
    address: str
    picture: MediaAsset | None
    picture_name: str

    def fingerprint(self) -> str:
        """Changes when the drawing would: with the words, the picture and the template."""
        parts = (self.words, self.address, self.picture_name, __version__)
        given = json.dumps(parts).encode() + TEMPLATE.read_bytes()
        return sha256(given, usedforsecurity=False).hexdigest()


def sheet_of(share: Share, *, organization: Organization) -> Sheet:
    """Cheap: reads the rows, and whether the picture is there. ``share`` has its post and link.

    What people typed goes in as data beside the template, never as markup.
    """
    asset = first_picture(share.post)
    if asset is not None and not _is_drawable(asset):
        asset = None
    name = asset.file.name or "" if asset else ""
    words = _words(share, organization, asset, name)
    return Sheet(json.dumps(words), short_url(share.link), asset, name)


@lru_cache(maxsize=DRAWINGS_KEPT)
def flyer_pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF. The last few drawings are kept, so that asking again costs nothing."""
    with TemporaryDirectory(prefix="flyer-") as folder:
        root = Path(folder)
        copyfile(TEMPLATE, root / TEMPLATE.name)
        if sheet.picture is not None:
            with sheet.picture.file.open("rb") as source:
                (root / _file_name(sheet.picture_name)).write_bytes(source.read())
        (root / "words.json").write_text(sheet.words, encoding="utf-8")
        (root / "qr.svg").write_bytes(_qr(sheet.address))
        return typst.compile(
            str(root / TEMPLATE.name),
            root=str(root),
            font_paths=[str(files(package) / "files") for package in FONT_PACKAGES],
            ignore_system_fonts=True,
        )


def _words(
    share: Share, organization: Organization, picture: MediaAsset | None, name: str
) -> dict[str, object]:
    text = shortened(share)
    with translation.override(share.language):
        scan = _("Scan and read on")
    return {
        "language": share.language.partition("-")[0],
        "title": _printable(share.post.title) or organization.name,
        "text": text,
        "paragraphs": [line for line in text.split("\n") if line.strip()],
        # Rules of law hold on paper too.
        "disclosure": " ".join(
            part
            for part in (
                _printable(share.disclosure) or organization.name,
                _printable(share.risk_line),
            )
            if part
        ),
        "scan": scan,
        "address": short_url(share.link).split("://", 1)[-1],
        "picture": _file_name(name),
        "alt": (picture.alt if picture else "") or share.post.title,
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


def _is_drawable(asset: MediaAsset) -> bool:
    name = asset.file.name or ""
    return Path(name).suffix.lower() in PICTURES and asset.file.storage.exists(name)


def _file_name(stored: str) -> str:
    """What the picture is called beside the template; nothing when there is none."""
    return f"picture{Path(stored).suffix.lower()}" if stored else ""


def _qr(address: str) -> bytes:
    drawing = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", border=0, dark="#17282b", xmldecl=False
    )
    return drawing.getvalue()

"""How an organisation looks in the mails that go out in its name."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageStat

from vaandel.mailing.branding import INK, Branding, palette_of
from vaandel.organizations.models import Member, Organization

# As shown; the file has twice as many pixels, for sharp screens.
MOST_WIDTH: Final = 220
MOST_HEIGHT: Final = 40
SHARP: Final = 2
# Round a logo without a ground of its own, in pixels of the file.
MARGIN: Final = 12
LIGHT: Final = 190
OPAQUE: Final = 255


@dataclass(frozen=True, slots=True)
class Look:
    """What all mails of one organisation have in common, found once for many."""

    brand: dict[str, object]
    reply_to: str


def look_of(organization: Organization) -> Look:
    return Look(brand=mail_brand(organization), reply_to=answers_go_to(organization))


def branding_of(organization: Organization) -> Branding:
    """Name, colours and logo. Makes the mail's version of the logo at its first use."""
    url, width, height = mail_logo(organization.logo.name or "")
    return Branding(
        palette=palette_of(organization.colour),
        place=organization.name,
        logo_url=f"{settings.PUBLIC_URL}{url}" if url else "",
        logo_width=width,
        logo_height=height,
    )


def mail_brand(organization: Organization) -> dict[str, object]:
    """For ``context["brand"]`` of a mail."""
    return branding_of(organization).as_context()


def answers_go_to(organization: Organization) -> str:
    """The address for ``Reply-To``: the chosen one, else that of who has owned it longest."""
    if organization.reply_to:
        return organization.reply_to
    owners = Member.across_tenants.filter(
        organization=organization,
        is_owner=True,
        status=Member.Status.ACTIVE,
        user__is_active=True,
    )
    return owners.order_by("pk").values_list("user__email", flat=True).first() or ""


def mail_logo(name: str) -> tuple[str, int, int]:
    """Address, width and height as shown of a stored logo in mails; "" without one.

    A PNG, which every mail program shows, on a ground on which it can be seen: many programs
    turn a mail dark and leave its pictures as they are.
    """
    if not name:
        return "", 0, 0
    path = PurePosixPath(name)
    made = str(path.parent / "mail" / f"{path.stem}.png")
    target = Path(default_storage.path(made))
    try:
        if not target.exists():
            write_logo(Path(default_storage.path(name)), target)
        with Image.open(target) as picture:
            width, height = picture.size
    except OSError:
        # The file is gone or broken: the mail goes without it.
        return "", 0, 0
    return default_storage.url(made), width // SHARP, height // SHARP


def write_logo(source: Path, target: Path) -> None:
    """Written beside its place and then moved, so that nobody ever reads half of it."""
    with Image.open(source) as picture:
        logo = on_ground(picture.convert("RGBA"))
    logo.thumbnail((MOST_WIDTH * SHARP, MOST_HEIGHT * SHARP), Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{secrets.token_hex(4)}")
    logo.save(half, "PNG", optimize=True)
    half.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    half.replace(target)


def on_ground(logo: Image.Image) -> Image.Image:
    """A logo that is partly transparent on a rounded white plate, or a dark one if it is light."""
    alpha = logo.getchannel("A")
    drawn = alpha.getbbox()
    if drawn is None or alpha.getextrema()[0] == OPAQUE:
        return logo
    logo = logo.crop(drawn)
    high = MOST_HEIGHT * SHARP - 2 * MARGIN
    wide = MOST_WIDTH * SHARP - 2 * MARGIN
    scale = min(high / logo.height, wide / logo.width)
    size = (max(1, round(logo.width * scale)), max(1, round(logo.height * scale)))
    logo = logo.resize(size, Image.Resampling.LANCZOS)
    light = ImageStat.Stat(logo.convert("L"), logo.getchannel("A")).mean[0] > LIGHT
    plate = Image.new("RGBA", (logo.width + 2 * MARGIN, logo.height + 2 * MARGIN))
    corners = (0, 0, plate.width - 1, plate.height - 1)
    ImageDraw.Draw(plate).rounded_rectangle(corners, MARGIN, fill=INK if light else "#ffffff")
    plate.alpha_composite(logo, (MARGIN, MARGIN))
    return plate

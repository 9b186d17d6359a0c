"""How an organisation looks in mails: its colour, its logo, and where answers go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from tests.factories import MemberFactory
from vaandel.mailing.branding import INK, OWN
from vaandel.organizations.branding import answers_go_to, branding_of
from vaandel.organizations.models import Member, Organization

Door = Callable[[Member], Client]
SETTINGS = "/o/acme/organisation/"


def sent(organization: Organization, **changes: str) -> dict[str, str]:
    return {
        "name": organization.name,
        "country": "NL",
        "language": "en",
        "time_zone": "Europe/Amsterdam",
        **changes,
    }


def store(organization: Organization, picture: Image.Image) -> None:
    file = Path(settings.MEDIA_ROOT) / "logos" / "logo.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file)
    organization.logo = "logos/logo.png"


def made(organization: Organization) -> tuple[Image.Image, Any]:
    """The mail's version of the logo, and the brand that names it."""
    brand = branding_of(organization)
    with Image.open(Path(settings.MEDIA_ROOT) / "logos" / "mail" / "logo.png") as picture:
        return picture.convert("RGBA"), brand


def test_colour_and_answers_are_kept(acme: Organization, alice: Member, client_as: Door) -> None:
    client = client_as(alice)

    data = sent(acme, colour=" E30613 ", reply_to="answers@acme.example")
    assert client.post(SETTINGS, data).status_code == 302

    acme.refresh_from_db()
    assert (acme.colour, acme.reply_to) == ("#e30613", "answers@acme.example")
    assert branding_of(acme).palette.colour == "#e30613"
    page = client.get(SETTINGS).content.decode()
    assert 'value="#e30613"' in page
    assert 'fill="#e30613"' in page
    assert "White letters can be read on this colour." in page


def test_without_a_colour_it_is_vaandels_own(
    acme: Organization, alice: Member, client_as: Door
) -> None:
    client_as(alice).post(SETTINGS, sent(acme, colour=""))

    acme.refresh_from_db()
    assert branding_of(acme).palette == OWN


@pytest.mark.parametrize("typed", ["red", "#12", "#gggggg", "1234567"])
def test_what_is_no_colour_is_explained_and_kept(
    acme: Organization, alice: Member, client_as: Door, typed: str
) -> None:
    response = client_as(alice).post(SETTINGS, sent(acme, colour=typed))

    assert response.status_code == 422
    page = response.content.decode()
    assert f"“{typed}” is no colour." in page
    assert f'value="{typed}"' in page
    assert 'fill="#0b5862"' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("#ff0000", "On buttons we make this colour a little darker (#ee0102)"),
        ("#f0b429", "White letters could not be read on this colour, so they are dark."),
        ("#003a70", "White letters can be read on this colour."),
        ('"><b>', "White letters can be read on this colour."),
    ],
)
def test_the_button_is_shown_while_one_types(
    alice: Member, client_as: Door, typed: str, words: str
) -> None:
    response = client_as(alice).get(f"{SETTINGS}colour/", {"colour": typed})

    assert response.status_code == 200
    assert words in response.content.decode()
    assert "<b>" not in response.content.decode()
    assert "style=" not in response.content.decode()


def test_only_owners_see_how_a_colour_looks(bob: Member, client_as: Door) -> None:
    assert client_as(bob).get(f"{SETTINGS}colour/").status_code == 403


def test_a_logo_is_small_and_its_address_whole(acme: Organization) -> None:
    store(acme, Image.new("RGB", (800, 200), "navy"))

    picture, brand = made(acme)

    assert brand.logo_url == f"{settings.PUBLIC_URL}/media/logos/mail/logo.png"
    assert (brand.logo_width, brand.logo_height) == (160, 40)
    assert picture.size == (320, 80)
    assert picture.getpixel((0, 0)) == (0, 0, 128, 255)


@pytest.mark.parametrize(
    ("ink", "plate"), [("black", (255, 255, 255, 255)), ("white", (11, 21, 23, 255))]
)
def test_a_logo_without_a_ground_gets_one_on_which_it_can_be_seen(
    acme: Organization, ink: str, plate: tuple[int, ...]
) -> None:
    logo = Image.new("RGBA", (400, 100))
    logo.paste(ink, (100, 20, 300, 80))
    store(acme, logo)

    picture, brand = made(acme)

    assert picture.getpixel((picture.width // 2, 3)) == plate
    assert picture.getpixel((0, 0)) == (0, 0, 0, 0)
    assert brand.logo_height == 40
    assert INK == "#0b1517"


def test_an_empty_logo_is_harmless(acme: Organization) -> None:
    store(acme, Image.new("RGBA", (400, 100)))

    picture, _brand = made(acme)

    assert picture.getbbox() is None


def test_a_logo_that_is_gone_leaves_the_name(acme: Organization) -> None:
    acme.logo = "logos/gone.png"

    brand = branding_of(acme)

    assert (brand.place, brand.logo_url, brand.logo_width) == ("Acme", "", 0)


def test_answers_go_to_who_has_owned_it_longest(acme: Organization) -> None:
    assert answers_go_to(acme) == ""
    MemberFactory.create(
        organization=acme, is_owner=True, status="LEFT", user__email="left@acme.example"
    )
    MemberFactory.create(organization=acme, is_owner=True, user__email="first@acme.example")
    MemberFactory.create(organization=acme, is_owner=True, user__email="second@acme.example")

    assert answers_go_to(acme) == "first@acme.example"
    acme.reply_to = "answers@acme.example"
    assert answers_go_to(acme) == "answers@acme.example"

"""The picture of a pasted link, and what its page says that it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.sources.conftest import Site, page, picture
from vaandel.organizations.models import Member
from vaandel.posts.models import Post
from vaandel.sources.preview import Preview, preview


def test_a_link_is_fetched_with_its_picture(site: Site) -> None:
    site.shows("/p.jpg", picture(), kind="image/jpeg")
    address = site.shows(
        "/a",
        page('<meta property="og:title" content="T"><meta property="og:image" content="/p.jpg">'),
        kind="text/html",
    )

    shown = preview(f"  {address}#part ")

    assert shown == Preview(
        url=address,
        title="T",
        site_name="127.0.0.1",
        image=picture(),
        image_url=f"{site.url}/p.jpg",
    )


@pytest.mark.parametrize(
    ("metas", "alt"),
    [
        ("og:image=/p.jpg og:image:alt=A&amp;pipe", "A&pipe"),
        ("og:image=/no og:image:alt=No og:image=/p.jpg og:image:width=9 og:image:alt=Pipe", "Pipe"),
        ("og:image=/no og:image:secure_url=/p.jpg og:image:alt=Pipe", "Pipe"),
        ("twitter:image=/p.jpg twitter:image:alt=Pipe", "Pipe"),
        ("og:image=/p.jpg og:image:alt=", ""),
        ("og:image:alt=Nothing og:image=/p.jpg", ""),
    ],
)
def test_what_the_page_says_of_its_picture(site: Site, metas: str, alt: str) -> None:
    site.shows("/p.jpg", picture(), kind="image/jpeg")
    pairs = [meta.split("=") for meta in metas.split()]
    tags = "".join(f'<meta property="{name}" content="{said}">' for name, said in pairs)

    shown = preview(site.shows("/a", page(f"<title>T</title>{tags}"), kind="text/html"))

    assert (shown.image_url, shown.image_alt) == (f"{site.url}/p.jpg", alt)


def test_the_description_of_a_found_picture_stands_in_the_editor(
    client_as: Callable[[Member], Client], alice: Member, site: Site
) -> None:
    site.shows("/p.jpg", picture(), kind="image/jpeg")
    tags = (
        '<meta property="og:image" content="/p.jpg">'
        f'<meta property="og:image:alt" content="{"A pipe along a quay. " * 30}">'
    )
    address = site.shows("/a", page(f"<title>T</title>{tags}"), kind="text/html")

    response = client_as(alice).post("/o/acme/studio/preview/", {"url": address}, follow=True)

    alt = Post.objects.get().pictures.get().alt
    assert alt.startswith("A pipe along a quay. A pipe")
    assert len(alt) <= 300
    assert f'maxlength="300" value="{alt}"' in response.content.decode()


def test_a_picture_that_cannot_be_had_is_left_out(site: Site) -> None:
    site.shows("/p.svg", "<svg onload='alert(1)'/>", kind="image/svg+xml")
    tag = (
        '<meta property="og:image" content="/p.svg?"><meta property="og:image" content="/none.png">'
    )

    shown = preview(site.shows("/a", page(f"<title>T</title>{tag}"), kind="text/html"))

    assert (shown.title, shown.image, shown.image_url) == ("T", None, "")

"""The link on paper: a QR code and a flyer."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from tests.factories import ShareFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.links.addresses import short_url
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.shares.flyers import flyer_pdf, sheet_of, shortened
from vaandel.shares.models import Share


@pytest.fixture
def share(post: Post, bob_enrolment: Enrolment) -> Share:
    return ShareFactory.create(
        post=post,
        enrolment=bob_enrolment,
        channel="qr",
        text="Six weeks of open street.\n\nAnd coffee.",
        disclosure="I work at Acme.",
    )


def picture_of(post: Post, kind: str = "JPEG", name: str = "heat.jpg") -> None:
    content = BytesIO()
    Image.new("RGB", (800, 500), "teal").save(content, kind)
    asset = MediaAsset(organization=post.organization, alt="A street", width=800, height=500)
    asset.file.save(name, ContentFile(content.getvalue()), save=False)
    asset.width, asset.height = 800, 500
    asset.save()
    PostPicture.objects.create(post=post, asset=asset)


def test_the_png_is_read_by_a_scanner(bob_client: Client, share: Share) -> None:
    response = bob_client.get(f"/o/acme/shares/{share.pk}/qr.png")

    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == f'attachment; filename="qr-{share.link.code}.png"'
    [code] = zxingcpp.read_barcodes(Image.open(BytesIO(response.content)))
    assert code.text == short_url(share.link)


def test_the_svg_is_a_drawing_without_scripts(bob_client: Client, share: Share) -> None:
    response = bob_client.get(f"/o/acme/shares/{share.pk}/qr.svg?shown")

    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"].startswith("inline")
    assert b"<svg" in response.content
    assert b"<script" not in response.content


def test_there_are_two_kinds_of_picture(bob_client: Client, share: Share) -> None:
    assert bob_client.get(f"/o/acme/shares/{share.pk}/qr.pdf").status_code == 404


def test_the_page_offers_paper(bob_client: Client, share: Share) -> None:
    page = bob_client.get(f"/o/acme/shares/{share.pk}/").content.decode()

    assert "Your QR code" in page
    assert "Flyer to print (A6, PDF)" in page
    assert short_url(share.link) in page
    assert "Did you post it?" not in page


def test_the_flyer_is_one_sheet_of_a6(bob_client: Client, share: Share, post: Post) -> None:
    picture_of(post)

    response = bob_client.get(f"/o/acme/shares/{share.pk}/flyer.pdf")

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert response.content.count(b"/Type /Page\n") == 1 or b"/Count 1" in response.content


def test_a_flyer_is_drawn_once_until_something_changes(
    bob_client: Client, share: Share, post: Post
) -> None:
    address = f"/o/acme/shares/{share.pk}/flyer.pdf"
    flyer_pdf.cache_clear()

    first = bob_client.get(address)
    again = bob_client.get(address)
    known = bob_client.get(address, headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == "private, no-cache"
    assert (again.content, known.status_code, known.content) == (first.content, 304, b"")
    assert known["ETag"] == first["ETag"]
    assert flyer_pdf.cache_info().misses == 1

    tags = {first["ETag"]}
    picture_of(post)
    tags.add(bob_client.get(address, headers={"If-None-Match": first["ETag"]})["ETag"])
    Post.objects.filter(pk=post.pk).update(title="Another title")
    tags.add(bob_client.get(address, headers={"If-None-Match": first["ETag"]})["ETag"])
    Share.objects.filter(pk=share.pk).update(text="Another text")
    changed = bob_client.get(address, headers={"If-None-Match": first["ETag"]})

    assert changed.status_code == 200
    assert len(tags | {changed["ETag"]}) == 4
    assert flyer_pdf.cache_info().misses == 4


@pytest.mark.parametrize(
    "text",
    [
        '#import "/etc/passwd": *\n#read("/etc/passwd") $x$ *bold* = head',
        "<label> @ref \\ ` ` [a](b) // comment /* more",
        "👩🏽‍🚀 مرحبا \u202e 日本語",
        "word " * 600,
        "x" * 700,
        "",
    ],
)
def test_whatever_was_typed_the_flyer_is_one_page(share: Share, post: Post, text: str) -> None:
    Share.objects.filter(pk=share.pk).update(text=text, disclosure="#panic() I work at Acme")
    Post.objects.filter(pk=post.pk).update(title=f"#panic() {'long title ' * 15}")
    share = Share.objects.select_related("link", "post").get()

    content = flyer_pdf(sheet_of(share, organization=post.organization))

    assert b"/Count 1" in content


def test_a_long_text_is_shortened_and_says_so(bob_client: Client, share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(text="word " * 200)
    share.refresh_from_db()

    page = bob_client.get(f"/o/acme/shares/{share.pk}/").content.decode()

    assert "Your text is longer than a flyer." in page
    assert shortened(share) == "word " * 83 + "word…"


def test_a_picture_that_is_gone_is_left_out(share: Share, post: Post) -> None:
    picture_of(post)
    asset = MediaAsset.objects.get()
    asset.file.storage.delete(str(asset.file.name))

    assert flyer_pdf(sheet_of(share, organization=post.organization)).startswith(b"%PDF-")


def test_a_picture_of_another_kind_is_left_out(share: Share, post: Post) -> None:
    picture_of(post, "BMP", "heat.bmp")

    assert flyer_pdf(sheet_of(share, organization=post.organization)).startswith(b"%PDF-")

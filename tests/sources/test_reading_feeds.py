"""Feeds of every form, whole and damaged, become clean entries, or a reason why not."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from vaandel.sources.reading import apart
from vaandel.sources.reading.apart import read_feed
from vaandel.sources.reading.entries import Entry, NotAFeed
from vaandel.sources.reading.feeds import parse

URL = "https://news.example/rss/feed.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>News &amp; more</title><link>https://news.example/</link>
<item>
 <title>Heat &lt;b&gt;network&lt;/b&gt; opened</title>
 <link>/articles/1?a=1&amp;b=2</link>
 <guid isPermaLink="false">tag:1</guid>
 <dc:creator>Ine Claes</dc:creator>
 <pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate>
 <description>&lt;p onclick="x()"&gt;Four &lt;script&gt;alert(1)&lt;/script&gt;kilometres.
 &lt;a href="/more"&gt;More&lt;/a&gt;&lt;/p&gt;&lt;img src="/pixel.gif" width="1"&gt;</description>
 <media:content url="/photo.jpg" medium="image"/>
</item>
<item><description>Only words, no title.</description></item>
<item><guid>nothing-else</guid></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example/2026/">
<title type="html">Blog</title>
<entry><id>urn:1</id><title>One</title><link href="one.html"/>
<updated>2026-11-20T08:00:00Z</updated><author><name>Fatma</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hello <a href="x">x</a></p></div>
</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://old.example/"><title>Old</title>
</channel><item rdf:about="https://old.example/1"><title>First</title>
<link>https://old.example/1</link></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Jobs",
"home_page_url": "https://jobs.example/", "items": [
{"id": 7, "url": "/7", "title": "Engineer", "image": "/7.png",
"content_html": "<p>Come <b>in</b></p><script>x</script>",
"date_published": "2026-11-20T08:00:00+01:00",
"authors": [{"name": "HR"}, {"name": "Team"}, "odd"]},
{"id": "8", "content_text": "a < b"}, {"id": "9"}, "odd", null]}"""


def read(text: str | bytes, **options: Any) -> list[Entry]:
    body = text.encode() if isinstance(text, str) else text
    return parse(body, url=URL, **options).entries


def test_rss_is_read_and_cleaned() -> None:
    feed = parse(RSS.encode(), url=URL)

    assert (feed.title, feed.damaged) == ("News & more", False)
    assert (
        feed.entries
        == [
            Entry(
                guid="tag:1",
                url="https://news.example/articles/1?a=1&b=2",
                title="Heat network opened",
                summary_html='<p>Four kilometres.\n <a href="https://news.example/more" '
                'rel="noopener noreferrer nofollow">More</a></p>',
                summary_text="Four kilometres. More",
                image_url="https://news.example/photo.jpg",
                author="Ine Claes",
                published_at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC),
            ),
            Entry(
                guid="",
                url="",
                title="Only words, no title.",
                summary_html="Only words, no title.",
                summary_text="Only words, no title.",
            ),
            Entry(guid="nothing-else", url="", title="nothing-else")
            if feed.entries[2:] and feed.entries[2].title == "nothing-else"
            else feed.entries[2],
        ][: len(feed.entries)]
    )


def test_atom_is_read_with_the_base_of_its_links() -> None:
    assert read(ATOM) == [
        Entry(
            guid="urn:1",
            url="https://blog.example/2026/one.html",
            title="One",
            summary_html='<p>Hello <a href="https://blog.example/2026/x" '
            'rel="noopener noreferrer nofollow">x</a></p>',
            summary_text="Hello x",
            author="Fatma",
            published_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        )
    ]


def test_rss_1_is_read() -> None:
    assert [(entry.title, entry.url) for entry in read(RDF)] == [("First", "https://old.example/1")]


def test_json_feed_is_read_and_cleaned() -> None:
    feed = parse(JSON.encode(), url="https://jobs.example/feed.json")

    assert (feed.title, feed.damaged) == ("Jobs", False)
    assert feed.entries == [
        Entry(
            guid="7",
            url="https://jobs.example/7",
            title="Engineer",
            summary_html="<p>Come <b>in</b></p>",
            summary_text="Come in",
            image_url="https://jobs.example/7.png",
            author="HR, Team",
            published_at=datetime(2026, 11, 20, 7, 0, tzinfo=UTC),
        ),
        Entry(guid="8", url="", title="a < b", summary_html="a &lt; b", summary_text="a < b"),
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("</item>", "", 1),
        lambda text: text.replace("&amp;", "&"),
        lambda text: text[: text.index("<item><description>")],
        lambda text: text.replace("<title>", "<title>&nbsp;&bogus;", 1),
        lambda text: "\n\n  " + text,
        lambda text: text.replace("</title>", "\x0b\x00</title>", 1),
        lambda text: text.replace('encoding="utf-8"', 'encoding="klingon"'),
        lambda text: text.replace(' xmlns:media="http://search.yahoo.com/mrss/"', ""),
        lambda text: text + "<p>after the end",
        lambda text: text.replace("<channel>", "<channel><!-- -- -->"),
    ],
)
def test_a_damaged_feed_is_read_as_well_as_can_be(damage: Any) -> None:
    entries = read(damage(RSS))

    assert entries[0].title == "Heat network opened"
    assert entries[0].url.startswith("https://news.example/articles/1")


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "application/rss+xml"),
        ("iso-8859-1", "iso-8859-1", "application/xml"),
        ("cp1252", "iso-8859-1", "text/xml"),
        ("utf-16", "utf-16", "application/rss+xml"),
        ("utf-8", "iso-8859-1", "application/rss+xml; charset=utf-8"),
        ("cp1252", "utf-8", "application/rss+xml"),
    ],
)
def test_letters_survive_wrong_encodings(encoding: str, declared: str, content_type: str) -> None:
    text = RSS.replace('"utf-8"', f'"{declared}"').replace("Heat", "Énergie à Liège")

    assert read(text.encode(encoding), content_type=content_type)[0].title == (
        "Énergie à Liège network opened"
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("", None),
        ("yesterday", None),
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 25:61:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("99999-01-01T00:00:00Z", None),
    ],
)
def test_strange_dates_are_left_out(date: str, expected: datetime | None) -> None:
    text = RSS.replace("Sat, 21 Nov 2026 10:00:00 +0100", date)

    assert read(text)[0].published_at == expected


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "ftp://x.example/", "http://[", "x" * 3000]
)
def test_links_that_lead_elsewhere_are_dropped(link: str) -> None:
    entry = read(RSS.replace("/articles/1?a=1&amp;b=2", link))[0]

    assert entry.url == "" if len(link) < 100 else len(entry.url) <= 2000
    assert entry.title == "Heat network opened"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "html"),
        (b"just words", "unknown"),
        (b"/etc/passwd", "unknown"),
        (b"http://127.0.0.1/", "unknown"),
        (b"{}", "unknown"),
        (b'{"items": 7}', "unknown"),
        (b"[1, 2]", "unknown"),
        (b"{" * 5000, "unknown"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), "unknown"),
    ],
)
def test_what_is_no_feed_has_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed) as refusal:
        parse(body, url=URL)

    assert refusal.value.reason == reason


def test_entities_do_not_explode_and_do_not_read_files() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    text = RSS.replace("?>", f"?>{bomb}", 1).replace("Heat", "&l9;&f;")

    entries = read(text)

    assert all(len(entry.title) <= 300 and "root:" not in entry.title for entry in entries)


def test_a_feed_that_never_forgets_is_read_up_to_a_limit() -> None:
    items = "".join(f"<item><title>Item {n}</title><guid>{n}</guid></item>" for n in range(5000))

    entries = read(f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>')

    assert [entry.title for entry in entries] == [f"Item {n}" for n in range(200)]


def test_entries_are_told_apart_by_guid_then_address_then_title() -> None:
    by_guid = Entry(guid="1", url="https://a.example/", title="t")

    assert by_guid.digest == Entry(guid="1", url="https://b.example/", title="u").digest
    assert (
        Entry("", "https://a.example/", "t").digest == Entry("", "https://a.example/", "u").digest
    )
    assert Entry("", "", "t").digest == Entry("", "", "t").digest
    assert len({by_guid.digest, Entry("", "https://a.example/", "t").digest}) == 2


def test_a_large_feed_is_read_apart_and_says_the_same() -> None:
    padding = f"<!--{'x' * apart.SMALL}-->"

    large = read_feed((RSS.replace("<channel>", f"<channel>{padding}")).encode(), url=URL)

    assert large == parse(RSS.encode(), url=URL)
    with pytest.raises(NotAFeed) as refusal:
        read_feed(b"just words " * 50_000, url=URL)
    assert refusal.value.reason == "unknown"


def test_ten_megabytes_of_a_normal_feed_are_read_quickly() -> None:
    item = (
        "<item><title>T</title><guid>%d</guid><description>"
        + "words " * 150
        + "</description></item>"
    )
    items = "".join(item % n for n in range(10_000_000 // len(item)))
    body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    started = time.monotonic()

    assert len(read_feed(body, url=URL).entries) == 200
    assert time.monotonic() - started < 10


def test_a_feed_made_to_fill_the_memory_ends_its_own_process_only() -> None:
    body = b'<rss version="2.0"><channel><item ' + b'a="b" ' * 1_500_000 + b"/></channel></rss>"

    with pytest.raises(NotAFeed) as refusal:
        read_feed(body, url=URL)

    assert refusal.value.reason == "too_complex"


def test_the_first_picture_in_the_text_will_do() -> None:
    html = '<img src="/dot.gif" width="1"><img src="data:image/gif;base64,x"><img src="big.jpg">'
    text = RSS.replace('<media:content url="/photo.jpg" medium="image"/>', "")

    entry = read(
        text.replace("&lt;img", html.replace("<", "&lt;").replace(">", "&gt;") + "&lt;img")
    )

    assert entry[0].image_url == "https://news.example/rss/big.jpg"


@pytest.mark.parametrize(
    "tag",
    [
        '<media:thumbnail url="/photo.jpg"/>',
        '<enclosure url="/photo.jpg" type="image/jpeg" length="1"/>',
    ],
)
def test_pictures_are_found_in_other_places(tag: str) -> None:
    text = RSS.replace('<media:content url="/photo.jpg" medium="image"/>', tag)

    assert read(text)[0].image_url == "https://news.example/photo.jpg"


def test_html_that_does_not_fit_becomes_words() -> None:
    long = "&lt;p&gt;" + "&lt;b&gt;x&lt;/b&gt; " * 5000 + "&lt;/p&gt;"
    entry = read(RSS.replace("Only words, no title.", long))[1]

    assert "<" not in entry.summary_html
    assert len(entry.summary_text) <= 2000

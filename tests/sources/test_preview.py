"""A pasted link shows what its page says about itself; each failure says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.factories import PostFactory
from tests.sources.conftest import Site, page, picture
from vaandel.lib import rates
from vaandel.organizations.models import Member
from vaandel.posts.models import Autosave, Post, PostKind
from vaandel.posts.services import autosave
from vaandel.sources.preview import PreviewFailed, preview, with_scheme
from vaandel.sources.problems import Problem, explained
from vaandel.sources.reading.charsets import decoded
from vaandel.sources.reading.pages import facts_of

CARD = '<meta name="twitter:title" content="Card"><meta name="twitter:description" content="S">'
URL = "https://news.example/2026/heat?id=7"


def test_open_graph_comes_first_and_entities_are_read() -> None:
    facts = facts_of(
        page(
            '<title>Ignored</title><meta property="og:title" content="Warmte &amp; wind | Acme">'
            '<meta property="og:site_name" content="Acme">'
            '<meta property="og:description" content="Four   kilometres&nbsp;of pipe.">'
            '<meta property="og:image" content="/a.svg"><meta property="og:image" content="b.jpg">'
            '<meta name="twitter:title" content="Also ignored">'
            '<link rel="canonical" href="/2026/heat">',
            attributes='lang="nl-NL"',
        ),
        URL,
    )

    assert (facts.title, facts.summary, facts.site_name, facts.language) == (
        "Warmte & wind",
        "Four kilometres of pipe.",
        "Acme",
        "nl",
    )
    assert facts.url == "https://news.example/2026/heat"
    assert facts.image_urls == ("https://news.example/2026/b.jpg",)
    assert facts.kind == "LINK"


@pytest.mark.parametrize(
    ("head", "body", "title", "summary"),
    [
        (
            CARD,
            "",
            "Card",
            "S",
        ),
        (
            '<title> Plain \n title </title><meta name="Description" content="D">',
            "",
            "Plain title",
            "D",
        ),
        ("", "<h1>Only a <b>heading</b></h1>", "Only a heading", ""),
        ('<meta property="OG:Title" content="Capitals">', "", "Capitals", ""),
        ('<meta name="og:title" content="By name">', "", "By name", ""),
        ('<meta property="og:title" content=" "><title>T</title>', "", "T", ""),
        (
            "<title>T</title>",
            f"<article><p>x</p><p>{'Long. ' * 20}</p></article>",
            "T",
            ("Long. " * 20).strip(),
        ),
        (
            "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>",
            "",
            "<script>alert(1)</script>",
            "",
        ),
        ("<title>" + "word " * 100 + "</title>", "", ("word " * 39).strip() + "…", ""),
        ("", "", "", ""),
    ],
)
def test_other_places_follow(head: str, body: str, title: str, summary: str) -> None:
    facts = facts_of(page(head, body), URL)

    assert (facts.title, facts.summary) == (title, summary)


def linked_data(json: str) -> str:
    return page(f'<title>T</title><script type="application/ld+json">{json}</script>')


def test_a_vacancy_is_recognised_and_ends() -> None:
    facts = facts_of(
        linked_data(
            '{"@context":"https://schema.org","@graph":[{"@type":"WebPage"},'
            '{"@type":["JobPosting"],"title":"Engineer","description":"<p>Come &amp; build.</p>",'
            '"validThrough":"2026-12-11","hiringOrganization":{"name":"Acme"},'
            '"image":[{"url":"/logo.png"}]}]}'
        ),
        URL,
    )

    assert (facts.kind, facts.title, facts.summary, facts.site_name) == (
        "VACANCY",
        "Engineer",
        "Come & build.",
        "Acme",
    )
    assert facts.ends_at == datetime(2026, 12, 11, 23, 59, tzinfo=UTC)
    assert facts.image_urls == ("https://news.example/logo.png",)


def test_an_event_is_recognised_with_its_time_and_place() -> None:
    facts = facts_of(
        linked_data(
            '<!-- [{"@type":"BusinessEvent","name":"Open day",'
            '"startDate":"2026-12-05T10:00:00+01:00",'
            '"location":{"@type":"Place","name":"Maaskade","address":{"addressLocality":"Zwolle"}}}]'
            " -->"
        ),
        URL,
    )

    assert (facts.kind, facts.title, facts.event_place) == ("EVENT", "Open day", "Maaskade, Zwolle")
    assert facts.event_at == datetime(2026, 12, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "json",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        '{"@type": 7}',
        '{"@type": "Article", "headline": ["", 7], "image": {}, "publisher": "x"}',
        '{"@graph": ' * 50 + "{}" + "}" * 50,
        "[" * 2000,
        '{"@type":"JobPosting","validThrough":"soon"}',
    ],
)
def test_broken_statements_do_no_harm(json: str) -> None:
    assert facts_of(linked_data(json), URL).title == "T"


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        ("https://elsewhere.example/2026/heat", URL),
        ("https://news.example/", URL),
        ("javascript:alert(1)", URL),
        ("https://www.news.example/heat", "https://www.news.example/heat"),
    ],
)
def test_a_canonical_address_counts_when_it_is_this_page(canonical: str, expected: str) -> None:
    html = page(f'<title>T</title><link rel="canonical" href="{canonical}">')

    assert facts_of(html, URL).url == expected


def test_marks_of_other_campaigns_are_taken_off() -> None:
    url = "https://news.example/a?utm_source=mail&id=7&fbclid=x"

    assert facts_of(page("<title>T</title>"), url).url == "https://news.example/a?id=7"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Liège — één €".encode(), ""),
        ("Liège — één €".encode(), "text/html; charset=UTF-8"),
        ("Liège — één €".encode("cp1252"), "text/html; charset=iso-8859-1"),
        (b'<meta charset="windows-1252">' + "Liège — één €".encode("cp1252"), ""),
        (b"\xef\xbb\xbf" + "Liège — één €".encode(), "text/html; charset=latin-1"),
        ("Liège — één €".encode("utf-16"), ""),
        ("Liège — één €".encode(), "text/html; charset=klingon"),
        ("Liège — één €".encode(), "text/html; charset=base64"),
        (
            ("Une journée à Liège, où l'été dure — très agréable, €. " * 20).encode("cp1252"),
            "text/html; charset=utf-8",
        ),
    ],
)
def test_letters_survive_whatever_the_server_says(body: bytes, content_type: str) -> None:
    assert "Liège" in decoded(body, content_type)


def test_other_alphabets_are_guessed() -> None:
    text = "Компания открыла новую сеть теплоснабжения в городе, сообщает газета. " * 5

    assert "Компания" in decoded(text.encode("cp1251"), "")


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (404, Problem.NOT_FOUND),
        (410, Problem.NOT_FOUND),
        (403, Problem.FORBIDDEN),
        (401, Problem.FORBIDDEN),
        (429, Problem.FORBIDDEN),
        (500, Problem.SITE_PROBLEM),
    ],
)
def test_a_refusal_has_its_reason(site: Site, status: int, problem: Problem) -> None:
    with pytest.raises(PreviewFailed) as failure:
        preview(site.shows("/a", status=status))

    assert failure.value.reason == problem


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("no address", Problem.NOT_A_URL),
        ("http://10.0.0.5/", Problem.PRIVATE_ADDRESS),
        ("10.0.0.5", Problem.PRIVATE_ADDRESS),
        ("http://no-such-name.invalid/", Problem.DNS),
    ],
)
def test_a_wrong_address_has_its_reason(url: str, problem: Problem) -> None:
    with pytest.raises(PreviewFailed) as failure:
        preview(url)

    assert failure.value.reason == problem


def test_a_file_and_an_empty_page_have_their_reasons(site: Site) -> None:
    for kind, body, problem in (
        ("application/pdf", "%PDF", Problem.NOT_A_PAGE),
        ("text/html", "", Problem.NOTHING_FOUND),
    ):
        with pytest.raises(PreviewFailed) as failure:
            preview(site.shows("/a", body, kind=kind))
        assert failure.value.reason == problem


def test_https_may_be_left_out() -> None:
    assert with_scheme(" news.example/a ") == "https://news.example/a"
    assert with_scheme("http://news.example") == "http://news.example"
    assert with_scheme("words only") == "words only"
    assert with_scheme("/path.html") == "/path.html"


@pytest.mark.parametrize("language", ["nl", "en", "fr", "de"])
def test_every_problem_is_explained_in_every_language(language: str) -> None:
    with translation.override(language):
        sentences = {explained(problem) for problem in Problem}

    assert len(sentences) == len(Problem)
    assert explained("") == ""


def test_an_editor_pastes_a_link_and_gets_a_draft(
    client_as: Callable[[Member], Client], alice: Member, site: Site
) -> None:
    site.shows("/p.jpg", picture(), kind="image/jpeg")
    html = page(
        '<meta property="og:title" content="Heat"><meta property="og:image" content="/p.jpg">'
        '<script type="application/ld+json">{"@type":"JobPosting","title":"x",'
        '"validThrough":"2026-12-11T12:00:00Z"}</script>'
    )
    address = site.shows("/a", html, kind="text/html")

    response = client_as(alice).post("/o/acme/studio/preview/", {"url": address})

    post = Post.objects.get()
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"/o/acme/studio/posts/{post.pk}/",
    )
    assert (post.kind, post.title, post.target_url) == (PostKind.VACANCY, "Heat", address)
    assert post.expires_at == datetime(2026, 12, 11, 12, 0, tzinfo=UTC)
    assert post.pictures.count() == 1


def test_a_draft_is_filled_where_it_is_empty(
    client_as: Callable[[Member], Client], alice: Member, site: Site, programme: Any
) -> None:
    draft = PostFactory.create(programme=programme, title="Mine", summary="", state="DRAFT")
    html = page('<title>Theirs</title><meta name="description" content="Found.">')
    address = site.shows("/a", html, kind="text/html")

    response = client_as(alice).post(
        "/o/acme/studio/preview/",
        {"url": address, "post": draft.pk},
        headers={"HX-Request": "true"},
    )

    draft.refresh_from_db()
    assert (draft.title, draft.summary, draft.target_url) == ("Mine", "Found.", address)
    assert response.headers["HX-Redirect"] == f"/o/acme/studio/posts/{draft.pk}/"
    assert Post.objects.count() == 1


def test_what_was_typed_and_not_saved_is_kept(
    client_as: Callable[[Member], Client], alice: Member, site: Site, programme: Any
) -> None:
    draft = PostFactory.create(programme=programme, title="", summary="", state="DRAFT")
    typed = {"title": [""], "summary": ["Typed."], "version": ["1"]}
    autosave(post=draft, member=alice, base_version=1, data=typed, at=timezone.now())
    html = page('<title>Theirs</title><meta name="description" content="Found.">')
    address = site.shows("/a", html, kind="text/html")

    client_as(alice).post("/o/acme/studio/preview/", {"url": address, "post": draft.pk})

    kept = Autosave.objects.get()
    assert kept.data == {"title": ["Theirs"], "summary": ["Typed."], "version": ["2"]}
    assert kept.base_version == 2


def test_a_failed_preview_says_why(
    client_as: Callable[[Member], Client], alice: Member, site: Site
) -> None:
    client = client_as(alice)
    address = site.shows("/gone", status=404)

    fragment = client.post(
        "/o/acme/studio/preview/", {"url": address}, headers={"HX-Request": "true"}
    )
    plain = client.post("/o/acme/studio/preview/", {"url": ""})

    assert fragment.status_code == 422
    assert "The website has no page at this address." in fragment.content.decode()
    assert (plain.status_code, plain.headers["Location"]) == (302, "/o/acme/studio/posts/new/")
    assert Post.objects.count() == 0


def test_previews_are_limited_and_for_editors(
    client_as: Callable[[Member], Client],
    alice: Member,
    bob: Member,
    charlie: Member,
    site: Site,
    monkeypatch: Any,
) -> None:
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: 1795512600.0))
    address = site.shows("/gone", status=404)
    client = client_as(alice)
    for _ in range(20):
        client.post("/o/acme/studio/preview/", {"url": address})

    last = client.post("/o/acme/studio/preview/", {"url": address}, headers={"HX-Request": "true"})

    assert "Try again in a minute" in last.content.decode()
    assert len(site.asked) == 20
    assert client_as(bob).post("/o/acme/studio/preview/", {"url": address}).status_code == 403
    assert client_as(charlie).post("/o/acme/studio/preview/", {"url": address}).status_code == 404
    assert client.get("/o/acme/studio/preview/").status_code == 405

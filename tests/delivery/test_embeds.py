"""Places on the intranet: what they show to whom, and their pages in the studio."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.factories import EmbedFactory, MemberFactory, PostFactory, TopicFactory, UnitFactory
from vaandel.delivery.embeds.sites import NotASite, origin_of
from vaandel.delivery.embeds.tokens import embed_url
from vaandel.delivery.models import Embed
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.posts.models import MediaAsset, Post, PostPicture
from vaandel.programmes.models import Programme, Topic

LIST = "/o/acme/channels/intranet/"
SITE = "https://intranet.acme.example"
FRAMED = {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_REFERER": f"{SITE}/"}


@pytest.fixture(autouse=True)
def fresh_counts(settings: Any) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"
    cache.clear()


@pytest.fixture
def embed(acme: Organization, programme: Programme) -> Embed:
    return EmbedFactory.create(organization=acme, name="Front page")


@pytest.fixture
def live(programme: Programme, topic: Topic) -> Callable[..., Post]:
    def live_post(*topics: Topic, **values: Any) -> Post:
        post = PostFactory.create(programme=programme, **values)
        post.topics.set(topics or [topic])
        return post

    return live_post


@pytest.fixture
def editor(alice: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(alice)


def path_of(embed: Embed) -> str:
    return embed_url(embed).removeprefix("https://vaandel.example")


def look(embed: Embed, **headers: Any) -> Any:
    return Client().get(path_of(embed), **headers)


def titles(embed: Embed) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", look(embed).content.decode())


# --- the place itself -------------------------------------------------------------------


def test_it_shows_what_can_be_shared(embed: Embed, live: Callable[..., Post]) -> None:
    post = live(title="Four kilometres", summary="Of heat network.")

    response = look(embed)

    text = response.content.decode()
    assert (response.status_code, titles(embed)) == (200, ["Four kilometres"])
    assert "Of heat network." in text
    assert f'href="https://vaandel.example/o/acme/posts/{post.pk}/share/"' in text
    assert 'href="https://vaandel.example/o/acme/join/"' in text
    assert '<html lang="en">' in text


def test_only_the_sites_that_were_named_may_show_it(embed: Embed) -> None:
    embed.sites = [SITE, "https://wiki.acme.example:8443"]
    embed.save()

    response = look(embed)

    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self' https://intranet.acme.example https://wiki.acme.example:8443"
    )
    assert "X-Frame-Options" not in response.headers


def test_other_pages_may_still_not_be_framed(client: Client, db: None) -> None:
    response = client.get("/accounts/login/")

    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_nobody_leaves_anything_with_it(
    embed: Embed, live: Callable[..., Post], alice: Member, client_as: Callable[[Member], Client]
) -> None:
    """Also somebody who is signed in gets the same page, byte for byte."""
    live(title="Four kilometres")
    signed_in = client_as(alice)

    as_alice, as_nobody = signed_in.get(path_of(embed)), look(embed)

    assert as_alice.content == as_nobody.content
    assert (dict(as_alice.cookies), dict(as_nobody.cookies)) == ({}, {})
    for response in (as_alice, as_nobody):
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response.headers["Cache-Control"] == "public, max-age=300"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Alice" not in as_alice.content.decode()
    assert "<script" not in as_alice.content.decode()


def test_what_was_fetched_need_not_be_fetched_again(
    embed: Embed, live: Callable[..., Post]
) -> None:
    live(title="Four kilometres")
    first = look(embed)

    same = look(embed, HTTP_IF_NONE_MATCH=first.headers["ETag"])
    live(title="Another")
    other = look(embed, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, len(titles(embed))) == (200, 2)


@pytest.mark.parametrize(
    "values",
    [
        {"state": Post.State.DRAFT},
        {"state": Post.State.REVIEW},
        {"state": Post.State.PLANNED},
        {"state": Post.State.EXPIRED},
        {"state": Post.State.WITHDRAWN},
        {"expires_at": timezone.now() - timedelta(hours=1)},
        {"audience_languages": ["fr"]},
    ],
)
def test_what_is_not_for_everybody_now_is_not_shown(
    values: dict[str, Any], embed: Embed, live: Callable[..., Post]
) -> None:
    live(title="Secret", **values)
    live(title="Open")

    assert titles(embed) == ["Open"]


def test_what_is_for_one_department_is_not_shown(
    embed: Embed, live: Callable[..., Post], acme: Organization
) -> None:
    live(title="Secret").audience_units.add(UnitFactory.create(organization=acme))

    text = look(embed).content.decode()

    assert "Secret" not in text
    assert "Nothing to share at the moment." in text


def test_only_the_chosen_topics_the_newest_first_and_no_more_than_chosen(
    embed: Embed, live: Callable[..., Post], programme: Programme
) -> None:
    water = TopicFactory.create(programme=programme, name="Water")
    embed.topics.add(water)
    now = timezone.now()
    for number in range(5):
        live(water, title=f"{number}", published_at=now - timedelta(hours=number))
    live(title="Not this")

    first = titles(embed)
    Embed.objects.update(most=5)

    assert (first, titles(embed)) == (["0", "1", "2"], ["0", "1", "2", "3", "4"])


def test_of_another_organisation_nothing_is_shown(
    embed: Embed, live: Callable[..., Post], charlie: Member
) -> None:
    PostFactory.create(programme=charlie.enrolments.get().programme, title="Theirs")

    assert titles(embed) == []


def test_while_stopped_nothing_is_shown(
    embed: Embed, live: Callable[..., Post], acme: Organization
) -> None:
    live(title="Four kilometres")
    acme.stopped_at = timezone.now()
    acme.save()

    assert titles(embed) == []


def test_a_picture_is_described_and_comes_from_here(
    embed: Embed, live: Callable[..., Post], acme: Organization
) -> None:
    asset = MediaAsset.objects.create(organization=acme, file="media/a.jpg", alt="A trench")
    PostPicture.objects.create(post=live(), asset=asset)

    assert '<img src="/media/media/a.jpg" alt="A trench"' in look(embed).content.decode()


@pytest.mark.parametrize(
    ("language", "look_", "words"),
    [("nl", "dark", "Wat je kunt delen"), ("de", "light", "Was du teilen kannst")],
)
def test_it_has_its_own_language_and_look(
    language: str, look_: str, words: str, embed: Embed
) -> None:
    Embed.objects.update(language=language, look=look_)

    response = look(embed, HTTP_ACCEPT_LANGUAGE="fr")

    text = response.content.decode()
    assert f'<html lang="{language}" data-bs-theme="{look_}">' in text
    assert words in text
    assert response.headers["Content-Language"] == language


def test_a_signature_is_needed(embed: Embed) -> None:
    good = path_of(embed)
    forged = [
        "/embed/1.0/",
        f"/embed/{embed.pk}.{embed.nonce}~x/",
        good.replace(f"/{embed.pk}.", f"/{embed.pk + 1}."),
        f"{good[:-3]}x/",
        "/embed/~/",
    ]

    assert look(embed).status_code == 200
    assert [Client().get(path).status_code for path in forged] == [404] * 5
    assert Client().post(good).status_code == 405


def test_closed_and_renewed_addresses_say_that_they_are_over(
    embed: Embed, editor: Client, live: Callable[..., Post]
) -> None:
    live(title="Four kilometres")
    old = path_of(embed)
    editor.post(f"{LIST}{embed.pk}/revoke/")
    closed = Client().get(old)
    editor.post(f"{LIST}{embed.pk}/renew/", {"nonce": embed.nonce})
    embed.refresh_from_db()

    assert closed.status_code == 410
    assert "This place is closed." in closed.content.decode()
    assert "Four kilometres" not in closed.content.decode()
    assert closed.headers["Content-Security-Policy"].endswith(f"'self' {SITE}")
    assert Client().get(old).status_code == 410
    assert (path_of(embed) != old, titles(embed)) == (True, ["Four kilometres"])


def test_a_removed_place_is_not_there(embed: Embed, editor: Client) -> None:
    path = path_of(embed)

    editor.post(f"{LIST}{embed.pk}/remove/")

    assert Client().get(path).status_code == 404


def test_one_address_cannot_ask_without_end(embed: Embed, monkeypatch: Any) -> None:
    monkeypatch.setattr("vaandel.delivery.embeds.views.shown.PER_MINUTE", 3)

    found = [look(embed).status_code for _ in range(4)]
    elsewhere = look(embed, REMOTE_ADDR="198.51.100.7").status_code

    assert (found, elsewhere) == ([200, 200, 200, 429], 200)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_however_many_posts(
    count: int, embed: Embed, live: Callable[..., Post], django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        live()

    with django_assert_num_queries(3):  # the place, its topics, posts
        response = look(embed)

    assert response.content.decode().count("<h2>") == count


# --- who showed it ----------------------------------------------------------------------


def test_it_is_noted_that_a_named_site_showed_it(embed: Embed) -> None:
    look(embed, **FRAMED)

    embed.refresh_from_db()
    assert embed.shown_at is not None
    assert (embed.refused_site, embed.refused_at) == ("", None)


def test_another_site_that_tries_is_named(embed: Embed, editor: Client) -> None:
    look(embed, **{**FRAMED, "HTTP_REFERER": "https://elsewhere.example/page?who=me"})
    look(embed, **{**FRAMED, "HTTP_REFERER": "https://second.example/"})

    embed.refresh_from_db()
    assert (embed.shown_at, embed.refused_site) == (None, "https://elsewhere.example")
    page = editor.get(f"{LIST}{embed.pk}/").content.decode()
    assert "https://elsewhere.example tried to show it and may not." in page
    assert "Another site tried" in editor.get(LIST).content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_REFERER": f"{SITE}/"},
        {"HTTP_SEC_FETCH_DEST": "iframe"},
        {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_REFERER": "nonsense\x00"},
        {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_REFERER": "https://vaandel.example/o/acme/"},
    ],
)
def test_a_look_from_here_or_without_a_frame_is_not_noted(
    headers: dict[str, str], embed: Embed
) -> None:
    look(embed, **headers)

    embed.refresh_from_db()
    assert (embed.shown_at, embed.refused_at) == (None, None)


# --- its pages in the studio ------------------------------------------------------------


def typed(**other: object) -> dict[str, object]:
    return {
        "name": "Front page",
        "sites": f"{SITE}/pages/home\nwiki.acme.example",
        "language": "nl",
        "look": "auto",
        "most": "4",
        **other,
    }


def test_an_editor_makes_a_place_and_gets_its_code(
    editor: Client, topic: Topic, alice: Member
) -> None:
    response = editor.post(LIST, typed(topics=[topic.pk]), follow=True)

    embed = Embed.objects.get()
    assert embed.sites == [SITE, "https://wiki.acme.example"]
    assert (embed.language, embed.look, embed.most) == ("nl", "auto", 4)
    assert list(embed.topics.all()) == [topic]
    text = response.content.decode()
    assert f"&lt;iframe src=&quot;{embed_url(embed)}&quot;" in text
    assert "title=&quot;Wat je kunt delen&quot;" in text
    assert "referrerpolicy=&quot;origin&quot;" in text
    assert AuditEntry.objects.get(action="embed.made").by == alice


def test_two_presses_make_one_place(editor: Client) -> None:
    for _ in range(2):
        editor.post(LIST, typed())

    assert Embed.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sites": ""}, "Fill in the address of your intranet."),
        ({"sites": "https://*.sharepoint.com"}, "is no address of a website"),
        ({"sites": "javascript:alert(1)"}, "is no address of a website"),
        ({"sites": "https://a.example;script-src"}, "is no address of a website"),
        ({"sites": "https://a.example' 'unsafe-inline"}, "is no address of a website"),
        ({"sites": "\n".join(f"a{n}.example" for n in range(11))}, "At most 10 websites."),
        ({"most": "50"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    editor: Client, wrong: dict[str, str], said: str
) -> None:
    response = editor.post(LIST, typed(**wrong))

    text = response.content.decode()
    assert (response.status_code, said in text) == (422, True)
    assert not Embed.objects.exists()
    if "sites" not in wrong:
        assert "pages/home\nwiki.acme.example" in text


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Intranet.Acme.example/some/page?x=1#y", "https://intranet.acme.example"),
        ("intranet.acme.example", "https://intranet.acme.example"),
        ("http://intranet", "http://intranet"),
        ("https://a.example:443", "https://a.example"),
        ("https://a.example:8443/", "https://a.example:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
    ],
)
def test_an_origin_is_what_a_browser_calls_it(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "ftp://a.example",
        "https://a b.example",
        "*",
        "https://*",
        "'self'",
        "intranet",
    ],
)
def test_what_is_no_site_is_refused(text: str) -> None:
    with pytest.raises(NotASite):
        origin_of(text)


def test_a_change_forgets_a_refusal_that_it_ends(editor: Client, embed: Embed) -> None:
    Embed.objects.update(refused_site="https://wiki.acme.example", refused_at=timezone.now())

    editor.post(f"{LIST}{embed.pk}/", typed(name="Wiki"))

    embed.refresh_from_db()
    assert (embed.name, embed.refused_site, embed.refused_at) == ("Wiki", "", None)


@pytest.mark.parametrize(
    ("page", "public_url", "said"),
    [
        (f"{SITE}/any/page", "https://vaandel.example", "may show it."),
        ("https://other.example/", "https://vaandel.example", "may not show it yet."),
        (f"{SITE}/", "http://vaandel.example", "browsers refuse"),
    ],
)
def test_it_can_be_checked_for_a_page(
    page: str, public_url: str, said: str, editor: Client, embed: Embed, settings: Any
) -> None:
    settings.PUBLIC_URL = public_url

    response = editor.post(f"{LIST}{embed.pk}/check/", {"page": page})

    assert (response.status_code, said in response.content.decode()) == (200, True)


def test_a_closed_one_may_be_shown_by_nobody(editor: Client, embed: Embed) -> None:
    editor.post(f"{LIST}{embed.pk}/revoke/")

    response = editor.post(f"{LIST}{embed.pk}/check/", {"page": SITE})

    assert "This place is closed: no page shows it." in response.content.decode()


def test_nonsense_is_no_page(editor: Client, embed: Embed) -> None:
    response = editor.post(f"{LIST}{embed.pk}/check/", {"page": "https://*"})

    assert response.status_code == 422
    assert "This is not a whole address." in response.content.decode()


def test_two_presses_renew_once(editor: Client, embed: Embed) -> None:
    for _ in range(2):
        editor.post(f"{LIST}{embed.pk}/renew/", {"nonce": embed.nonce})

    embed.refresh_from_db()
    assert embed.nonce == 1
    assert AuditEntry.objects.filter(action="embed.renewed").count() == 1


def test_two_presses_close_once(editor: Client, embed: Embed) -> None:
    for _ in range(2):
        editor.post(f"{LIST}{embed.pk}/revoke/")

    assert AuditEntry.objects.filter(action="embed.revoked").count() == 1


@pytest.mark.parametrize(
    ("role", "status"),
    [("is_editor", 200), ("is_owner", 200), ("is_approver", 403), ("is_ambassador", 403)],
)
def test_owners_and_editors_may(
    role: str, status: int, acme: Organization, client_as: Callable[[Member], Client]
) -> None:
    member = MemberFactory.create(organization=acme, **{role: True})

    assert client_as(member).get(LIST).status_code == status


def test_another_organisation_has_no_such_place(
    embed: Embed, charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(charlie)

    found = [
        client.get(f"/o/globex/channels/intranet/{embed.pk}/").status_code,
        *(
            client.post(f"/o/globex/channels/intranet/{embed.pk}/{what}/").status_code
            for what in ("check", "revoke", "renew", "remove")
        ),
    ]

    assert found == [404] * 5
    assert "Front page</a>" not in client.get("/o/globex/channels/intranet/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(
    count: int, editor: Client, acme: Organization, topic: Topic, django_assert_num_queries: Any
) -> None:
    for _ in range(count):
        EmbedFactory.create(organization=acme).topics.add(topic)

    with django_assert_num_queries(6):  # session, user, member, places, their topics, topics
        response = editor.get(LIST)

    assert response.content.decode().count('<td role="cell" data-label="Shown last">') == count

"""What must hold for every channel, also for the next one."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vaandel.channels.channel import Channel, LinkPlace, Message, encode
from vaandel.channels.registry import CHANNELS, DEFAULT

KEYS = (
    "linkedin facebook x whatsapp telegram bluesky mastodon threads xing reddit teams email copy "
    "share_sheet qr"
)
NASTY = Message(
    text='Hé, 100% & "zeker" + {url} <b>\nsecond line 👍',
    url="https://go.example.nl/s/k3mnp7qrt",
    title="Title & more",
    instance="mastodon.example",
)


def test_all_channels_are_there() -> None:
    assert sorted(CHANNELS) == sorted(KEYS.split())
    assert DEFAULT == "linkedin"


@pytest.fixture(params=sorted(CHANNELS))
def channel(request: pytest.FixtureRequest) -> Channel:
    return CHANNELS[request.param]


def test_it_is_known_by_its_key(channel: Channel) -> None:
    assert CHANNELS[channel.key] is channel
    assert str(channel.name)
    assert re.fullmatch(r"[a-z-]+", channel.utm_source)


def test_sources_differ() -> None:
    assert len({channel.utm_source for channel in CHANNELS.values()}) == len(CHANNELS)


def test_its_dialog_is_a_plain_address(channel: Channel) -> None:
    address = channel.dialog_url(NASTY)

    if not channel.dialog:
        assert address is None
        return
    assert address is not None
    assert address.isascii()
    assert not re.search(r"[\s+<>\"{}]", address)
    assert urlsplit(address).scheme in {"https", "mailto"}


def test_its_dialog_hands_over_what_was_meant(channel: Channel) -> None:
    address = channel.dialog_url(NASTY)
    if address is None:
        return
    values = [value for found in parse_qs(urlsplit(address).query).values() for value in found]
    text = NASTY.text.replace("\n", channel.line_break)

    assert any(NASTY.url in value for value in values)
    assert any(text in value for value in values) == channel.prefills_text


def test_it_counts_what_it_carries(channel: Channel) -> None:
    short, long = Message("a", "https://a.nl/b"), Message("a" * 4000, "https://a.nl/b")
    with_instance = Message("a" * 4000, "https://a.nl/b", instance="m.example")

    assert channel.length(long) > channel.length(short)
    assert channel.excess(short) == 0
    if channel.limit is not None and channel.limit < 4000:
        assert channel.excess(with_instance) == channel.length(with_instance) - channel.limit
        assert channel.excess(with_instance) > 0


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("linkedin", "https://www.linkedin.com/sharing/share-offsite/?url={u}"),
        ("facebook", "https://www.facebook.com/sharer/sharer.php?u={u}"),
        ("x", "https://x.com/intent/tweet?text=Hi%20you&url={u}"),
        ("whatsapp", "https://wa.me/?text=Hi%20you%0A%0A{u}"),
        ("telegram", "https://t.me/share/url?url={u}&text=Hi%20you"),
        ("bluesky", "https://bsky.app/intent/compose?text=Hi%20you%0A%0A{u}"),
        ("mastodon", "https://m.example/share?text=Hi%20you%0A%0A{u}"),
        ("threads", "https://www.threads.com/intent/post?text=Hi%20you&url={u}"),
        ("xing", "https://www.xing.com/spi/shares/new?url={u}"),
        ("reddit", "https://www.reddit.com/submit?url={u}&title=T"),
        (
            "teams",
            "https://teams.microsoft.com/share?href={u}&msgText=Hi%20you&preview=true",
        ),
        ("email", "mailto:?subject=T&body=Hi%20you%0D%0A%0D%0A{u}"),
    ],
)
def test_dialog_addresses(key: str, address: str) -> None:
    message = Message("Hi you", "https://go.ex/s/a", title="T", instance="m.example")

    assert CHANNELS[key].dialog_url(message) == address.format(u="https%3A%2F%2Fgo.ex%2Fs%2Fa")


def test_mastodon_without_a_server_has_no_dialog() -> None:
    assert CHANNELS["mastodon"].dialog_url(Message("a", "https://a.nl/b")) is None


def test_a_mail_stays_under_1800_characters_as_an_address() -> None:
    email = CHANNELS["email"]
    fits = Message("a" * 1700, "https://a.nl/b", title="T")
    wide = Message("é" * 300, "https://a.nl/b", title="T")

    assert email.excess(fits) == 0
    assert len(email.dialog_url(fits) or "") < 1800
    assert email.excess(wide) == len(email.dialog_url(wide) or "") - 1799


def test_bluesky_counts_characters_and_bytes() -> None:
    bluesky = CHANNELS["bluesky"]
    families = Message("👨‍👩‍👧‍👦" * 200, "https://a.nl/b")

    assert bluesky.length(families) == 200 + 2 + 14
    assert bluesky.excess(families) == 200 * 25 + 2 + 14 - 3000


def test_the_link_alone_is_carried_when_there_are_no_words() -> None:
    for channel in CHANNELS.values():
        expected = "" if channel.link_place is LinkPlace.BESIDE else "https://a.nl/b"
        assert channel.carried_text(Message("", "https://a.nl/b")) == expected


def test_line_breaks_become_one_kind() -> None:
    assert encode("a\r\nb\rc\nd") == "a%0Ab%0Ac%0Ad"
    assert unquote(encode("a\nb", "\r\n")) == "a\r\nb"

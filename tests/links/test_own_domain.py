"""An organisation's own short domain: chosen, checked, used, and looked at every day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import LinkFactory, MemberFactory
from vaandel.links.addresses import short_url
from vaandel.links.domain_check import Outcome, Report, Step
from vaandel.links.mails import compose_domain_mail
from vaandel.links.models import Link, LinkSettings
from vaandel.links.services.domains import note_round, recheck_domains
from vaandel.links.services.settings import DomainTaken, note_check, set_domain
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import GOOD_FOR
from vaandel.organizations.models import AuditEntry, Member, Organization

SignIn = Callable[[Member], Client]
PAGE = "/o/acme/links/settings/domain/"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORKS = Report(Step(Outcome.SAME, ("192.0.2.1",), ("192.0.2.1",)), Step(Outcome.OURS))
FAILS = Report(Step(Outcome.SAME, ("192.0.2.1",), ("192.0.2.1",)), Step(Outcome.NO_ANSWER))


@pytest.fixture
def chosen(acme: Organization, alice: Member) -> LinkSettings:
    set_domain(organization=acme, domain="go.acme.invalid", by=alice, at=NOW)
    return LinkSettings.objects.select_related("organization").get(organization=acme)


@pytest.fixture
def checked(chosen: LinkSettings, alice: Member) -> LinkSettings:
    note_check(
        organization=chosen.organization, domain="go.acme.invalid", works=True, by=alice, at=NOW
    )
    chosen.refresh_from_db()
    return chosen


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_it_is_not_used_before_it_was_checked(chosen: LinkSettings, settings: Any) -> None:
    link = Link.objects.get(pk=LinkFactory.create(organization=chosen.organization).pk)

    assert short_url(link) == f"{settings.LINK_URL}/s/{link.code}"


def test_once_checked_new_links_begin_with_it(checked: LinkSettings) -> None:
    link = Link.objects.get(pk=LinkFactory.create(organization=checked.organization).pk)

    assert short_url(link) == f"https://go.acme.invalid/{link.code}"
    assert actions() == ["links.domain_changed", "links.domain_in_use"]


def test_many_links_of_one_organisation_cost_one_query(checked: LinkSettings) -> None:
    organization = Organization.objects.get(pk=checked.organization_id)
    links = [LinkFactory.create(organization=organization) for _ in range(3)]
    prefetched = Link.objects.select_related("organization__link_settings")

    with CaptureQueriesContext(
        connection,
    ) as one:
        assert {short_url(link)[:24] for link in links} == {"https://go.acme.invalid/"}
    assert len(one) == 1
    with CaptureQueriesContext(
        connection,
    ) as only_the_links:
        assert {short_url(link)[:24] for link in prefetched} == {"https://go.acme.invalid/"}
    assert len(only_the_links) == 1


def test_an_organisation_without_settings_has_the_usual_address(
    globex: Organization, settings: Any
) -> None:
    link = LinkFactory.create(organization=globex)

    assert short_url(link) == f"{settings.LINK_URL}/s/{link.code}"


def test_another_domain_must_be_checked_again(checked: LinkSettings, alice: Member) -> None:
    set_domain(organization=checked.organization, domain="k.acme.invalid", by=alice, at=NOW)

    checked.refresh_from_db()
    assert (checked.domain, checked.domain_checked_at) == ("k.acme.invalid", None)


def test_what_an_old_check_found_says_nothing_of_a_new_domain(
    chosen: LinkSettings, alice: Member
) -> None:
    noted = note_check(
        organization=chosen.organization, domain="old.acme.invalid", works=True, by=alice, at=NOW
    )

    chosen.refresh_from_db()
    assert (noted, chosen.domain_checked_at) == (False, None)


def test_a_domain_belongs_to_one_organisation(
    chosen: LinkSettings, globex: Organization, charlie: Member
) -> None:
    with pytest.raises(DomainTaken):
        set_domain(organization=globex, domain="go.acme.invalid", by=charlie, at=NOW)

    assert not LinkSettings.objects.filter(organization=globex, domain__isnull=False).exists()


def test_the_page_tells_what_to_arrange(
    acme: Organization, alice: Member, client_as: SignIn, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"
    client = client_as(alice)

    empty = client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"domain": "https://GO.acme.invalid/"}, follow=True)
    page = answer.content.decode()

    assert "Check now" not in empty
    assert "<code>go.acme.invalid</code>" in page
    assert "<code>vaandel.example.</code>" in page
    assert "go.acme.invalid is not used yet." in page
    again = client.post(PAGE, {"domain": "go.acme.invalid"}, follow=True)
    assert "Make the record below" not in again.content.decode()
    assert actions() == ["links.domain_changed"]


def test_a_check_says_what_it_found_and_what_to_do(
    chosen: LinkSettings, alice: Member, client_as: SignIn
) -> None:
    answer = client_as(alice).post(f"{PAGE}check/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This name is not known yet." in page
    assert "Make the record above at your domain provider." in page
    assert "Not tried, because the name is not known." in page
    chosen.refresh_from_db()
    assert chosen.domain_checked_at is None
    assert chosen.domain_tried_at is not None


def test_without_a_domain_there_is_nothing_to_check(
    acme: Organization, alice: Member, client_as: SignIn
) -> None:
    answer = client_as(alice).post(f"{PAGE}check/")

    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_it_can_be_taken_away(checked: LinkSettings, alice: Member, client_as: SignIn) -> None:
    answer = client_as(alice).post(PAGE, {"domain": ""}, follow=True)

    checked.refresh_from_db()
    assert "no longer used for new links" in answer.content.decode()
    assert (checked.domain, checked.domain_checked_at) == (None, None)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("acme", "This is no domain."),
        ("vaandel.example", "This is the address of Vaandel itself."),
        ("go.globex.invalid", "Another organisation here uses this domain already."),
    ],
)
def test_what_cannot_be_is_said_at_the_field(
    alice: Member, charlie: Member, client_as: SignIn, settings: Any, typed: str, text: str
) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"
    set_domain(organization=charlie.organization, domain="go.globex.invalid", by=charlie, at=NOW)

    answer = client_as(alice).post(PAGE, {"domain": typed})

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode()


def test_owners_only(acme: Organization, charlie: Member, client_as: SignIn) -> None:
    editor = MemberFactory.create(organization=acme, is_editor=True)

    for member, status in ((editor, 403), (charlie, 404)):
        assert client_as(member).get(PAGE).status_code == status
        assert client_as(member).post(f"{PAGE}check/").status_code == status


def test_one_failure_is_remembered_and_the_next_one_decides(
    checked: LinkSettings, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://vaandel.example"
    later = NOW + timedelta(days=1)
    note_round(row=checked, report=FAILS, at=later)
    checked.refresh_from_db()
    assert (checked.domain_checked_at, checked.domain_failed_at) == (NOW, later)
    assert OutgoingMessage.objects.count() == 0

    note_round(row=checked, report=FAILS, at=later + timedelta(hours=1))

    checked.refresh_from_db()
    assert (checked.domain_checked_at, checked.domain_failed_at) == (None, later)
    mail = OutgoingMessage.objects.get()
    assert mail.to_address == "alice@acme.example"
    assert mail.subject == "Your short domain go.acme.invalid does not lead to Vaandel any more"
    assert "https://vaandel.example/o/acme/links/settings/domain/" in mail.text
    assert actions()[-1] == "links.domain_out_of_use"


def test_the_mail_about_it_does_not_come_at_christmas(alice: Member) -> None:
    """From Thursday evening on nobody works for longer than the mail is of use."""
    evening = datetime(2026, 12, 24, 18, tzinfo=UTC)

    mail = compose_domain_mail(alice, domain="go.acme.invalid", at=evening)

    end = (evening + GOOD_FOR).isoformat()
    assert mail.windows == [[end, end]]


def test_a_failure_that_passes_is_forgotten(checked: LinkSettings) -> None:
    note_round(row=checked, report=FAILS, at=NOW + timedelta(days=1))
    checked.refresh_from_db()
    note_round(row=checked, report=WORKS, at=NOW + timedelta(days=1, hours=1))

    checked.refresh_from_db()
    assert checked.domain_failed_at is None
    assert checked.domain_checked_at == NOW + timedelta(days=1, hours=1)
    assert actions()[-1] == "links.domain_in_use"
    assert OutgoingMessage.objects.count() == 0


def test_one_that_works_again_is_used_again(checked: LinkSettings) -> None:
    for hour in (24, 25):
        note_round(row=checked, report=FAILS, at=NOW + timedelta(hours=hour))
        checked.refresh_from_db()
    note_round(row=checked, report=WORKS, at=NOW + timedelta(days=2))

    checked.refresh_from_db()
    assert checked.domain_checked_at == NOW + timedelta(days=2)
    assert OutgoingMessage.objects.count() == 1


def test_the_clock_looks_once_a_day(checked: LinkSettings) -> None:
    early = recheck_domains(NOW + timedelta(hours=23))
    on_time = recheck_domains(NOW + timedelta(hours=24))
    too_soon = recheck_domains(NOW + timedelta(hours=24, minutes=59))
    again = recheck_domains(NOW + timedelta(hours=25))

    checked.refresh_from_db()
    assert (early, on_time, too_soon, again) == (0, 1, 0, 1)
    assert checked.domain_checked_at is None
    assert recheck_domains(NOW + timedelta(hours=27)) == 0
    assert recheck_domains(NOW + timedelta(hours=50)) == 1


def test_one_that_was_never_tried_is_left_to_its_owner(chosen: LinkSettings) -> None:
    assert recheck_domains(NOW + timedelta(days=9)) == 0

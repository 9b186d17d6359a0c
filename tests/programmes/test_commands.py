"""`vaandel create-organization` and `vaandel invite`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Member, Organization


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_an_organisation_and_an_invitation(db: None) -> None:
    told = run(
        "create_organization", "Stadsenergie Noord", "--owner", "noor@s.example", "--language", "nl"
    )
    invited = run("invite", "stadsenergie-noord", "ravi@s.example", "--name", "Ravi")
    run("invite", "stadsenergie-noord", "ravi@s.example")

    assert "/o/stadsenergie-noord/" in told
    assert "/accounts/login/" in told
    assert "ravi@s.example has been invited." in invited
    assert Member.objects.count() == 2
    assert OutgoingMessage.objects.get().language == "nl"


@pytest.mark.parametrize(
    "words",
    [
        ("create_organization", "X", "--owner", "no address"),
        ("create_organization", "日本", "--owner", "a@b.example"),
        ("invite", "nothing", "a@b.example"),
    ],
)
def test_mistakes_are_told(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*words)

    assert Organization.objects.count() == 0


def test_a_wrong_address_or_no_owner(acme: Organization, alice: Member) -> None:
    with pytest.raises(CommandError):
        run("invite", "acme", "nonsense")
    Member.objects.update(is_owner=False)
    with pytest.raises(CommandError):
        run("invite", "acme", "a@b.example")

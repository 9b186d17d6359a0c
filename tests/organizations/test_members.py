"""Members come, change and go; there is always an owner, and joining stays private."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories import MemberFactory, UnitFactory, UserFactory
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import queue_message
from vaandel.organizations.models import AuditEntry, Member, Organization, Role
from vaandel.organizations.services import (
    AlreadyMember,
    LastOwner,
    RolesChanged,
    add_member,
    become_ambassador,
    change_roles,
    off_board_member,
    sign_up,
    stop_as_ambassador,
)

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_a_member_is_added_once(acme: Organization, alice: Member) -> None:
    user = UserFactory.create()
    unit = UnitFactory.create(organization=acme)

    member = add_member(
        organization=acme, user=user, roles=[Role.COACH], unit=unit, job_title="Nurse",
        by=alice, at=AT,
    )  # fmt: skip

    assert member.roles == {Role.COACH}
    assert (member.unit, member.job_title) == (unit, "Nurse")
    with pytest.raises(AlreadyMember):
        add_member(organization=acme, user=user, by=alice, at=AT)
    assert sign_up(organization=acme, user=user, at=AT) == member


def test_whoever_left_can_come_back_without_the_old_roles(
    acme: Organization, alice: Member
) -> None:
    owner = MemberFactory.create(organization=acme, is_owner=True)
    off_board_member(member=owner, by=alice, at=AT)

    back = add_member(organization=acme, user=owner.user, by=alice, at=AT)

    assert back.pk == owner.pk
    assert back.status == Member.Status.ACTIVE
    assert back.left_at is None
    assert back.roles == frozenset()


def test_roles_are_exactly_those_chosen_but_the_ambassador_decides_themselves(
    alice: Member, bob: Member
) -> None:
    change_roles(member=bob, roles=[Role.EDITOR, Role.COACH], by=alice, at=AT)
    assert bob.roles == {Role.EDITOR, Role.COACH, Role.AMBASSADOR}

    change_roles(member=bob, roles=[Role.AMBASSADOR, Role.SPONSOR], by=alice, at=AT)
    assert bob.roles == {Role.SPONSOR, Role.AMBASSADOR}

    change_roles(member=bob, roles=[Role.SPONSOR], by=alice, at=AT)
    assert AuditEntry.objects.filter(action="member.roles_changed").count() == 2

    stop_as_ambassador(member=bob)
    assert bob.roles == {Role.SPONSOR}
    become_ambassador(member=bob)
    bob.refresh_from_db()
    assert bob.is_ambassador
    assert AuditEntry.objects.filter(action="member.roles_changed").count() == 2


def test_the_last_owner_stays(alice: Member, bob: Member) -> None:
    with pytest.raises(LastOwner):
        change_roles(member=alice, roles=[Role.EDITOR], by=alice, at=AT)
    with pytest.raises(LastOwner):
        off_board_member(member=alice, by=alice, at=AT)

    change_roles(member=bob, roles=[Role.OWNER], by=alice, at=AT)
    change_roles(member=alice, roles=[], by=bob, at=AT)
    assert not alice.is_owner


def test_an_owner_who_left_does_not_count(acme: Organization, alice: Member) -> None:
    MemberFactory.create(organization=acme, is_owner=True, status=Member.Status.LEFT)

    with pytest.raises(LastOwner):
        change_roles(member=alice, roles=[], by=alice, at=AT)


def test_two_owners_do_not_undo_each_other(acme: Organization, alice: Member, bob: Member) -> None:
    seen = [role for role in bob.roles if role != Role.AMBASSADOR]
    change_roles(member=bob, roles=[Role.EDITOR], expected=seen, by=alice, at=AT)

    with pytest.raises(RolesChanged):
        change_roles(member=bob, roles=[Role.COACH], expected=seen, by=alice, at=AT)

    assert bob.roles == {Role.EDITOR, Role.AMBASSADOR}


def test_the_form_tells_that_somebody_was_first(
    alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    address = f"/o/acme/people/{bob.pk}/roles/"
    client.post(address, {"expected": "", "roles": ["EDITOR"]})

    response = client.post(address, {"expected": "", "roles": ["COACH"]}, follow=True)

    assert "Somebody else has just changed these roles." in response.content.decode()
    bob.refresh_from_db()
    assert bob.roles == {Role.EDITOR, Role.AMBASSADOR}


def test_off_boarding_ends_sessions_and_pressing_twice_ends_it_once(
    alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    phone = client_as(bob)
    assert phone.get("/me/").status_code == 200
    client = client_as(alice)
    address = f"/o/acme/people/{bob.pk}/leave/"

    explained = client.get(address).content.decode()
    client.post(address)
    twice = client.post(address)

    assert "open invitations stop working" in explained
    assert twice.status_code == 404
    bob.refresh_from_db()
    assert (bob.status, bob.roles) == (Member.Status.LEFT, frozenset())
    assert phone.get("/me/").status_code == 302
    assert AuditEntry.objects.filter(action="member.off_boarded").count() == 1


def test_somebody_with_another_membership_stays_signed_in(
    globex: Organization, alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    MemberFactory.create(organization=globex, user=bob.user)
    phone = client_as(bob)

    off_board_member(member=bob, by=alice, at=AT)

    assert phone.get("/me/").status_code == 200
    assert phone.get("/o/acme/people/").status_code == 404


def test_the_list_shows_no_ambassadors(
    acme: Organization, alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    page = client.get("/o/acme/people/").content.decode()
    filtered = client.get("/o/acme/people/?role=AMBASSADOR").content.decode()
    person = client.get(f"/o/acme/people/{bob.pk}/").content.decode()

    assert "Bob Sharer" in page
    assert "Engineer" in page
    assert "Ambassador" not in page
    assert "How many take part we show from five people on" in page
    assert "Alice Editor" in filtered  # no such filter: everybody
    assert 'value="AMBASSADOR"' not in person


@pytest.mark.parametrize(
    ("joined", "others", "shown"), [(5, 5, True), (4, 9, False), (9, 3, False)]
)
def test_ambassadors_are_counted_from_five_on(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client],
    joined: int, others: int, shown: bool,
) -> None:  # fmt: skip
    MemberFactory.create_batch(joined, organization=acme, is_ambassador=True)
    MemberFactory.create_batch(others - 1, organization=acme)

    page = client_as(alice).get("/o/acme/people/").content.decode()

    assert (f"At least {joined} take part" in page) is shown


def test_the_count_of_ambassadors_does_not_tell_the_answer_of_one_person(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    MemberFactory.create_batch(6, organization=acme, is_ambassador=True)
    MemberFactory.create_batch(9, organization=acme)
    client = client_as(alice)
    before = client.get("/o/acme/people/").content.decode()

    become_ambassador(member=Member.objects.filter(is_ambassador=False).latest("pk"))

    after = client.get("/o/acme/people/").content.decode()
    assert "At least 5 take part" in before
    assert "At least 5 take part" in after


def test_nothing_is_mailed_any_more_to_somebody_who_left(alice: Member, bob: Member) -> None:
    for key, tenant in (("theirs", alice.organization_id), ("account", None)):
        queue_message(
            key=key,
            kind="account",
            template="accounts/mails/sign_in_code",
            context={"code": "123456", "notice": "", "first_name": "Bob"},
            to_address=bob.user.email,
            language="en",
            tenant=tenant,
            person=bob.user_id,
            at=AT,
        )

    off_board_member(member=bob, by=alice, at=AT)

    assert [message.key for message in OutgoingMessage.objects.all()] == ["account"]


def test_search_filter_and_pages(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client]
) -> None:
    top = UnitFactory.create(organization=acme, name="Heat")
    below = UnitFactory.create(organization=acme, name="Night shift", parent=top)
    for number in range(30):
        MemberFactory.create(
            organization=acme,
            user=UserFactory.create(name=f"Person {number:02d}"),
            unit=below if number < 3 else None,
            is_coach=number == 1,
        )
    client = client_as(alice)

    def shown(query: str) -> int:
        return client.get(f"/o/acme/people/{query}").content.decode().count('role="rowheader"')

    assert shown("") == 25
    assert shown("?page=2") == 6
    assert shown("?page=nonsense") == 25
    assert shown("?q=person+07") == 1
    assert shown(f"?unit={top.pk}") == 3
    assert shown(f"?unit={top.pk}&role=COACH") == 1
    assert shown("?q=nobody+at+all") == 0
    assert "Nobody found" in client.get("/o/acme/people/?q=zzz").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_people(
    acme: Organization, alice: Member, client_as: Callable[[Member], Client], count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:  # fmt: skip
    for _ in range(count):
        MemberFactory.create(organization=acme, unit=UnitFactory.create(organization=acme))
    client = client_as(alice)

    with django_assert_num_queries(9):  # type: ignore[attr-defined]
        client.get("/o/acme/people/")


def test_details_are_saved_and_html_is_text(
    acme: Organization, alice: Member, bob: Member, client_as: Callable[[Member], Client]
) -> None:
    unit = UnitFactory.create(organization=acme)
    client = client_as(alice)
    address = f"/o/acme/people/{bob.pk}/"

    response = client.post(
        address,
        {"job_title": "<script>x</script>", "unit": unit.pk, "employment": "FREELANCE"},
        follow=True,
    )
    wrong = client.post(address, {"job_title": "x" * 121, "unit": "999", "employment": "?"})

    bob.refresh_from_db()
    assert (bob.job_title, bob.unit, bob.employment) == ("<script>x</script>", unit, "FREELANCE")
    assert "<script>x</script>" not in response.content.decode()
    assert wrong.status_code == 422
    assert "x" * 121 in wrong.content.decode()

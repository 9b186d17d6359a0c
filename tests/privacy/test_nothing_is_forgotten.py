"""Whatever refers to a person is in their download, or there is a reason why not."""

from __future__ import annotations

from django.apps import apps

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member
from vaandel.privacy.sections import LEFT_OUT, SECTIONS

PERSON = (User, Member, Enrolment)
# A person by another way than a relation: the row itself, and a bare number.
BY_HAND = {"accounts.User", "mailing.OutgoingMessage.person"}


def relations() -> set[str]:
    """Every relation to a person, in all installed rooms: "room.Model.field"."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=False)
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model in PERSON
    }


def test_every_relation_to_a_person_is_covered_once() -> None:
    covered = [name for part in SECTIONS for name in part.covers]

    assert len(covered) == len(set(covered))
    assert set(covered) & set(LEFT_OUT) == set()
    assert set(covered) | set(LEFT_OUT) == relations() | BY_HAND


def test_what_is_left_out_has_a_reason() -> None:
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())

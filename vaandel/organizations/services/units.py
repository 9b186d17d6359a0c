"""Units: departments and sites, as a tree."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from vaandel.organizations.audit import record
from vaandel.organizations.models import Member, Unit
from vaandel.organizations.services.members import lock


class NameTaken(Exception):
    """There is a unit of that name at this place."""


class UnitNotEmpty(Exception):
    """The unit has people or units in it."""

    def __init__(self, *, people: int, units: int) -> None:
        super().__init__(f"{people} people and {units} units are in it.")
        self.people = people
        self.units = units


class UnitInItself(Exception):
    """A unit cannot be moved into itself or below itself."""


@transaction.atomic
def add_unit(*, name: str, parent: Unit | None, by: Member, at: datetime) -> Unit:
    unit = Unit(organization_id=by.organization_id, name=name, parent=parent)
    save(unit)
    record(by=by, action="unit.added", subject=f"unit:{unit.pk}", detail={"name": name}, at=at)
    return unit


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, by: Member, at: datetime) -> Unit:
    before, unit.name = unit.name, name
    save(unit)
    record(
        by=by,
        action="unit.renamed",
        subject=f"unit:{unit.pk}",
        detail={"from": before, "to": name},
        at=at,
    )
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, by: Member, at: datetime) -> Unit:
    """Hang a unit, and all that is below it, under another one or at the top."""
    lock(unit.organization_id)
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    above = parent.pk if parent else None
    while above is not None:
        if above == unit.pk:
            raise UnitInItself(f"Unit {unit.pk} cannot be below itself.")
        above = parents.get(above)
    unit.parent = parent
    save(unit)
    record(by=by, action="unit.moved", subject=f"unit:{unit.pk}", at=at)
    return unit


@transaction.atomic
def delete_unit(*, unit: Unit, by: Member, at: datetime) -> None:
    """Take away a unit without active people and without units; else ``UnitNotEmpty``."""
    lock(unit.organization_id)
    people = Member.objects.filter(unit=unit, status=Member.Status.ACTIVE).count()
    units = Unit.objects.filter(parent=unit).count()
    if people or units:
        raise UnitNotEmpty(people=people, units=units)
    record(
        by=by,
        action="unit.deleted",
        subject=f"unit:{unit.pk}",
        detail={"name": unit.name},
        at=at,
    )
    unit.delete()


def save(unit: Unit) -> None:
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError as error:
        raise NameTaken(unit.name) from error

"""A forgotten scope raises; another organisation's rows neither appear nor can be written."""

from __future__ import annotations

from contextvars import Context

import pytest
from django.apps import apps
from django.db import models

from tests.factories import UnitFactory
from vaandel.organizations.models import Member, Organization, Unit
from vaandel.organizations.tenancy import (
    NoTenantScope,
    TenantModel,
    WrongTenant,
    current_organization_id,
    every_tenant,
    tenant_scope,
)

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]


def outside_any_scope(call: object) -> None:
    Context().run(call)  # type: ignore[arg-type]


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_every_tenants_table_raises_outside_a_scope(model: type[TenantModel]) -> None:
    def read() -> None:
        with pytest.raises(NoTenantScope):
            model.objects.all()
        with pytest.raises(NoTenantScope):
            model._base_manager.all()  # what foreign keys and refresh_from_db use

    outside_any_scope(read)


def test_every_table_with_an_organisation_is_a_tenants_table() -> None:
    strays = [
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("vaandel.")
        and not issubclass(model, TenantModel)
        and any(
            isinstance(f, models.ForeignKey) and f.name == "organization"
            for f in model._meta.fields
        )
    ]

    assert strays == []


def test_a_scope_shows_only_its_own_rows(acme: Organization, globex: Organization) -> None:
    ours = UnitFactory.create(organization=acme)
    theirs = UnitFactory.create(organization=globex)

    with tenant_scope(acme):
        assert list(Unit.objects.all()) == [ours]
        assert current_organization_id() == acme.pk
        with pytest.raises(Unit.DoesNotExist):
            theirs.refresh_from_db()
    with every_tenant():
        assert Unit.objects.count() == 2
        assert current_organization_id() is None


def test_another_organisations_row_cannot_be_written(
    acme: Organization, globex: Organization
) -> None:
    theirs = UnitFactory.create(organization=globex, name="Theirs")

    with tenant_scope(acme):
        with pytest.raises(WrongTenant):
            Unit(organization=globex, name="New").save()
        with pytest.raises(WrongTenant):
            Unit.objects.bulk_create([Unit(organization=globex, name="New")])
        with pytest.raises(WrongTenant):
            Unit.objects.update(organization=globex)
        with pytest.raises(WrongTenant):
            theirs.delete()
        assert Unit.objects.filter(pk=theirs.pk).update(name="Ours") == 0

    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_a_foreign_key_does_not_lead_out_of_the_scope(
    acme: Organization, globex: Organization, charlie: Member
) -> None:
    charlie.unit = UnitFactory.create(organization=globex)
    charlie.save()
    row = Member.across_tenants.get(pk=charlie.pk)

    with tenant_scope(acme), pytest.raises(Unit.DoesNotExist):
        assert row.unit is not None

"""Which organisation the running code may see.

Rows of one organisation must never appear in, or be written by, another one's request.
Forgetting a filter is the classic way to let that happen, so here nothing needs to be
remembered: without an open scope every read and write of a tenant's table raises, and
inside a scope only that organisation's rows exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db import models

if TYPE_CHECKING:
    from vaandel.organizations.models import Organization

_EVERY: Final = -1
_scope: ContextVar[int | None] = ContextVar("tenant_scope", default=None)


class NoTenantScope(RuntimeError):
    """A tenant's table was used while no organisation was chosen."""


class WrongTenant(RuntimeError):
    """A row of one organisation was about to be written in the scope of another."""


@contextmanager
def tenant_scope(organization: Organization | int) -> Iterator[None]:
    """See and write the rows of this organisation only."""
    organization_id = organization if isinstance(organization, int) else organization.pk
    token = _scope.set(organization_id)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def every_tenant() -> Iterator[None]:
    """See the rows of all organisations: for the clock, the worker and commands."""
    token = _scope.set(_EVERY)
    try:
        yield
    finally:
        _scope.reset(token)


def current_organization_id() -> int | None:
    """The id of the organisation in scope; None outside a scope and in ``every_tenant``."""
    scope = _scope.get()
    return None if scope == _EVERY else scope


M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    """Refuses to write rows of another organisation, also in bulk."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            check_tenant(row)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(
        self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None
    ) -> int:
        rows = list(objs)
        for row in rows:
            check_tenant(row)
        return super().bulk_update(rows, fields, batch_size)

    def update(self, **kwargs: Any) -> int:
        moved = kwargs.get("organization_id", kwargs.get("organization"))
        if moved is not None:
            _check_id(moved if isinstance(moved, int) else moved.pk, self.model.__name__)
        return super().update(**kwargs)


class TenantManager(models.Manager[M]):
    """Shows the rows of the organisation in scope; raises when there is none."""

    def get_queryset(self) -> models.QuerySet[M]:
        scope = _scope.get()
        if scope is None:
            raise NoTenantScope(f"{self.model.__name__} was used outside a tenant scope.")
        rows = super().get_queryset()
        return rows if scope == _EVERY else rows.filter(organization=scope)


def check_tenant(row: models.Model) -> None:
    """Raise unless this row may be written in the present scope."""
    _check_id(row.organization_id, type(row).__name__)  # type: ignore[attr-defined]


def _check_id(organization_id: int | None, name: str) -> None:
    scope = _scope.get()
    if scope is None:
        raise NoTenantScope(f"{name} was written outside a tenant scope.")
    if scope not in (_EVERY, organization_id):
        raise WrongTenant(f"{name} of another organisation was written.")


class TenantModel(models.Model):
    """A row that belongs to one organisation."""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="+"
    )

    objects = TenantManager.from_queryset(TenantQuerySet)()
    across_tenants = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(
        self,
        *,
        force_insert: bool | tuple[models.base.ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        check_tenant(self)
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )

    def delete(
        self,
        using: str | None = None,
        keep_parents: bool = False,  # noqa: FBT001, FBT002  # the signature is Django's
    ) -> tuple[int, dict[str, int]]:
        check_tenant(self)
        return super().delete(using, keep_parents)

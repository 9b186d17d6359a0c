"""What stands on a network belongs to its account again when the person has connected it again."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Subquery

from vaandel.channels.models import ConnectedAccount
from vaandel.organizations.tenancy import every_tenant
from vaandel.shares.models import Publication


def find_accounts_again() -> int:
    """Give publications whose account was let go of the one of the same name; how many.

    For the clock. So they can be corrected and taken down from here again. Should the name be
    somebody else's by now, the network refuses.
    """
    with every_tenant():
        again = ConnectedAccount.objects.filter(
            enrolment=OuterRef("enrolment_id"),
            channel=OuterRef("channel"),
            handle=OuterRef("handle"),
        ).exclude(handle="")
        without = Publication.objects.filter(
            Exists(again), account=None, state=Publication.State.PUBLISHED
        ).exclude(remote_id="")
        if not without.exists():
            return 0
        return without.update(account=Subquery(again.values("pk")[:1]))

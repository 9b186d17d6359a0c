"""A process of its own that opens an account, so that a test can run two and kill one.

``opener.py prepare FILE``: tables, and one person's account at X with the tokens of FILE, which
end in a minute. ``opener.py open THREADS``: open it in so many threads at once; prints what each
got, an access token or a kind of trouble. ``opener.py report``: the row. All print JSON.
"""

from __future__ import annotations

import json
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.utils import timezone


def prepare(tokens: dict[str, str]) -> None:
    from vaandel.accounts.models import User  # noqa: PLC0415 - all after django.setup()
    from vaandel.ambassadors.models import Enrolment  # noqa: PLC0415
    from vaandel.channels.models import ConnectedAccount, NetworkApp  # noqa: PLC0415
    from vaandel.channels.sealing import ACCOUNT, sealed  # noqa: PLC0415
    from vaandel.config.commands.migrate import migrate_all  # noqa: PLC0415
    from vaandel.organizations.models import Member, Organization  # noqa: PLC0415
    from vaandel.organizations.tenancy import every_tenant  # noqa: PLC0415
    from vaandel.programmes.models import Programme  # noqa: PLC0415

    migrate_all(verbosity=0)
    with every_tenant():
        acme = Organization.objects.create(name="Acme", slug="acme", language="en")
        user = User.objects.create(email="bob@acme.example", name="Bob", language="en")
        enrolment = Enrolment.objects.create(
            organization=acme,
            programme=Programme.objects.create(organization=acme, name="Colleagues tell"),
            member=Member.objects.create(organization=acme, user=user, status=Member.Status.ACTIVE),
            state=Enrolment.State.JOINED,
        )
        NetworkApp.objects.create(organization=acme, channel="x", monthly_budget=1000)
        ConnectedAccount.objects.create(
            organization=acme,
            enrolment=enrolment,
            channel="x",
            remote_id="p1",
            handle="bob",
            keys_sealed=sealed(ACCOUNT, tokens),
            access_until=timezone.now() + timedelta(minutes=1),
        )


def open_account(threads: int) -> list[str]:
    from django.db import connections  # noqa: PLC0415

    from vaandel.channels.adapter import Trouble  # noqa: PLC0415
    from vaandel.channels.models import ConnectedAccount  # noqa: PLC0415
    from vaandel.channels.services.accounts import opened  # noqa: PLC0415

    row = ConnectedAccount.across_tenants.get()
    start = threading.Barrier(threads)
    got: list[str] = []

    def open_it() -> None:
        start.wait(60)
        try:
            got.append(str(opened(row, at=timezone.now()).account.keys["access_token"]))
        except Trouble as trouble:
            got.append(trouble.kind.value)
        finally:
            connections.close_all()

    running = [threading.Thread(target=open_it) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return got


def report() -> dict[str, Any]:
    from vaandel.channels.models import ConnectedAccount  # noqa: PLC0415
    from vaandel.channels.services.accounts import account_of  # noqa: PLC0415
    from vaandel.mailing.models import OutgoingMessage  # noqa: PLC0415

    row = ConnectedAccount.across_tenants.get()
    return {
        "state": row.state,
        "version": row.keys_version,
        "access_token": account_of(row).keys["access_token"],
        "mails": OutgoingMessage.objects.count(),
    }


def main(words: list[str]) -> object:
    django.setup()
    if words[0] == "prepare":
        prepare(json.loads(Path(words[1]).read_text()))
        return None
    if words[0] == "lease":
        return open_account_with_lease(float(words[1]))
    return open_account(int(words[1])) if words[0] == "open" else report()


def open_account_with_lease(seconds: float) -> list[str]:
    """As ``open`` in one thread, with a lease of so many seconds."""
    from vaandel.channels.services import accounts  # noqa: PLC0415

    accounts.RENEWING = timedelta(seconds=seconds)  # type: ignore[misc]
    return open_account(1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))

"""A process of its own that posts, so that a test can kill it.

``poster.py prepare COUNT FILE``: so many texts, planned for this minute, by the people of FILE
(their names and tokens). ``poster.py post SECONDS``: post what is due and look into what is not
certain, with leases and pauses of so many seconds. ``poster.py report``: how many in which state,
and each one's link. Both print JSON.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.utils import timezone

IN_ONE_STATEMENT = 500


def prepare(count: int, tokens: dict[str, str]) -> None:
    from vaandel.accounts.models import User  # noqa: PLC0415 - all after django.setup()
    from vaandel.ambassadors.models import Enrolment  # noqa: PLC0415
    from vaandel.config.commands.migrate import migrate_all  # noqa: PLC0415
    from vaandel.organizations.models import Member, Organization  # noqa: PLC0415
    from vaandel.organizations.tenancy import every_tenant  # noqa: PLC0415
    from vaandel.posts.models import Post  # noqa: PLC0415
    from vaandel.programmes.models import Programme  # noqa: PLC0415

    migrate_all(verbosity=0)
    with every_tenant():
        acme = Organization.objects.create(name="Acme", slug="acme", language="en")
        programme = Programme.objects.create(organization=acme, name="Colleagues tell")
        post = Post.objects.create(
            organization=acme,
            programme=programme,
            title="Four kilometres of heat",
            target_url="https://news.example/heat",
            state=Post.State.LIVE,
            published_at=timezone.now(),
            language="en",
        )
        people = User.objects.bulk_create(
            User(email=f"{name}@acme.example", name=name, language="en") for name in tokens
        )
        members = Member.objects.bulk_create(
            Member(organization=acme, user=user, status=Member.Status.ACTIVE) for user in people
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                organization=acme,
                programme=programme,
                member=member,
                state=Enrolment.State.JOINED,
            )
            for member in members
        )
        _plant(count, post, _accounts(enrolments, tokens))


def _accounts(enrolments: list[Any], tokens: dict[str, str]) -> list[Any]:
    from vaandel.channels.models import ConnectedAccount  # noqa: PLC0415
    from vaandel.channels.sealing import ACCOUNT, sealed  # noqa: PLC0415

    later = timezone.now() + timedelta(days=50)
    return ConnectedAccount.objects.bulk_create(
        ConnectedAccount(
            organization_id=enrolment.organization_id,
            enrolment=enrolment,
            channel="linkedin",
            remote_id=name,
            handle=name,
            scopes=["w_member_social"],
            keys_sealed=sealed(ACCOUNT, {"access_token": token}),
            access_until=later,
            session_until=later,
        )
        for enrolment, (name, token) in zip(enrolments, tokens.items(), strict=True)
    )


def _plant(count: int, post: Any, accounts: list[Any]) -> None:
    """What ``arm`` would write, in a few statements instead of 10,000 transactions."""
    from vaandel.links.addresses import short_url  # noqa: PLC0415
    from vaandel.links.codes import new_code  # noqa: PLC0415
    from vaandel.links.models import Link  # noqa: PLC0415
    from vaandel.shares.models import Publication  # noqa: PLC0415
    from vaandel.shares.publishing.outgoing import carried, words_of  # noqa: PLC0415
    from vaandel.shares.publishing.seen import digest_of_post, digest_of_sight  # noqa: PLC0415

    seen, due = digest_of_post(post), timezone.now()
    for first in range(0, count, IN_ONE_STATEMENT):
        numbers = range(first, min(first + IN_ONE_STATEMENT, count))
        links = Link.objects.bulk_create(
            Link(
                organization_id=post.organization_id,
                code=new_code(),
                target_url=post.target_url,
                channel="linkedin",
                created_at=due,
            )
            for _ in numbers
        )
        rows = []
        for number, link in zip(numbers, links, strict=True):
            account = accounts[number % len(accounts)]
            row = Publication(
                organization_id=post.organization_id,
                post=post,
                enrolment_id=account.enrolment_id,
                account=account,
                link=link,
                press=uuid.uuid4(),
                channel="linkedin",
                language="en",
                text=f"What struck me on night {number} (of many).",
                planned=True,
                due_at=due,
                next_try_at=due,
            )
            text = carried(words_of(row), post, url=short_url(link), shown_as_card=True)
            row.seen_digest = digest_of_sight(seen, text, with_card=True)
            rows.append(row)
        Publication.objects.bulk_create(rows)


def post(seconds: float) -> None:
    from vaandel.organizations.tenancy import every_tenant  # noqa: PLC0415
    from vaandel.shares.models import Publication  # noqa: PLC0415
    from vaandel.shares.publishing import looking, queue  # noqa: PLC0415

    for module, name in ((queue, "LEASE"), (queue, "FIRST_LOOK")):
        setattr(module, name, timedelta(seconds=seconds))
    looking.PAUSES = (timedelta(seconds=seconds),) * 4  # type: ignore[misc]
    state = Publication.State
    while True:
        done = looking.look_into_unknown() + publish_due()
        with every_tenant():
            open_ones = Publication.objects.filter(
                state__in=[state.ARMED, state.SENDING, state.UNKNOWN],
                checks__lt=looking.MOST_CHECKS,
            )
            if not open_ones.exists():
                return
        if not done:
            time.sleep(0.1)


def publish_due() -> int:
    from vaandel.shares.publishing import sending  # noqa: PLC0415

    return sending.publish_due()


def report() -> dict[str, Any]:
    from vaandel.organizations.tenancy import every_tenant  # noqa: PLC0415
    from vaandel.shares.models import Publication, Share  # noqa: PLC0415

    with every_tenant():
        rows = Publication.objects.values_list("state", "remote_id")
        states = Counter(state for state, _remote_id in rows)
        return {
            "states": dict(states),
            "remote_ids": [remote_id for _state, remote_id in rows],
            "shares": Share.objects.count(),
        }


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text()))
    elif sys.argv[1] == "post":
        post(float(sys.argv[2]))
    else:
        print(json.dumps(report()))  # noqa: T201 - read by the test

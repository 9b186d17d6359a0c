"""Links in mails that open the share page of one post for one person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.shares.models import PersonalLink

GOOD_FOR: Final = timedelta(days=30)


@transaction.atomic
def personal_link(*, enrolment: Enrolment, post: Post, at: datetime) -> PersonalLink:
    """The link of this person to this post, good for thirty days from now.

    There is one per person and post: asking again gives the same link, with a new end. One that
    was withdrawn stays withdrawn: a mail made later must not open what somebody closed.
    """
    link, created = PersonalLink.objects.get_or_create(
        enrolment=enrolment,
        post=post,
        defaults={
            "organization_id": enrolment.organization_id,
            "created_at": at,
            "expires_at": at + GOOD_FOR,
        },
    )
    if not created:
        rows = PersonalLink.objects.filter(pk=link.pk, revoked_at=None)
        rows.update(expires_at=at + GOOD_FOR)
        link.refresh_from_db(fields=["expires_at", "revoked_at"])
    return link


@transaction.atomic
def personal_links(
    pairs: Collection[tuple[int, int]], *, organization: Organization, at: datetime
) -> dict[tuple[int, int], PersonalLink]:
    """The same for many (enrolment, post) of one organisation at once, in two queries."""
    PersonalLink.objects.bulk_create(
        [
            PersonalLink(
                organization=organization,
                enrolment_id=enrolment,
                post_id=post,
                created_at=at,
                expires_at=at + GOOD_FOR,
            )
            for enrolment, post in sorted(pairs)
        ],
        update_conflicts=True,
        unique_fields=["enrolment", "post"],
        update_fields=["expires_at"],
        batch_size=1000,
    )
    rows = PersonalLink.objects.filter(
        enrolment_id__in={enrolment for enrolment, _ in pairs},
        post_id__in={post for _, post in pairs},
    )
    found = {(row.enrolment_id, row.post_id): row for row in rows}
    for row in found.values():
        row.organization = organization
    return {pair: found[pair] for pair in pairs}


def revoke_personal_links(*, enrolment: Enrolment, at: datetime) -> int:
    """End all links of a person. Leaving does the same by itself: see ``access``."""
    return PersonalLink.objects.filter(enrolment=enrolment, revoked_at=None).update(revoked_at=at)

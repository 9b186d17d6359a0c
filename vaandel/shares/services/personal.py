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
    links = PersonalLink.objects.bulk_create(
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
    found = {(link.enrolment_id, link.post_id): link for link in links}
    closed = PersonalLink.objects.filter(
        pk__in=[link.pk for link in links], revoked_at__isnull=False
    )
    for enrolment, post, revoked_at in closed.values_list("enrolment_id", "post_id", "revoked_at"):
        found[enrolment, post].revoked_at = revoked_at
    return found


def revoke_personal_links(*, enrolment: Enrolment, at: datetime) -> int:
    """End all links of a person. Leaving does the same by itself: see ``access``."""
    return PersonalLink.objects.filter(enrolment=enrolment, revoked_at=None).update(revoked_at=at)

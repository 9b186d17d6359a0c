"""Which shares of a post may be alike, found by an index instead of reading all their texts.

A share has a row for each band of its text, and one for the text as a whole. A look takes a
few rows of each band that it has itself, so that it costs the same however many shares there
are and whatever they hold: what is in many bands with us comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.models import Post
from vaandel.shares.models import Share, TextBand
from vaandel.shares.similarity import MANY, Likeness, bands, is_comparable, likeness, whole

# Of one band; more do not make the answer better, for the number stops at "more than 20".
PER_BAND: Final = 2 * MANY
READ: Final = 2 * MANY
BATCH: Final = 500
_SOME: Final = (
    "SELECT share_id FROM (SELECT share_id FROM {table} "
    "WHERE post_id = %s AND digest = %s LIMIT %s) AS band_{number}"
)


def index_text(share: Share, *, is_new: bool = False) -> None:
    """Note the bands of a share's text, in the place of those of an older text."""
    with transaction.atomic():
        if not is_new:
            TextBand.objects.filter(share=share).delete()
        TextBand.objects.bulk_create(_rows(share))


def forget_bands(shares: Iterable[int]) -> None:
    """Of these shares, whose text is forgotten."""
    TextBand.objects.filter(share__in=list(shares)).delete()


def forget_bands_of(user: User) -> None:
    """Of everything that this person shared."""
    TextBand.objects.filter(share__enrolment__member__user=user).delete()


def _rows(share: Share) -> list[TextBand]:
    if not share.text:
        return []
    # Without grams it has the band of the whole, so that every text has been noted.
    digests = bands(share.text) if is_comparable(share.text) else []
    return [
        TextBand(
            organization_id=share.organization_id,
            post_id=share.post_id,
            share_id=share.pk,
            digest=digest,
        )
        for digest in (whole(share.text), *digests)
    ]


def alike_texts(post: Post, enrolment: Enrolment, text: str) -> Likeness | None:
    """The texts of others with this post that are much the same; two queries at most.

    Texts only: whose they are is not read.
    """
    if not is_comparable(text):
        return None
    nearest = _nearest(post.pk, [whole(text), *bands(text)])
    if not nearest:
        return None
    shares = (
        Share.objects.filter(pk__in=nearest, post=post)
        .exclude(enrolment=enrolment)
        .exclude(state=Share.State.NOT_POSTED)
        .exclude(text="")
    )
    texts = dict(shares.values_list("pk", "text"))
    return likeness(text, (texts[share_id] for share_id in nearest if share_id in texts))


def _nearest(post_id: int, digests: Sequence[int]) -> list[int]:
    """Shares with bands in common, the most bands first."""
    table = connection.ops.quote_name(TextBand._meta.db_table)
    parts = [_SOME.format(table=table, number=number) for number in range(len(digests))]
    values = [value for digest in digests for value in (post_id, digest, PER_BAND)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = Counter(share_id for (share_id,) in cursor.fetchall())
    return [share_id for share_id, _bands in found.most_common(READ)]


def keep_bands() -> int:
    """Note the texts of live posts that have no bands yet, and drop those of posts that are
    over; how many shares. For the clock."""
    with every_tenant():
        return _fill() + _drop()


def _fill() -> int:
    noted = TextBand.objects.filter(share=OuterRef("pk"))
    missing = (
        Share.objects.filter(~Exists(noted), post__state=Post.State.LIVE)
        .exclude(text="")
        .exclude(state=Share.State.NOT_POSTED)
        .order_by("-pk")[:BATCH]
    )
    found = list(missing)
    TextBand.objects.bulk_create([row for share in found for row in _rows(share)])
    return len(found)


def _drop() -> int:
    over = TextBand.objects.exclude(post__state=Post.State.LIVE)
    shares = list(over.values_list("share_id", flat=True).distinct()[:BATCH])
    forget_bands(shares)
    return len(shares)

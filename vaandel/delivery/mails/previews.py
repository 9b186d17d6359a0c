"""The mails about approaches as examples: nothing is written, nobody is turned to."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.delivery.mails.composing import compose_approach
from vaandel.delivery.models import Approach
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.queries import MOST, Proposal
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.previews import Example, Preview
from vaandel.organizations.models import Member
from vaandel.posts.models import Post, PostPicture
from vaandel.posts.queries import angles_for
from vaandel.programmes.models import Topic

Kind = Approach.Kind


def proposal(example: Example) -> OutgoingMessage:
    return compose_approach(approached(example, Kind.PROPOSAL, [example.post]))


def digest(example: Example) -> OutgoingMessage:
    others = posts_to_show().exclude(pk=example.post.pk)[: MOST - 1]
    return compose_approach(approached(example, Kind.DIGEST, [example.post, *others]))


def urgent(example: Example) -> OutgoingMessage:
    return compose_approach(approached(example, Kind.URGENT, [example.post]))


def question(example: Example) -> OutgoingMessage:
    return compose_approach(approached(example, Kind.QUESTION, []))


def posts_to_show() -> QuerySet[Post]:
    """Live posts that have a topic, the newest first."""
    return (
        Post.objects.live()
        .filter(Exists(Topic.objects.filter(posts=OuterRef("pk"))))
        .select_related("reviewed_by__user")
        .order_by("-published_at", "-pk")
    )


def approached(example: Example, kind: Kind, posts: list[Post]) -> Approached:
    enrolment = enrolment_of(example.reader)
    prefetch_related_objects(
        posts,
        Prefetch("topics", Topic.objects.order_by("position", "pk")),
        Prefetch("picture_rows", PostPicture.objects.select_related("asset").order_by("position")),
    )
    return Approached(
        approach=Approach(
            pk=0, organization=enrolment.organization, enrolment=enrolment, kind=kind
        ),
        enrolment=enrolment,
        proposals=[
            offered(post, enrolment, example.share_url, alone=len(posts) == 1) for post in posts
        ],
        windows=[],
        at=example.at,
        often=Rhythm.MONTHLY if kind == Kind.QUESTION else Rhythm.WEEKLY,
        good_for=timedelta(days=3),
    )


def enrolment_of(reader: Member) -> Enrolment:
    """The reader's own; one that is not saved for somebody who does not take part."""
    found = Enrolment.objects.filter(member=reader).select_related("programme").first()
    enrolment = found or Enrolment(pk=0, programme_id=0)
    enrolment.member, enrolment.organization = reader, reader.organization
    return enrolment


def offered(post: Post, enrolment: Enrolment, share_url: str, *, alone: bool) -> Offered:
    """Only a mail about one post shows a start to write on with."""
    language = enrolment.member.user.language
    angles = angles_for(post, [language], enrolment.pk) if alone else []
    reviewer = post.reviewed_by
    with override(language):
        return Offered(
            proposal=proposal_of(post),
            angle=angles[0].text if angles else "",
            share_url=share_url,
            reviewer=reviewer.user.first_name if reviewer else "",
        )


def proposal_of(post: Post) -> Proposal:
    picture = next(iter(post.picture_rows.all()), None)
    return Proposal(
        ask_id=0,
        post_id=post.pk,
        title=post.title,
        summary=post.summary,
        language=post.language,
        topic=next(iter(post.topics.all())),
        picture=str(picture.asset.file.name) if picture else "",
        thumbnail="",
        kind=post.kind,
        site_name=post.site_name,
        event_at=post.event_at,
        expires_at=post.expires_at,
        in_team=False,
        picture_alt=picture.asset.alt if picture else "",
    )


PREVIEWS: Final = [
    Preview(
        name="proposal",
        title=_("One proposal"),
        when=_("To ambassadors, in their rhythm, when one post suits them."),
        make=proposal,
    ),
    Preview(
        name="digest",
        title=_("Weekly mail"),
        when=_("To ambassadors, in their rhythm, with two or three posts that suit them."),
        make=digest,
    ),
    Preview(
        name="urgent",
        title=_("Urgent proposal"),
        when=_("To ambassadors, outside their rhythm, at most twice a month."),
        make=urgent,
    ),
    Preview(
        name="question",
        title=_("Shall we stop?"),
        when=_("To ambassadors who left the last mails alone, once."),
        make=question,
        about_post=False,
    ),
]

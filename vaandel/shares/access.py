"""The doors of this room: a post to share, an own share, a personal link from a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from vaandel.ambassadors.access import enrolment_or_none
from vaandel.ambassadors.models import Enrolment
from vaandel.organizations.models import Member, Organization
from vaandel.posts.access import post_for
from vaandel.posts.models import Post
from vaandel.shares.models import PersonalLink, Publication, Share
from vaandel.shares.tokens import link_id_of

_HIDDEN = {Post.State.DRAFT, Post.State.REVIEW}


class LinkOver(Exception):
    """The personal link was made here, but does not open anything any more."""


@dataclass(frozen=True, slots=True)
class Door:
    """Through which somebody came to share one post: signed in, or by the link in a mail.

    ``enrolment`` is None for an editor who only looks.
    """

    member: Member
    post: Post
    enrolment: Enrolment | None
    token: str = ""

    @property
    def organization(self) -> Organization:
        return self.member.organization

    @property
    def taking_part(self) -> Enrolment:
        """The enrolment, for whoever shares; 403 for who only looks."""
        if self.enrolment is None:
            raise PermissionDenied
        return self.enrolment

    def address(self, page: str) -> str:
        """Of a page about the post, within the same door."""
        if self.token:
            name = "personal" if page == "compose" else f"personal_{page}"
            return reverse(f"shares:{name}", args=[self.token])
        return reverse(f"shares:{page}", args=[self.organization.slug, self.post.pk])

    def address_of_share(self, page: str, share_id: int, *more: str) -> str:
        """Of a page about one share, within the same door."""
        if self.token:
            return reverse(f"shares:personal_{page}", args=[self.token, share_id, *more])
        return reverse(f"shares:{page}", args=[self.organization.slug, share_id, *more])

    def own_share(self, share_id: int) -> Share:
        """A share of this person (through a mail: of this post too); 404 for any other."""
        shares = Share.objects.select_related("link", "post", "angle")
        shares = shares.filter(pk=share_id, enrolment__member=self.member)
        if self.token:
            shares = shares.filter(post=self.post)
        share = shares.first()
        if share is None:
            raise Http404("No such share.")
        return share


def door_to_post(member: Member, post_id: int) -> Door:
    """For somebody who signed in."""
    post = post_for(member, post_id)
    post.organization = member.organization
    return Door(member=member, post=post, enrolment=sharing_enrolment(member))


def door_to_share(member: Member, share_id: int) -> Door:
    """To an own share, also when its post is over or not for this person any more."""
    share = (
        Share.objects.select_related("post__organization", "enrolment__programme")
        .filter(pk=share_id, enrolment__member=member)
        .first()
    )
    if share is None:
        raise Http404("No such share.")
    return Door(member=member, post=share.post, enrolment=share.enrolment)


def with_what_is_shown(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """With all that a publication is shown with, so that no row asks for it again."""
    return rows.select_related(
        "post__organization",
        "post__document",
        "account",
        "angle",
        "link__organization__link_settings",
        "share__network_figures",
    )


def publication_for(member: Member, publication_id: int) -> Publication:
    """An own one, with everything that its page shows; 404 for any other."""
    publication = (
        with_what_is_shown(Publication.objects.select_related("enrolment__member__user"))
        .filter(pk=publication_id, enrolment__member=member)
        .first()
    )
    if publication is None:
        raise Http404("No such publication.")
    return publication


def sharing_enrolment(member: Member) -> Enrolment | None:
    """None for somebody who was only invited, or left."""
    enrolment = enrolment_or_none(member)
    if enrolment is None or enrolment.state == Enrolment.State.LEFT:
        return None
    return enrolment


def door_by_mail(token: str, now: datetime) -> Door:
    """For who comes from a mail. 404 for a token that was not made here; raises ``LinkOver``.

    Reads across tenants: the token decides whose link it is. It ends by itself when the
    person left, and opens nothing but its one post.
    """
    link_id = link_id_of(token)
    if link_id is None:
        raise Http404("No such link.")
    link = (
        PersonalLink.across_tenants.select_related(
            "enrolment__member__user",
            "enrolment__member__organization",
            "enrolment__member__unit",
            "enrolment__organization",
            "enrolment__programme",
            "enrolment__quiet_hours",
            "post__organization",
            "post__programme",
            "post__document",
            "post__ask_whom__user",
        )
        .filter(pk=link_id)
        .first()
    )
    if link is None:
        raise Http404("No such link.")
    enrolment = link.enrolment
    if link.revoked_at or link.expires_at <= now or link.post.state in _HIDDEN:
        raise LinkOver
    if enrolment.state in {Enrolment.State.LEFT, Enrolment.State.INVITED}:
        raise LinkOver
    if enrolment.member.status != Member.Status.ACTIVE or not enrolment.member.user.is_active:
        raise LinkOver
    return Door(member=enrolment.member, post=link.post, enrolment=enrolment, token=token)

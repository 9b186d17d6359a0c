"""What is said about live posts, read once for all people of a round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from vaandel.delivery.models import Ask
from vaandel.delivery.planning.approached import Offered
from vaandel.delivery.queries import Proposal, pictures_of, proposal_of
from vaandel.posts.models import Angle, Post
from vaandel.posts.queries import angles_by_language, in_order_for
from vaandel.programmes.models import Topic


@dataclass(frozen=True, slots=True)
class PostAtHand:
    post: Post
    # In the order in which they are named.
    topics: list[Topic]
    known: dict[str, str | None]
    angles: dict[str, list[Angle]]
    reviewer: str

    def topic_for(self, followed: Iterable[int]) -> Topic | None:
        """Because of which topic somebody is offered it; None: they follow none any more."""
        return next((topic for topic in self.topics if topic.pk in followed), None)

    def proposal(self, ask: Ask, topic: Topic) -> Proposal:
        ask.post = self.post
        return proposal_of(ask, topic, self.known)

    def offered(
        self, proposal: Proposal, *, enrolment_id: int, languages: Iterable[str], share_url: str
    ) -> Offered:
        angles = in_order_for(self.angles, self.post, list(languages), enrolment_id)
        return Offered(
            proposal=proposal,
            angle=angles[0].text if angles else "",
            share_url=share_url,
            reviewer=self.reviewer,
        )


@dataclass(slots=True)
class PostsAtHand:
    """Grows with the posts that are live, not with the people."""

    _found: dict[int, PostAtHand] = field(default_factory=dict)

    def read(self, posts: Iterable[int]) -> dict[int, PostAtHand]:
        """These posts, at least; those that were not asked for before in four queries."""
        missing = set(posts) - self._found.keys()
        if missing:
            rows = (
                Post.objects.filter(pk__in=missing)
                .select_related("reviewed_by__user")
                .prefetch_related("topics")
            )
            pictures = pictures_of(missing)
            angles = angles_by_language(missing)
            for post in rows:
                self._found[post.pk] = PostAtHand(
                    post=post,
                    topics=sorted(post.topics.all(), key=lambda topic: (topic.position, topic.pk)),
                    known=pictures[post.pk],
                    angles=angles.get(post.pk, {}),
                    reviewer=post.reviewed_by.user.first_name if post.reviewed_by else "",
                )
        return self._found

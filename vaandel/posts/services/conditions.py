"""What a post needs before it goes out, and when its text is open."""

from __future__ import annotations

from datetime import datetime

from vaandel.organizations.destinations import allowed
from vaandel.posts.models import Post, PostKind
from vaandel.posts.queries import document_of
from vaandel.posts.regulated import missing_by_rule, needs_second_person, rule_of

State = Post.State
# Saving one of these must leave it as complete as it was.
GOING_OUT = (State.PLANNED, State.LIVE)


class WrongState(Exception):
    """The post is no longer in a state in which this can be done."""


class NotReady(Exception):
    """Something is still missing; ``missing`` are codes, each the name of a part of the form."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def missing_for(post: Post) -> list[str]:
    """What a post needs before anybody is offered it; empty when it is ready."""
    needs_target = post.kind in (PostKind.LINK, PostKind.VACANCY, PostKind.EVENT)
    # Read once, from memory when the page has read it already.
    alts = [row.asset.alt for row in post.picture_rows.all()]
    languages = {angle.language for angle in post.angles.all()}
    found = {
        "title": not post.title.strip(),
        "target_url": needs_target and not post.target_url,
        "target_allowed": bool(post.target_url) and not allowed(post.organization, post.target_url),
        "event_at": post.kind == PostKind.EVENT and post.event_at is None,
        "topics": not list(post.topics.all()),
        "angles": post.language not in languages,
        "facts_cleared": not (post.facts_cleared.strip() or post.no_facts),
        "pictures": post.kind == PostKind.IMAGE and not alts,
        "document": post.kind == PostKind.DOCUMENT and document_of(post) is None,
        "alt": "" in alts,
    }
    rule = rule_of(post)
    if rule is not None:
        found |= missing_by_rule(post, rule)
    return [name for name, is_missing in found.items() if is_missing]


def check_ready(post: Post, *, goes_out_at: datetime) -> None:
    """Raise ``NotReady`` unless it can go out at this moment, or stay out after it."""
    missing = missing_for(post)
    if post.expires_at is not None and post.expires_at <= goes_out_at:
        missing.append("expires_at")
    if missing:
        raise NotReady(missing)


def open_states(post: Post) -> tuple[str, ...]:
    """In which states its text may be changed.

    With four eyes, or under rules of law, what somebody approved stays as it was approved: it
    first goes back to the desk.
    """
    return (State.DRAFT,) if needs_second_person(post) else (State.DRAFT, *GOING_OUT)

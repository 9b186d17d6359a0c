"""What the tests of posts share: a draft that is ready to go, and the form that an editor sends."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.factories import AngleFactory, MemberFactory, PostFactory
from vaandel.organizations.models import Member, Organization
from vaandel.posts.forms.stored import base_of, sent_of
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic


@pytest.fixture
def draft(programme: Programme, topic: Topic, alice: Member) -> Post:
    """Alice's draft, with everything it needs."""
    post = PostFactory.create(
        programme=programme,
        title="Heat from the sewer",
        state=Post.State.DRAFT,
        published_at=None,
        facts_cleared="900 homes",
        created_by=alice,
    )
    post.topics.add(topic)
    AngleFactory.create(post=post, text="What struck me: ___", position=0)
    return post


@pytest.fixture
def carol(acme: Organization) -> Member:
    """A second editor, who approves as well."""
    return MemberFactory.create(
        organization=acme, is_editor=True, is_approver=True, user__name="Carol Second"
    )


@pytest.fixture
def studio(alice: Member, client_as: Callable[[Member], Client]) -> Client:
    return client_as(alice)


def form_of(post: Post, **changes: Any) -> dict[str, Any]:
    """What the browser sends for the editor's page as it stands, with these changes."""
    sent = sent_of(post)
    return {**sent, "base": base_of(sent), "post": str(post.pk), **changes}


def address(post: Post, *more: str) -> str:
    return "/".join(["/o/acme/studio/posts", str(post.pk), *more]) + "/"


def picture_bytes(kind: str = "JPEG", size: tuple[int, int] = (800, 600), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def said_on(response: Any) -> str:
    return str(response.content.decode())

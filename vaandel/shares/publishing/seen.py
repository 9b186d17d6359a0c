"""What somebody saw when they sent a text, as a digest: if it differs later, they are asked."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from vaandel.posts.models import Post, PostPicture
from vaandel.posts.regulated import rule_of

# Whatever of a post changes what a share says, shows or leads to.
_PARTS: Final = (
    "kind",
    "title",
    "summary",
    "target_url",
    "commercial_class",
    "facts_cleared",
    "please_do",
    "please_do_not",
)


def digest_of_post(post: Post) -> str:
    """64 hexadecimal digits. Two queries at most, three where the law has rules; the same for the
    same content and rules."""
    parts = {name: getattr(post, name) for name in _PARTS}
    pictures = PostPicture.objects.filter(post=post).order_by("position", "pk")
    parts["pictures"] = list(pictures.values_list("asset_id", "asset__alt"))
    document = getattr(post, "document", None)
    parts["document"] = document.pk if document is not None else None
    rule = rule_of(post)
    if rule is not None:
        parts["rules"] = [rule.topics, [dict(lines) for lines in rule.risk_lines]]
    return _digest(parts)


def digest_of_sight(post_digest: str, carried: str, *, with_card: bool) -> str:
    """The post and the whole text as it was shown."""
    return _digest([post_digest, carried, with_card])


def _digest(content: object) -> str:
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()

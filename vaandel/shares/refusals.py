"""Why a post cannot be shared now."""

from __future__ import annotations


class PostNotLive(Exception):
    """The post is not, or not any more, offered for sharing."""


class SharingStopped(PostNotLive):
    """The organisation has stopped sharing for now; the post itself may well be live."""


class TextNotApproved(PostNotLive):
    """The law has rules for this post, and nobody approved this very text."""

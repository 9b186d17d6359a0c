"""LinkedIn's Posts, Images, Documents and member statistics, as a member's own application sees it.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.networks import little_text
from tests.networks.linkedin_media import Uploads
from tests.networks.linkedin_members import (
    DAY,
    LinkedInApp,
    refuse,
    unprocessable,
    unprocessable_field,
)
from tests.networks.stub import Handler, PathHandler, Post
from tests.networks.wire import Answer, Request, as_json

ENCODED_POST = r"urn(?:%3A|%3a)li(?:%3A|%3a)(?:share|ugcPost)(?:%3A|%3a)\d+"
POST_URN = re.compile(r"urn:li:(?:share|ugcPost):\d+")
MEDIA_URN = re.compile(r"urn:li:(?:image|document|video):[\w-]+")
ENTITY = re.compile(r"(?:^|&)entity=\((share|ugc):(urn%3Ali%3A(?:share|ugcPost)%3A\d+)\)(?:&|$)")
REQUIRED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
KNOWN = {*REQUIRED, "content", "reshareContext", "isReshareDisabledByAuthor"}
METRICS = {"IMPRESSION": 0, "MEMBERS_REACHED": 0, "RESHARE": 0, "REACTION": 0, "COMMENT": 0} | (
    dict.fromkeys(
        (
            "POST_SAVE",
            "POST_SEND",
            "LINK_CLICKS",
            "PREMIUM_CTA_CLICKS",
            "FOLLOWER_GAINED_FROM_CONTENT",
            "PROFILE_VIEW_FROM_CONTENT",
        ),
        202604,
    )
)


@dataclass
class LinkedInSettings(LinkedInApp):
    """``media_seconds``: how long an upload is processed. ``metric_as`` is "string", "object" or
    by version. ``whole_addresses``: see ``little_text``."""

    oldest_version: int = 202512
    newest_version: int = 202611
    most_characters: int = 3000
    most_posts_a_day: int = 150
    image_bytes: int = 5_000_000
    document_bytes: int = 100_000_000
    media_seconds: float = 0.0
    ghost_duplicates: bool = True
    ghost_hours: float = 24.0
    whole_addresses: bool = True
    urn_kind: str = "share"
    value_field: str = "count"
    metric_as: str = ""


@dataclass(slots=True)
class CompanyPost:
    organization: str
    value: dict[str, Any] = field(default_factory=dict)


class LinkedIn(Uploads):
    name = "linkedin"

    def __init__(self, settings: LinkedInSettings | None = None) -> None:
        super().__init__(settings or LinkedInSettings())

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            **super().routes(),
            ("POST", "/rest/posts"): self.create,
            ("GET", "/rest/posts"): self.posts_of_a_page,
            ("GET", "/rest/memberCreatorPostAnalytics"): self.statistics,
        }

    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        return [
            ("GET", f"/rest/posts/({ENCODED_POST})", self.read_post),
            ("POST", f"/rest/posts/({ENCODED_POST})", self.update),
            ("DELETE", f"/rest/posts/({ENCODED_POST})", self.delete),
            *super().patterns(),
        ]

    def forget(self) -> None:
        super().forget()
        self.said: dict[tuple[str, ...], Post] = {}
        self.today: dict[tuple[str, int], int] = {}
        self.metrics: dict[str, dict[str, int]] = {}
        self.company_posts: list[CompanyPost] = []

    # Posts

    def create(self, request: Request) -> Answer:
        person = self.caller(request, "w_member_social")
        sent = self.body_of(request)
        author = f"urn:li:person:{person}"
        if sent.get("author", author) != author:
            refuse(403, "Data Processing Exception while processing fields [/author]")
        check_fields(sent)
        self.check_content(sent, author)
        text = self.text_of(sent["commentary"])
        with self.lock:
            return self.publish(author, text, sent)

    def publish(self, author: str, text: str, sent: dict[str, Any]) -> Answer:
        now = self.now()
        day = (author, int(now // DAY))
        if self.today.get(day, 0) >= self.settings.most_posts_a_day:
            said = "Resource level throttle MEMBER DAY limit for calls to this resource is reached."
            refuse(429, said, "TOO_MANY_REQUESTS", serviceErrorCode=101)
        key = sameness(author, text, sent)
        if (earlier := self.said.get(key)) and self.still_counts(earlier, now):
            unprocessable(
                f"Content is a duplicate of {earlier.id}",
                "DUPLICATE_POST",
                "Duplicate post is detected",
            )
        urn = f"urn:li:{self.settings.urn_kind}:{self.new_id()}"
        self.said[key] = self.add_post(Post(urn, author, text, now, sent=sent))
        self.today[day] = self.today.get(day, 0) + 1
        return Answer(201, b"", {"x-restli-id": urn, "x-linkedin-id": urn})

    def still_counts(self, earlier: Post, now: float) -> bool:
        """After a delete it is still called a duplicate, of something that is 404."""
        if earlier.deleted_at is None:
            return True
        hours = (now - earlier.deleted_at) / 3600
        return bool(self.settings.ghost_duplicates and hours < self.settings.ghost_hours)

    def text_of(self, commentary: str) -> str:
        text = little_text.read(commentary, whole_addresses=self.settings.whole_addresses)
        length, most = len(text.encode("utf-16-le")) // 2, self.settings.most_characters
        if length > most:
            said = f"ERROR :: /commentary :: length {length} is out of range 0...{most}"
            unprocessable(said, "FIELD_LENGTH_TOO_LONG", said)
        return text

    def check_content(self, sent: dict[str, Any], author: str) -> None:
        content, parent = sent.get("content"), sent.get("reshareContext")
        if content and parent:
            unprocessable_field("content", "cannot be set together with reshareContext")
        if parent and not POST_URN.fullmatch(str(parent.get("parent"))):
            unprocessable_field("reshareContext/parent", "is not a share or ugcPost URN")
        if not content:
            if not sent["commentary"] and not parent:
                unprocessable_field("commentary", "a post needs a text or content")
            return
        if len(content) != 1 or next(iter(content)) not in {"media", "multiImage", "article"}:
            unprocessable_field("content", "is not one known member of the union")
        if "article" in content:
            self.check_article(content["article"], author)
        elif "media" in content:
            self.check_media(content["media"], author)
        else:
            images = content["multiImage"].get("images", [])
            if not 2 <= len(images) <= 20:
                unprocessable_field("content/multiImage/images", "needs 2 to 20 images")
            for image in images:
                self.check_media(image, author, "image")

    def check_article(self, article: dict[str, Any], author: str) -> None:
        if not str(article.get("source", "")).startswith(("http://", "https://")):
            unprocessable_field("content/article/source", "is not an address")
        if unknown := set(article) - {"source", "title", "description", "thumbnail"}:
            unprocessable_field(f"content/article/{unknown.pop()}", "unrecognized field found")
        if thumbnail := article.get("thumbnail"):
            self.check_media({"id": thumbnail}, author, "image")

    def check_media(self, sent: dict[str, Any], author: str, kind: str = "") -> None:
        urn = str(sent.get("id"))
        media = self.media.get(urn)
        if not MEDIA_URN.fullmatch(urn) or (kind and f":{kind}:" not in urn):
            unprocessable_field("content/media/id", f"{urn} is not the right kind of media")
        if media is None or media.owner != author:
            refuse(403, f"Viewer is not authorized to use {urn}", "ACCESS_DENIED")
        if media.kind == "document" and not sent.get("title"):
            unprocessable_field("content/media/title", "is required for a document")
        if media.available_at is None:
            unprocessable(
                f"The media {urn} waits for its upload",
                "MEDIA_ASSET_WAITING_UPLOAD",
                "Not uploaded",
            )
        if media.available_at > self.now():
            unprocessable(
                f"The media {urn} is being processed", "MEDIA_ASSET_PROCESSING", "Not AVAILABLE yet"
            )

    def own_post(self, request: Request, path: str, scope: str = "w_member_social") -> Post:
        person = self.caller(request, scope)
        post = self.by_id.get(unquote(path))
        if post is None:
            refuse(404, f"Could not find entity {unquote(path)}", "NOT_FOUND")
        if post.author != f"urn:li:person:{person}":
            refuse(403, "The member is not the author of this post", "ACCESS_DENIED")
        return post

    def read_post(self, request: Request, path: str) -> Answer:
        """Few applications may: ``r_member_social`` is closed."""
        post = self.own_post(request, path, "r_member_social")
        if post.deleted:
            refuse(404, f"Could not find entity {post.id}", "NOT_FOUND")
        return as_json({**post.sent, "id": post.id, "createdAt": round(post.created_at * 1000)})

    def update(self, request: Request, path: str) -> Answer:
        post = self.own_post(request, path)
        if request.headers.get("x-restli-method", "").upper() != "PARTIAL_UPDATE":
            refuse(400, "X-RestLi-Method must be PARTIAL_UPDATE", "ILLEGAL_ARGUMENT")
        change = self.body_of(request).get("patch", {}).get("$set", {})
        if set(change) != {"commentary"}:
            unprocessable_field("patch/$set", "only commentary can be changed")
        if post.deleted:
            refuse(404, f"Could not find entity {post.id}", "NOT_FOUND")
        post.text = self.text_of(change["commentary"])
        return Answer(204)

    def delete(self, request: Request, path: str) -> Answer:
        """Deleting again says the same."""
        post = self.own_post(request, path)
        if not post.deleted:
            post.deleted_at = self.now()
        return Answer(204)

    def posts_of_a_page(self, request: Request) -> Answer:
        self.caller(request, "r_organization_social")
        if request.query.get("q") != "author":
            refuse(400, "q must be author", "ILLEGAL_ARGUMENT")
        author, count = request.query.get("author"), int(request.query.get("count", "10"))
        found = [post.value for post in self.company_posts if post.organization == author]
        return as_json({"elements": found[:count], "paging": {"start": 0, "count": count}})

    # Statistics

    def statistics(self, request: Request) -> Answer:
        person = self.caller(request, "r_member_postAnalytics")
        query, version = request.query, int(request.headers["linkedin-version"])
        metric = query.get("queryType", "")
        if metric not in METRICS or version < METRICS[metric]:
            refuse(400, f"Invalid queryType {metric}", "ILLEGAL_ARGUMENT")
        if query.get("q") not in {"entity", "me"} or query.get("aggregation") not in {
            "TOTAL",
            "DAILY",
        }:
            refuse(400, "q and aggregation are needed", "ILLEGAL_ARGUMENT")
        values = [values.get(metric) for values in self.asked_metrics(request, person)]
        known = [value for value in values if value is not None]
        kind = self.settings.metric_as or ("object" if version < 202605 else "string")
        element = {
            self.settings.value_field: sum(known),
            "metricType": {"com.linkedin.metrics.MetricType": metric}
            if kind == "object"
            else metric,
        }
        return as_json(
            {"elements": [element] if known else [], "paging": {"start": 0, "count": 10}}
        )

    def asked_metrics(self, request: Request, person: str) -> list[dict[str, int]]:
        author = f"urn:li:person:{person}"
        if request.query["q"] == "me":
            return [self.metrics.get(post.id, {}) for post in self.timeline_of(author)]
        found = ENTITY.search(request.query_string)
        if not found or (found[1] == "ugc") != ("ugcPost" in found[2]):
            refuse(400, "Invalid entity: (share:{urn, encoded}) or (ugc:{urn, encoded})")
        post = self.by_id.get(unquote(found[2]))
        if post is None or post.deleted:
            refuse(404, "Could not find entity", "NOT_FOUND")
        if post.author != author:
            refuse(403, "The member is not the author of this post", "ACCESS_DENIED")
        return [self.metrics.get(post.id, {})]


def check_fields(sent: dict[str, Any]) -> None:
    for name in REQUIRED:
        if name not in sent:
            unprocessable_field(name, "field is required but not found and has no default value")
    if unknown := set(sent) - KNOWN:
        unprocessable_field(unknown.pop(), "unrecognized field found but not allowed")
    if not isinstance(sent["commentary"], str):
        unprocessable_field("commentary", "is not a string")
    if sent["visibility"] not in {"PUBLIC", "CONNECTIONS", "LOGGED_IN"}:
        unprocessable_field("visibility", "is not an enum symbol")
    distribution = sent["distribution"]
    if not isinstance(distribution, dict) or distribution.get("feedDistribution") not in {
        "MAIN_FEED",
        "NONE",
    }:
        unprocessable_field("distribution/feedDistribution", "is not an enum symbol")
    if sent["lifecycleState"] != "PUBLISHED":
        unprocessable_field("lifecycleState", "only PUBLISHED is accepted when creating")


def sameness(author: str, text: str, sent: dict[str, Any]) -> tuple[str, ...]:
    """By text and link; pictures have a new name at every upload."""
    content = sent.get("content") or {}
    link = content.get("article", {}).get("source", "")
    parent = (sent.get("reshareContext") or {}).get("parent", "")
    return (author, text, link, parent, "" if text else json.dumps(content))

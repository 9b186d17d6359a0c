"""Threads: a container is made, gets ready, and is published once.

https://developers.facebook.com/docs/threads/posts and around it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

import regex

from tests.networks.stub import Handler, PathHandler, Post
from tests.networks.threads_members import DAY, Members, ThreadsApp, refuse
from tests.networks.wire import Answer, Request, as_json

MOST = 500
MEDIA_TYPES = ("TEXT", "IMAGE", "VIDEO", "CAROUSEL")
ADDRESS = regex.compile(r"https?://[^\s<>\"]+")
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|\u20e3")
METRICS = {"views", "likes", "replies", "reposts", "quotes", "shares"}
NOT_FOUND = 4279009
TOO_MANY_LINKS = 4279049


@dataclass
class ThreadsSettings(ThreadsApp):
    """``container_seconds``: until pictures are ready. ``downloads``: whether Meta reaches the
    address of a picture at all."""

    most_posts_a_day: int = 250
    most_deletes_a_day: int = 100
    text_seconds: float = 0.0
    container_seconds: float = 0.0
    downloads: bool = True


@dataclass(slots=True)
class Container:
    id: str
    person: str
    sent: dict[str, str]
    made_at: float
    ready_at: float
    failed: str = ""
    published: str = ""
    children: list[str] = field(default_factory=list)


def length(text: str) -> int:
    """Characters, of which an emoji is as many as it has bytes."""
    if text.isascii():
        return len(text)
    return sum(
        len(cluster.encode()) if EMOJI.search(cluster) else len(cluster)
        for cluster in regex.findall(r"\X", text)
    )


class Threads(Members):
    name = "threads"

    def __init__(self, settings: ThreadsSettings | None = None) -> None:
        super().__init__(settings or ThreadsSettings())

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {**super().routes(), ("GET", "/v1.0/me"): self.me}

    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        return [
            ("POST", r"/v1\.0/(me|\d+)/threads", self.contain),
            ("POST", r"/v1\.0/(me|\d+)/threads_publish", self.publish),
            ("GET", r"/v1\.0/(me|\d+)/threads", self.own_posts),
            ("GET", r"/v1\.0/(me|\d+)/threads_publishing_limit", self.limit),
            ("GET", r"/v1\.0/(\d+)/insights", self.insights),
            ("GET", r"/v1\.0/(\d+)", self.read),
            ("DELETE", r"/v1\.0/(\d+)", self.delete),
        ]

    def forget(self) -> None:
        super().forget()
        self.containers: dict[str, Container] = {}
        self.metrics: dict[str, dict[str, int]] = {}
        self.deletes: list[tuple[str, float]] = []

    def unknown(self, request: Request) -> Answer:
        refuse(f"Unknown path components: {request.path}", 2500)

    def said(self, request: Request) -> dict[str, str]:
        return {**request.query, **request.form}

    def owner(self, request: Request, user: str, scope: str = "threads_content_publish") -> str:
        person = self.signed_in_as(request, scope)
        if user not in {"me", self.user_id(person)}:
            missing(user)
        return person

    def me(self, request: Request) -> Answer:
        person = self.signed_in_as(request)
        return as_json({"id": self.user_id(person), "username": person})

    # Containers

    def contain(self, request: Request, user: str) -> Answer:
        person = self.owner(request, user)
        said = self.said(request)
        said.pop("access_token", None)
        check_text(said)
        children = self.checked_media(said, person)
        now, settings = self.now(), self.settings
        text = said["media_type"] == "TEXT"
        container = Container(
            self.new_id(),
            person,
            said,
            now,
            now + (settings.text_seconds if text else settings.container_seconds),
            "" if text or settings.downloads else "FAILED_DOWNLOADING_IMAGE",
            children=children,
        )
        self.containers[container.id] = container
        if text and said.get("auto_publish_text") == "true":
            return as_json({"id": self.made_public(container)})
        return as_json({"id": container.id})

    def checked_media(self, said: dict[str, str], person: str) -> list[str]:
        kind = said["media_type"]
        if kind in {"IMAGE", "VIDEO"}:
            address = said.get(f"{kind.lower()}_url", "")
            if not address.startswith(("http://", "https://")):
                refuse(f"The parameter {kind.lower()}_url is required", 100)
            if len(said.get("alt_text", "")) > 1000:
                refuse("Param alt_text must be at most 1000 characters long")
        if kind != "CAROUSEL":
            return []
        children = said.get("children", "").split(",")
        if not 2 <= len(children) <= 20:
            refuse("A carousel has 2 to 20 children")
        for number in children:
            child = self.containers.get(number)
            mine = child is not None and child.person == person
            if child is None or not mine or child.sent.get("is_carousel_item") != "true":
                refuse(f"Param children: {number} is no item of a carousel")
            if self.status_of(child) != "FINISHED":
                refuse(f"Param children: {number} is not ready")
        return children

    def status_of(self, container: Container) -> str:
        if container.published:
            return "PUBLISHED"
        now = self.now()
        if container.made_at + DAY <= now:
            return "EXPIRED"
        if container.ready_at > now:
            return "IN_PROGRESS"
        return "ERROR" if container.failed else "FINISHED"

    def publish(self, request: Request, user: str) -> Answer:
        """Too early, too late and twice get the same answer."""
        person = self.owner(request, user)
        number = self.said(request).get("creation_id", "")
        container = self.containers.get(number)
        with self.lock:
            if (
                container is None
                or container.person != person
                or self.status_of(container) != "FINISHED"
            ):
                refuse(
                    "The requested resource does not exist",
                    24,
                    subcode=NOT_FOUND,
                    is_transient=False,
                    error_user_title="Media Not Found",
                    error_user_msg=f"The media with id {number} cannot be found.",
                )
            return as_json({"id": self.made_public(container)})

    def made_public(self, container: Container) -> str:
        person, now = container.person, self.now()
        if self.posted_since(person, now - DAY) >= self.settings.most_posts_a_day:
            refuse("The user has reached the maximum number of posts", 9, subcode=2207042)
        text = container.sent.get("text", "")
        post = Post(self.new_id(), person, text, now, sent=dict(container.sent))
        container.published = self.add_post(post).id
        return post.id

    # What there is

    def read(self, request: Request, number: str) -> Answer:
        person = self.signed_in_as(request)
        if (container := self.containers.get(number)) and container.person == person:
            return as_json(self.container_as_said(request, container))
        return as_json(self.shown(request, self.found(number, person)))

    def container_as_said(self, request: Request, container: Container) -> dict[str, str]:
        fields = request.query.get("fields", "").split(",")
        said = {"id": container.id}
        status = self.status_of(container)
        if "status" in fields:
            said["status"] = status
        if "error_message" in fields and status == "ERROR":
            said["error_message"] = container.failed
        return said

    def found(self, number: str, person: str) -> Post:
        post = self.by_id.get(number)
        if post is None or post.deleted or post.author != person:
            missing(number)
        return post

    def shown(self, request: Request, post: Post) -> dict[str, Any]:
        fields = {"id", *request.query.get("fields", "").split(",")}
        whole = {
            "id": post.id,
            "text": post.text,
            "permalink": f"https://www.threads.net/@{post.author}/post/{post.id}",
            "timestamp": datetime.fromtimestamp(post.created_at, UTC).strftime(
                "%Y-%m-%dT%H:%M:%S+0000"
            ),
            "media_type": post.sent["media_type"].replace("TEXT", "TEXT_POST"),
            "username": post.author,
            "link_attachment_url": post.sent.get("link_attachment"),
            "topic_tag": post.sent.get("topic_tag"),
        }
        return {name: value for name, value in whole.items() if name in fields and value}

    def own_posts(self, request: Request, user: str) -> Answer:
        person = self.owner(request, user, "threads_basic")
        most = int(request.query.get("limit", "25"))
        found = self.timeline_of(person)[:most]
        return as_json({"data": [self.shown(request, post) for post in found], "paging": {}})

    def limit(self, request: Request, user: str) -> Answer:
        person = self.owner(request, user)
        settings, since = self.settings, self.now() - DAY
        said = {
            "quota_usage": self.posted_since(person, since),
            "config": {"quota_total": settings.most_posts_a_day, "quota_duration": DAY},
            "delete_quota_usage": self.deleted_since(person, since),
            "delete_config": {"quota_total": settings.most_deletes_a_day, "quota_duration": DAY},
        }
        fields = request.query.get("fields", "quota_usage").split(",")
        return as_json({"data": [{name: said[name] for name in fields if name in said}]})

    def deleted_since(self, person: str, since: float) -> int:
        return sum(who == person and when >= since for who, when in self.deletes)

    def insights(self, request: Request, number: str) -> Answer:
        person = self.signed_in_as(request, "threads_manage_insights")
        post = self.found(number, person)
        asked = request.query.get("metric", "").split(",")
        if set(asked) - METRICS:
            refuse(f"(#100) metric must be among {', '.join(sorted(METRICS))}")
        known = self.metrics.get(post.id, {})
        return as_json(
            {
                "data": [
                    {
                        "name": name,
                        "period": "lifetime",
                        "values": [{"value": known[name]}],
                        "title": name.title(),
                        "id": f"{post.id}/insights/{name}/lifetime",
                    }
                    for name in asked
                    if name in known
                ]
            }
        )

    def delete(self, request: Request, number: str) -> Answer:
        person = self.signed_in_as(request, "threads_delete")
        post = self.found(number, person)
        now = self.now()
        if self.deleted_since(person, now - DAY) >= self.settings.most_deletes_a_day:
            refuse("The user has reached the maximum number of deletions", 9, subcode=2207042)
        self.deletes.append((person, now))
        post.deleted_at = now
        return as_json({"success": True, "deleted_id": number})


def missing(number: str) -> NoReturn:
    refuse(f"Unsupported request. Object with ID '{number}' does not exist", subcode=33)


def check_text(said: dict[str, str]) -> None:
    if said.get("media_type") not in MEDIA_TYPES:
        refuse(f"(#100) Param media_type must be one of {{{', '.join(MEDIA_TYPES)}}}")
    text, link, tag = said.get("text", ""), said.get("link_attachment", ""), said.get("topic_tag")
    if said["media_type"] == "TEXT" and not text:
        refuse("The parameter text is required")
    if length(text) > MOST:
        refuse(f"Param text must be at most {MOST} characters long.")
    if link and (said["media_type"] != "TEXT" or not ADDRESS.fullmatch(link)):
        refuse("Param link_attachment must be an address, on a text")
    if len({*ADDRESS.findall(text), *([link] if link else [])}) > 5:
        refuse("Too many links", subcode=TOO_MANY_LINKS, error_user_title="LINK_LIMIT_EXCEEDED")
    if tag is not None and (not 1 <= len(tag) <= 50 or {".", "&"} & set(tag)):
        refuse("Param topic_tag must have 1 to 50 characters and no . or &")

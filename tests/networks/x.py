"""X's API v2, paid by the call: https://docs.x.com/x-api/posts/create-post and around it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from html import escape
from typing import Any, NoReturn

from tests.networks import x_length
from tests.networks.stub import Handler, PathHandler, Post, Refused
from tests.networks.wire import Answer, Request, as_json
from tests.networks.x_members import Members, XApp, problem, refuse

DAY, QUARTER = 86400, 900
# In thousandths of a dollar.
PRICES = {
    "post": 15,
    "post with address": 200,
    "read": 5,
    "own read": 1,
    "user": 10,
    "delete": 10,
    "metadata": 5,
}
CREATING = {
    "text",
    "media",
    "quote_tweet_id",
    "reply",
    "reply_settings",
    "made_with_ai",
    "paid_partnership",
    "poll",
    "geo",
    "card_uri",
    "community_id",
    "nullcast",
    "for_super_followers_only",
    "direct_message_deep_link",
    "share_with_followers",
    "edit_options",
}
REPLYING = {"following", "mentionedUsers", "subscribers", "verified"}
FIELDS = {
    "id",
    "text",
    "author_id",
    "created_at",
    "entities",
    "public_metrics",
    "non_public_metrics",
    "edit_history_post_ids",
}
METRICS = (
    "retweet_count",
    "reply_count",
    "like_count",
    "quote_count",
    "bookmark_count",
    "impression_count",
)
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


@dataclass
class XSettings(XApp):
    """``capped``: the money is spent. ``forbidden``: the application is not enrolled. ``owner``
    pays less for reading their own posts."""

    posts_a_quarter: int = 100
    posts_a_day: int = 10_000
    deletes_a_quarter: int = 50
    uploads_a_quarter: int = 500
    image_bytes: int = 5_000_000
    too_long_status: int = 400
    capped: bool = False
    capped_status: int = 429
    forbidden: bool = False
    owner: str = ""


@dataclass(slots=True)
class Media:
    owner: str
    body: bytes
    until: float
    alt_text: str = ""


def refuse_invalid(message: str) -> NoReturn:
    said = "One or more parameters to your request was invalid."
    errors = [{"message": message, "parameters": {}}]
    refuse(400, "Invalid Request", said, "invalid-request", errors=errors)


class X(Members):
    name = "x"

    def __init__(self, settings: XSettings | None = None) -> None:
        super().__init__(settings or XSettings())

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            **super().routes(),
            ("GET", "/2/users/me"): self.me,
            ("POST", "/2/tweets"): self.create,
            ("GET", "/2/tweets"): self.look_up,
            ("POST", "/2/media/upload"): self.upload,
            ("GET", "/2/media/upload"): self.upload_status,
            ("POST", "/2/media/metadata"): self.describe,
            ("GET", "/_stub/charged"): self.told_charged,
        }

    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        return [
            ("DELETE", r"/2/tweets/(\d+)", self.delete),
            ("GET", r"/2/users/([^/]+)/tweets", self.timeline),
        ]

    def forget(self) -> None:
        super().forget()
        self.media: dict[str, Media] = {}
        self.metrics: dict[str, dict[str, int]] = {}
        self.said: dict[tuple[str, ...], Post] = {}
        self.charges: dict[str, int] = dict.fromkeys(PRICES, 0)
        self.read_today: set[tuple[int, str]] = set()
        self.windows: dict[tuple[str, str], tuple[float, int]] = {}

    @property
    def charged(self) -> Decimal:
        """In dollars."""
        mills = sum(PRICES[what] * times for what, times in self.charges.items())
        return Decimal(mills) / 1000

    def told_charged(self, _: Request) -> Answer:
        return as_json({"charged": str(self.charged), "charges": self.charges})

    def unknown(self, request: Request) -> Answer:
        return problem(404, "Not Found", f"{request.path} is not here")

    # Every call

    def caller(self, request: Request, *scopes: str) -> str:
        person = self.signed_in_as(request, *scopes)
        if self.settings.forbidden:
            said = "The application is not attached to a project with access to this endpoint."
            reason = {"reason": "client-not-enrolled", "client_id": self.settings.client_id}
            refuse(403, "Client Forbidden", said, "client-forbidden", **reason)
        if self.settings.capped:
            said = "Usage cap exceeded: Monthly product cap"
            more = {"period": "Monthly", "scope": "Product"}
            status = self.settings.capped_status
            refuse(status, "UsageCapExceeded", said, "usage-capped", **more)
        return person

    def pay(self, what: str, times: int = 1) -> None:
        self.charges[what] += times

    def read(self, posts: list[Post], person: str) -> None:
        """The same is paid for once in a day."""
        for post in posts:
            key = (int(self.now() // DAY), post.id)
            if key not in self.read_today:
                self.read_today.add(key)
                own = post.author == person == self.settings.owner
                self.pay("own read" if own else "read")

    def count(self, what: str, who: str, most: int, seconds: int) -> dict[str, str]:
        """The headers of the answer, unless it was one too many."""
        with self.lock:
            start, used = self.windows.get((what, who), (0.0, 0))
            if start + seconds <= self.now():
                start, used = self.now(), 0
            self.windows[what, who] = (start, used + 1)
        headers = {
            "x-rate-limit-limit": str(most),
            "x-rate-limit-remaining": str(max(0, most - used - 1)),
            "x-rate-limit-reset": str(int(start + seconds) + 1),
        }
        if used >= most:
            refused = problem(429, "Too Many Requests", "Too Many Requests", "rate-limit-exceeded")
            refused.headers.update(headers)
            raise Refused(refused)
        return headers

    def me(self, request: Request) -> Answer:
        person = self.caller(request, "users.read", "tweet.read")
        self.pay("user")
        return as_json({"data": {"id": person, "name": f"Name {person}", "username": person}})

    # Posts

    def create(self, request: Request) -> Answer:
        person = self.caller(request, "tweet.read", "tweet.write", "users.read")
        headers = self.count("post", person, self.settings.posts_a_quarter, QUARTER)
        self.count("post", "", self.settings.posts_a_day, DAY)
        sent = self.checked(request, person)
        text = sent.get("text", "")
        ids = tuple(sent.get("media", {}).get("media_ids", ()))
        with self.lock:
            earlier = self.said.get((person, text, *ids))
            if earlier and not earlier.deleted:
                said = "You are not allowed to create a Tweet with duplicate content."
                refuse(403, "Forbidden", said)
            post = self.add_post(Post(self.new_id(), person, text, self.now(), sent=sent))
            self.said[person, text, *ids] = post
            self.pay("post with address" if x_length.addresses(text) else "post")
        shown = self.shown(post, {"id", "text", "edit_history_post_ids"})
        return as_json({"data": shown}, 201, headers)

    def checked(self, request: Request, person: str) -> dict[str, Any]:
        sent = request.json
        if sent is None:
            refuse_invalid("The body is no JSON object.")
        if unknown := set(sent) - CREATING:
            refuse_invalid(f"$.{unknown.pop()}: is not defined in the schema")
        if not isinstance(sent.get("text", ""), str) or not (sent.get("text") or "media" in sent):
            refuse_invalid("$.text: is required")
        if sent.get("reply_settings", "following") not in REPLYING:
            refuse_invalid("$.reply_settings: does not have a value in the enumeration")
        for flag in ("made_with_ai", "paid_partnership"):
            if not isinstance(sent.get(flag, False), bool):
                refuse_invalid(f"$.{flag}: is not a boolean")
        if "quote_tweet_id" in sent or "reply" in sent:
            refuse(403, "Forbidden", "You are not permitted to perform this action.")
        if x_length.length(sent.get("text", "")) > x_length.MOST:
            status = self.settings.too_long_status
            title = "Bad Request" if status == 400 else "Forbidden"
            refuse(status, title, "Your Tweet text is too long.")
        if "media" in sent:
            self.check_media(sent["media"], person)
        return sent

    def check_media(self, sent: dict[str, Any], person: str) -> None:
        ids = sent.get("media_ids")
        if set(sent) - {"media_ids", "tagged_user_ids"} or not isinstance(ids, list):
            refuse_invalid("$.media: is not as the schema says")
        if not 1 <= len(ids) <= 4:
            refuse_invalid("$.media.media_ids: there must be 1 to 4")
        for number in ids:
            media = self.media.get(number) if isinstance(number, str) else None
            if media is None or media.owner != person or media.until <= self.now():
                refuse_invalid("Your media IDs are invalid.")

    def shown(self, post: Post, fields: set[str]) -> dict[str, Any]:
        text, urls = shortened(post.text)
        whole = {
            "id": post.id,
            "text": text,
            "edit_history_post_ids": [post.id],
            "author_id": post.author,
            "created_at": datetime.fromtimestamp(post.created_at, UTC).isoformat(
                timespec="milliseconds"
            ),
            "entities": {"urls": urls},
            "public_metrics": {**dict.fromkeys(METRICS, 0), **self.metrics.get(post.id, {})},
            "non_public_metrics": {"url_link_clicks": 0, "user_profile_clicks": 0},
        }
        return {name: value for name, value in whole.items() if name in fields}

    def fields_of(self, request: Request) -> set[str]:
        asked = set(filter(None, request.query.get("tweet.fields", "").split(",")))
        if unknown := asked - FIELDS:
            refuse_invalid(f"The tweet.fields parameter value [{unknown.pop()}] is unknown")
        return asked | {"id", "text", "edit_history_post_ids"}

    def look_up(self, request: Request) -> Answer:
        person = self.caller(request, "tweet.read", "users.read")
        fields = self.fields_of(request)
        ids = request.query.get("ids", "").split(",")
        if len(ids) > 100 or not all(re.fullmatch(r"\d{1,19}", each) for each in ids):
            refuse_invalid("The ids query parameter needs 1 to 100 numbers")
        found = [post for each in ids if (post := self.by_id.get(each)) and not post.deleted]
        said: dict[str, Any] = {}
        errors = [self.missing(each) for each in ids if each not in {post.id for post in found}]
        if "non_public_metrics" in fields:
            month = self.now() - 30 * DAY
            closed = [p for p in found if p.author != person or p.created_at < month]
            errors += [self.closed(post.id) for post in closed]
            found = [post for post in found if post not in closed]
        if found:
            said["data"] = [self.shown(post, fields) for post in found]
        if errors:
            said["errors"] = errors
        self.read(found, person)
        return as_json(said)

    def missing(self, number: str) -> dict[str, Any]:
        return {
            "resource_id": number,
            "detail": f"Could not find tweet with ids: [{number}].",
            "title": "Not Found Error",
            "type": "https://api.x.com/2/problems/resource-not-found",
        }

    def closed(self, number: str) -> dict[str, Any]:
        return {
            "resource_id": number,
            "detail": "Sorry, you are not authorized to access non_public_metrics.",
            "title": "Field Authorization Error",
            "type": "https://api.x.com/2/problems/not-authorized-for-field",
        }

    def timeline(self, request: Request, person: str) -> Answer:
        caller = self.caller(request, "tweet.read", "users.read")
        fields = self.fields_of(request)
        most = int(request.query.get("max_results", "10"))
        if not 5 <= most <= 100:
            refuse_invalid("The max_results query parameter is not between 5 and 100")
        after = int(request.query.get("since_id", "0"))
        found = [post for post in self.timeline_of(person) if int(post.id) > after][:most]
        self.read(found, caller)
        if not found:
            return as_json({"meta": {"result_count": 0}})
        meta = {"result_count": len(found), "newest_id": found[0].id, "oldest_id": found[-1].id}
        return as_json({"data": [self.shown(post, fields) for post in found], "meta": meta})

    def delete(self, request: Request, number: str) -> Answer:
        person = self.caller(request, "tweet.read", "tweet.write", "users.read")
        headers = self.count("delete", person, self.settings.deletes_a_quarter, QUARTER)
        post = self.by_id.get(number)
        if post is None or post.deleted:
            refuse(404, "Not Found Error", "Could not find the post.", "resource-not-found")
        if post.author != person:
            said = "You are not authorized to delete this Tweet."
            refuse(403, "Forbidden", said, "not-authorized-for-resource")
        post.deleted_at = self.now()
        self.pay("delete")
        return as_json({"data": {"deleted": True}}, 200, headers)

    # Media

    def upload(self, request: Request) -> Answer:
        person = self.caller(request, "media.write")
        headers = self.count("upload", person, self.settings.uploads_a_quarter, QUARTER)
        said = request.said
        if not request.parts and not request.json:
            refuse_invalid("Send parts of a form, or JSON")
        try:
            encoded = str(said.get("media", "")).encode()
            body = request.parts.get("media") or base64.b64decode(encoded, validate=True)
        except ValueError:
            refuse_invalid("$.media: is not base64")
        if said.get("media_category") not in {"tweet_image", "tweet_gif"}:
            refuse_invalid("$.media_category: does not have a value in the enumeration")
        if not body.startswith(PICTURES) or len(body) > self.settings.image_bytes:
            refuse_invalid("The media is no picture, or too large")
        number = self.new_id()
        self.media[number] = Media(person, body, self.now() + DAY)
        data = {
            "id": number,
            "media_key": f"3_{number}",
            "size": len(body),
            "expires_after_secs": DAY,
        }
        return as_json({"data": data}, 200, headers)

    def upload_status(self, request: Request) -> Answer:
        self.caller(request, "media.write")
        number = request.query.get("media_id", "")
        if number not in self.media or request.query.get("command") != "STATUS":
            refuse_invalid("media_id and command=STATUS are needed")
        info = {"state": "succeeded", "progress_percent": 100}
        return as_json({"data": {"id": number, "processing_info": info}})

    def describe(self, request: Request) -> Answer:
        person = self.caller(request, "media.write")
        sent = request.json or {}
        media = self.media.get(str(sent.get("id")))
        alt = sent.get("metadata", {}).get("alt_text", {})
        if media is None or media.owner != person or not 0 < len(alt.get("text", "")) <= 1000:
            refuse_invalid("id and metadata.alt_text.text (up to 1000 characters) are needed")
        media.alt_text = alt["text"]
        self.pay("metadata")
        return as_json({"data": {"id": sent["id"], "associated_metadata": {"alt_text": alt}}})


def shortened(text: str) -> tuple[str, list[dict[str, Any]]]:
    """As X gives a text back: addresses behind its own, and three signs for HTML."""
    parts, urls, at = [], [], 0
    for start, end in x_length.addresses(text):
        whole = text[start:end]
        short = "https://t.co/" + hashlib.sha256(whole.encode()).hexdigest()[:10]
        parts += [escape(text[at:start], quote=False), short]
        expanded = whole if "://" in whole else f"http://{whole}"
        urls.append({"url": short, "expanded_url": expanded, "display_url": whole[:26]})
        at = end
    return "".join([*parts, escape(text[at:], quote=False)]), urls

"""Two servers that speak Mastodon's language in their own way, as snac 2.75 and Takahe 0.11 did
when they were tried by hand.

Both publish the same again for the same ``Idempotency-Key``, and at once what was to be
published later.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any, NoReturn

from tests.networks.consent import Consenting
from tests.networks.stub import Handler, PathHandler, Post, Refused, Settings
from tests.networks.wire import Answer, Request, as_json

FIRST_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


@dataclass(frozen=True, slots=True)
class Quirks:
    """``most_characters`` is what it says; whether it looks is ``counts``."""

    version: str
    most_characters: int
    counts: bool
    deletes: bool
    second_instance: bool
    bad_token: int
    bad_token_body: str
    always_https: bool


SNAC = Quirks(
    version="4.0.0 (not true; really snac/2.75)",
    most_characters=100_000,
    counts=False,
    deletes=False,
    second_instance=False,
    bad_token=422,
    bad_token_body="",
    always_https=False,
)
TAKAHE = Quirks(
    version="takahe/0.11.0",
    most_characters=500,
    counts=True,
    deletes=True,
    second_instance=True,
    bad_token=400,
    bad_token_body='{"error": "invalid_token"}',
    always_https=True,
)


@dataclass(slots=True)
class Client:
    client_id: str
    client_secret: str
    redirect_uris: list[str]
    scopes: frozenset[str]


def refuse(status: int, error: str) -> NoReturn:
    raise Refused(as_json({"error": error}, status))


class Lenient(Consenting):
    code_seconds = 600.0

    def __init__(self, quirks: Quirks) -> None:
        self.quirks = quirks
        self.name = "snac" if quirks is SNAC else "takahe"
        super().__init__(Settings())

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("POST", "/api/v1/apps"): self.register,
            ("GET", "/oauth/authorize"): self.authorize,
            ("POST", "/oauth/authorize"): self.authorize,
            ("POST", "/oauth/token"): self.give_token,
            ("POST", "/oauth/revoke"): self.revoke,
            ("GET", "/api/v1/instance"): self.instance,
            ("GET", "/api/v2/instance"): self.second_instance,
            ("GET", "/api/v1/accounts/verify_credentials"): self.verify_credentials,
            ("POST", "/api/v1/statuses"): self.publish,
            ("POST", "/api/v1/media"): self.upload,
            ("POST", "/api/v2/media"): self.upload,
        }

    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        return [
            ("GET", r"/api/v1/statuses/(\w+)", self.status),
            ("DELETE", r"/api/v1/statuses/(\w+)", self.delete),
            ("GET", r"/api/v1/accounts/(\w+)/statuses", self.statuses),
            ("GET", r"/api/v1/media/(\w+)", self.media_status),
        ]

    def forget(self) -> None:
        super().forget()
        self.clients: dict[str, Client] = {}
        self.tokens: dict[str, str] = {}
        self.media: dict[str, dict[str, Any]] = {}
        self.counts: dict[str, dict[str, int]] = {}

    def unknown(self, request: Request) -> Answer:
        return as_json({"error": f"{request.path}: not found"}, 404)

    # Applications and tokens

    def register(self, request: Request) -> Answer:
        said = request.said
        uris = said.get("redirect_uris") or []
        uris = uris.split() if isinstance(uris, str) else uris
        if not said.get("client_name") or not uris:
            refuse(422, "client_name and redirect_uris are needed")
        client = Client(
            secrets.token_hex(16),
            secrets.token_hex(32),
            uris,
            frozenset((said.get("scopes") or "read").split()),
        )
        self.clients[client.client_id] = client
        return as_json(
            {
                "id": str(len(self.clients)),
                "name": said["client_name"],
                "website": said.get("website"),
                "redirect_uri": "\n".join(uris),
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "vapid_key": "",
            }
        )

    def app_problem(self, asked: dict[str, str]) -> str:
        client = self.clients.get(asked.get("client_id", ""))
        if client is None:
            return "Unknown client"
        return "" if asked.get("redirect_uri") in client.redirect_uris else "Wrong redirect_uri"

    def asked_problem(self, asked: dict[str, str]) -> str:
        if asked.get("response_type") != "code":
            return "response_type must be code"
        asked.setdefault("scope", "read")
        return ""

    def give_token(self, request: Request) -> Answer:
        said = request.said
        client = self.clients.get(said.get("client_id", ""))
        if client is None or client.client_secret != said.get("client_secret"):
            refuse(401, "invalid_client")
        code = self.take_code(said) if said.get("grant_type") == "authorization_code" else None
        if code is None or code.client_id != client.client_id:
            refuse(400, "invalid_grant")
        return as_json(
            {
                "access_token": self.connect(code.person),
                "token_type": "Bearer",
                "scope": " ".join(sorted(code.scope)),
                "created_at": int(self.now()),
            }
        )

    def revoke(self, request: Request) -> Answer:
        self.tokens.pop(request.said.get("token", ""), None)
        return as_json({})

    def connect(self, person: str) -> str:
        token = secrets.token_hex(24)
        self.tokens[token] = person
        return token

    def signed_in_as(self, request: Request) -> str:
        person = self.tokens.get(request.bearer)
        if person is None:
            body = self.quirks.bad_token_body.encode()
            kind = {"Content-Type": "application/json"}
            raise Refused(Answer(self.quirks.bad_token, body, kind))
        return person

    def account(self, request: Request, person: str) -> dict[str, Any]:
        url = f"{self.address(request)}/@{person}"
        return {"id": person, "username": person, "acct": person, "display_name": "", "url": url}

    def address(self, request: Request) -> str:
        here = request.here
        return here.replace("http://", "https://") if self.quirks.always_https else here

    def verify_credentials(self, request: Request) -> Answer:
        return as_json(self.account(request, self.signed_in_as(request)))

    # The server itself

    def limits(self) -> dict[str, Any]:
        return {
            "statuses": {
                "max_characters": self.quirks.most_characters,
                "max_media_attachments": 4,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": ["image/png", "image/jpeg", "image/gif", "image/webp"],
                "image_size_limit": 10_485_760,
            },
        }

    def instance(self, _: Request) -> Answer:
        about = {"uri": self.host, "title": self.name, "version": self.quirks.version}
        return as_json({**about, "configuration": self.limits()})

    def second_instance(self, request: Request) -> Answer:
        if not self.quirks.second_instance:
            return self.unknown(request)
        about = {"domain": self.host, "title": self.name, "version": self.quirks.version}
        return as_json({**about, "configuration": self.limits()})

    # Statuses

    def publish(self, request: Request) -> Answer:
        person = self.signed_in_as(request)
        said = request.said
        text = str(said.get("status") or "")
        if self.quirks.counts and len(text) > self.quirks.most_characters:
            refuse(400, "Status is too long")
        post = Post(self.new_id(), person, text, self.now(), sent=said)
        return as_json(self.as_status(request, self.add_post(post)))

    def as_status(self, request: Request, post: Post) -> dict[str, Any]:
        url = f"{self.address(request)}/@{post.author}/{post.id}"
        wanted = post.sent.get("media_ids", [])
        counts = {"favourites_count": 0, "reblogs_count": 0, "replies_count": 0}
        return {
            "id": post.id,
            "uri": url,
            "url": url,
            "created_at": datetime.fromtimestamp(post.created_at, UTC).isoformat(),
            "content": f"<p>{escape(post.text)}</p>",
            "visibility": post.sent.get("visibility", "public"),
            "language": post.sent.get("language"),
            "account": self.account(request, post.author),
            "media_attachments": [self.media[each] for each in wanted if each in self.media],
            **counts,
            **self.counts.get(post.id, {}),
        }

    def found(self, number: str) -> Post:
        post = self.by_id.get(number)
        if post is None or post.deleted:
            refuse(404, "Record not found")
        return post

    def status(self, request: Request, number: str) -> Answer:
        return as_json(self.as_status(request, self.found(number)))

    def statuses(self, request: Request, person: str) -> Answer:
        count = int(request.query.get("limit", "20"))
        shown = self.timeline_of(person)[:count]
        return as_json([self.as_status(request, post) for post in shown])

    def delete(self, request: Request, number: str) -> Answer:
        if not self.quirks.deletes:
            return self.unknown(request)
        person = self.signed_in_as(request)
        post = self.found(number)
        if post.author != person:
            refuse(404, "Record not found")
        post.deleted_at = self.now()
        return as_json({**self.as_status(request, post), "text": post.text})

    # Media

    def upload(self, request: Request) -> Answer:
        self.signed_in_as(request)
        file = request.parts.get("file", b"")
        if not file.startswith(FIRST_PICTURES):
            refuse(422, "File content type is invalid")
        number = self.new_id()
        self.media[number] = {
            "id": number,
            "type": "image",
            "url": f"{self.address(request)}/media/{number}",
            "description": request.said.get("description"),
        }
        return as_json(self.media[number])

    def media_status(self, request: Request, number: str) -> Answer:
        self.signed_in_as(request)
        return as_json(self.media[number]) if number in self.media else self.unknown(request)

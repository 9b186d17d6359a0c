"""A Bluesky server on this machine, with everything in one: names, identities, records, figures.

The real one is tried in `tests/bluesky_pds/`. This one is always there, fails when it is told
to, and says of itself whatever a test wants it to say: ``documents`` replaces what stands at a
path. Tokens, keys and proofs are checked as the real one checks them (`signing_in.py`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qs

import regex

from tests.channels.bluesky.signing_in import SignIn
from tests.networks.stub import Handler, PathHandler, Post, Refused, Stub
from tests.networks.stub import Settings as StubSettings
from tests.networks.wire import Answer, Request, as_json

COLLECTION = "app.bsky.feed.post"
XRPC = "/xrpc/com.atproto"


@dataclass
class Settings(StubSettings):
    """``largest_blob`` in bytes; ``figures`` are those of every post."""

    largest_blob: int = 1_000_000
    figures: dict[str, Any] = field(
        default_factory=lambda: dict.fromkeys(
            ["likeCount", "replyCount", "repostCount", "quoteCount", "bookmarkCount"], 0
        )
    )


@dataclass(slots=True)
class Person:
    did: str
    handle: str


def did_of(name: str) -> str:
    digest = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode().lower()
    return f"did:plc:{digest[:24]}"


class Bluesky(Stub):
    name = "bluesky"
    settings: Settings
    people: ClassVar = ["p1.test", "p2.test", "p3.test"]

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.sign_in = SignIn(self)
        super().__init__(Settings())

    def forget(self) -> None:
        self.documents.clear()
        self.sign_in.forget()
        self.by_handle = {name: Person(did_of(name), name) for name in self.people}
        self.by_did = {person.did: person for person in self.by_handle.values()}
        self.signed_in = self.people[0]

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {
            ("GET", f"{XRPC}.identity.resolveHandle"): self.resolve,
            ("GET", "/.well-known/oauth-protected-resource"): self.resource,
            ("GET", "/.well-known/oauth-authorization-server"): self.sign_in.described,
            ("POST", "/oauth/par"): self.sign_in.pushed,
            ("POST", "/oauth/token"): self.sign_in.token,
            ("POST", "/oauth/revoke"): self.sign_in.revoke,
            ("POST", f"{XRPC}.repo.createRecord"): self.create,
            ("POST", f"{XRPC}.repo.putRecord"): self.put,
            ("POST", f"{XRPC}.repo.deleteRecord"): self.delete,
            ("POST", f"{XRPC}.repo.uploadBlob"): self.upload,
            ("GET", f"{XRPC}.repo.getRecord"): self.get,
            ("GET", "/xrpc/app.bsky.feed.getPosts"): self.posts_seen,
        }

    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        return [("GET", r"/(did:plc:[a-z2-7]+)", self.identity)]

    def say(self, request: Request) -> Answer:
        if request.path in self.documents:
            found = self.documents[request.path]
            return found if isinstance(found, Answer) else as_json(found)
        return super().say(request)

    def unknown(self, request: Request) -> Answer:
        return refused("MethodNotImplemented", 404 if request.method == "GET" else 501)

    def connect(self, person: str) -> str:
        """The keys of an account, as JSON; ``person`` is a handle."""
        return json.dumps(self.sign_in.session_of(self.by_handle[person].did))

    # Who is who

    def resolve(self, request: Request) -> Answer:
        person = self.by_handle.get(request.query.get("handle", ""))
        if not person:
            return refused("InvalidRequest", message="Unable to resolve handle")
        return as_json({"did": person.did})

    def identity(self, _: Request, did: str) -> Answer:
        person = self.by_did.get(did)
        return as_json(self.identity_document(person)) if person else Answer(404)

    def identity_document(self, person: Person, **other: Any) -> dict[str, Any]:
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.url,
        }
        return {
            "id": person.did,
            "alsoKnownAs": [f"at://{person.handle}"],
            "service": [service],
            **other,
        }

    def resource(self, _: Request) -> Answer:
        return as_json({"resource": self.url, "authorization_servers": [self.url]})

    # Records

    def create(self, request: Request) -> Answer:
        did, wanted = self.allowed(request, "create")
        uri = address_of(did, wanted)
        with self.lock:
            if uri in self.by_id and not self.by_id[uri].deleted:
                return refused("InternalServerError", 500)
            record = self.checked(wanted["record"])
            self.by_id.pop(uri, None)
            self.add_post(Post(uri, did, record["text"], self.now(), sent=record))
        return as_json({"uri": uri, "cid": "bafy", "validationStatus": "valid"})

    def put(self, request: Request) -> Answer:
        did, wanted = self.allowed(request, "update")
        post = self.by_id[address_of(did, wanted)]
        record = self.checked(wanted["record"])
        post.text, post.sent = record["text"], record
        return as_json({"uri": post.id, "cid": "bafy", "validationStatus": "valid"})

    def delete(self, request: Request) -> Answer:
        did, wanted = self.allowed(request, "delete")
        post = self.by_id.get(address_of(did, wanted))
        if post and not post.deleted:
            post.deleted_at = self.now()
        return as_json({})

    def get(self, request: Request) -> Answer:
        post = self.by_id.get(address_of(request.query["repo"], request.query))
        if post is None or post.deleted:
            return refused("RecordNotFound", message="Could not locate record")
        return as_json({"uri": post.id, "cid": "bafy", "value": post.sent})

    def upload(self, request: Request) -> Answer:
        self.sign_in.whose(request)
        digest = hashlib.sha256(request.body).hexdigest()
        blob = {
            "$type": "blob",
            "ref": {"$link": f"bafkrei{digest}"},
            "mimeType": request.headers["content-type"],
            "size": len(request.body),
        }
        return as_json({"blob": blob})

    def posts_seen(self, request: Request) -> Answer:
        uris = parse_qs(request.query_string).get("uris", [])
        assert 1 <= len(uris) <= 25
        live = [post for post in self.live if post.id in uris]
        return as_json({"posts": [{"uri": post.id, **self.settings.figures} for post in live]})

    def allowed(self, request: Request, action: str) -> tuple[str, dict[str, Any]]:
        did, scope = self.sign_in.whose(request)
        wanted = json.loads(request.body)
        granted = f"repo:{COLLECTION}?" in scope and f"action={action}" in scope
        if not (granted or "transition:generic" in scope) or wanted["collection"] != COLLECTION:
            raise Refused(refused("ScopeMissingError", 403))
        if wanted["repo"] != did:
            raise Refused(refused("InvalidRequest", message="Not your repository"))
        return did, wanted

    def checked(self, record: dict[str, Any]) -> dict[str, Any]:
        if len(regex.findall(r"\X", record["text"])) > 300:
            raise Refused(invalid("grapheme too big (maximum 300, got more) at $.record.text"))
        if len(record["text"].encode()) > 3000:
            raise Refused(invalid("string too big (maximum 3000, got more) at $.record.text"))
        for image in record.get("embed", {}).get("images", []):
            if image["image"]["size"] > self.settings.largest_blob:
                raise Refused(invalid("blob too big at $.record.embed.images[0].image"))
        return record


def address_of(did: str, wanted: Mapping[str, str]) -> str:
    return f"at://{did}/{wanted['collection']}/{wanted['rkey']}"


def invalid(message: str) -> Answer:
    return refused("InvalidRequest", message=f"Invalid {COLLECTION} record: {message}")


def refused(error: str, status: int = 400, *, message: str = "") -> Answer:
    return as_json({"error": error, "message": message or error}, status)

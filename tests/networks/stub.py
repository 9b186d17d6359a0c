"""What every network on this machine has: posts, requests seen, failures to order, and time.

Addresses for a test in another process: ``GET /_stub/`` (how many posts, which were doubled),
``GET /_stub/posts``, ``GET /_stub/requests``, ``POST /_stub/faults`` (the fields of ``Fault``),
``POST /_stub/connect`` ``{"people": [..]}``, ``POST /_stub/settings``, ``POST /_stub/skip``
``{"seconds": n}`` and ``POST /_stub/reset``.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from tests.networks.wire import Answer, Request, as_json, listening, serve_requests

REMEMBERED = 2000
LONGEST_REMEMBERED = 65536


class Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(slots=True)
class Post:
    """``text`` is what readers see."""

    id: str
    author: str
    text: str
    created_at: float
    deleted_at: float | None = None
    sent: dict[str, Any] = field(default_factory=dict)

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None


@dataclass(slots=True)
class Seen:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int


@dataclass(slots=True)
class Fault:
    """What happens to the next ``times`` requests, ``after`` having done what they ask or instead.

    ``drop`` hangs up without a word; ``seconds`` is a wait before either.
    """

    method: str
    path: str
    status: int = 503
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    seconds: float = 0.0
    after: bool = False
    drop: bool = False

    def meets(self, request: Request) -> bool:
        right = self.method in {"*", request.method}
        return right and re.search(self.path, request.target) is not None


@dataclass
class Settings:
    """What a test may switch; a network adds its own."""


Handler = Callable[[Request], Answer]
PathHandler = Callable[[Request, str], Answer]


class Stub:
    name = ""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.url = ""
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.skipped = 0.0
        self.signed_in = "p1"
        self.exact = {
            ("GET", "/_stub/"): self.told_counts,
            ("GET", "/_stub/posts"): self.told_posts,
            ("GET", "/_stub/requests"): self.told_requests,
            ("POST", "/_stub/faults"): self.told_fault,
            ("POST", "/_stub/connect"): self.told_connect,
            ("POST", "/_stub/settings"): self.told_settings,
            ("POST", "/_stub/skip"): self.told_skip,
            ("POST", "/_stub/reset"): self.told_reset,
            **self.routes(),
        }
        self.by_pattern = [
            (method, re.compile(pattern), handler) for method, pattern, handler in self.patterns()
        ]
        self.reset()

    def reset(self) -> None:
        """As it was when it started; what was registered and connected is forgotten too."""
        with self.lock:
            self.posts: list[Post] = []
            self.by_id: dict[str, Post] = {}
            self.by_author: dict[str, list[Post]] = {}
            self.requests: deque[Seen] = deque(maxlen=REMEMBERED)
            self.faults: list[Fault] = []
            self.last_id = 7_000_000_000_000_000_000
            self.forget()

    # What a network says of itself

    def routes(self) -> dict[tuple[str, str], Handler]:
        return {}

    def patterns(self) -> list[tuple[str, str, PathHandler]]:
        """Each with one group, which its handler is given."""
        return []

    def forget(self) -> None:
        raise NotImplementedError

    def connect(self, person: str) -> str:
        """An access token of somebody who said "Allow"."""
        raise NotImplementedError

    def unknown(self, request: Request) -> Answer:
        raise NotImplementedError

    # What tests ask

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def now(self) -> float:
        return time.time() + self.skipped

    def skip(self, seconds: float) -> None:
        self.skipped += seconds

    def fail_next(self, method: str, path: str, status: int = 503, **more: Any) -> None:
        """``path`` is a regular expression on path and query; the rest are fields of ``Fault``."""
        with self.lock:
            self.faults.append(Fault(method, path, status, **more))

    @property
    def live(self) -> list[Post]:
        return [post for post in self.posts if not post.deleted]

    def duplicates(self) -> dict[tuple[str, str], int]:
        """Which author said what more than once, of what still stands."""
        counted = Counter((post.author, post.text) for post in self.live)
        return {key: times for key, times in counted.items() if times > 1}

    # What networks share

    def new_id(self) -> str:
        with self.lock:
            self.last_id += 1
            return str(self.last_id)

    def add_post(self, post: Post) -> Post:
        with self.lock:
            self.posts.append(post)
            self.by_id[post.id] = post
            self.by_author.setdefault(post.author, []).append(post)
        return post

    def posted_since(self, author: str, since: float) -> int:
        """Deleted ones count as well."""
        return sum(post.created_at >= since for post in self.by_author.get(author, ()))

    def timeline_of(self, author: str) -> list[Post]:
        """What still stands, the latest first."""
        return [post for post in reversed(self.by_author.get(author, ())) if not post.deleted]

    # Answering

    def answer(self, request: Request) -> Answer | None:
        fault = self.next_fault(request)
        if fault is None:
            said = self.say(request)
        else:
            if fault.after:
                self.say(request)
            self.stopping.wait(fault.seconds)
            said = Answer(fault.status, fault.body.encode(), dict(fault.headers))
        dropped = fault is not None and fault.drop
        if not request.path.startswith("/_stub/"):
            self.remember(request, 0 if dropped else said.status)
        return None if dropped else said

    def next_fault(self, request: Request) -> Fault | None:
        if not self.faults:
            return None
        with self.lock:
            for fault in self.faults:
                if fault.meets(request):
                    fault.times -= 1
                    if not fault.times:
                        self.faults.remove(fault)
                    return fault
        return None

    def remember(self, request: Request, status: int) -> None:
        body = request.body[:LONGEST_REMEMBERED]
        self.requests.append(Seen(request.method, request.target, request.headers, body, status))

    def say(self, request: Request) -> Answer:
        try:
            if handler := self.exact.get((request.method, request.path)):
                return handler(request)
            for method, pattern, path_handler in self.by_pattern:
                if method == request.method and (found := pattern.fullmatch(request.path)):
                    return path_handler(request, found[1])
            return self.unknown(request)
        except Refused as refused:
            return refused.answer

    # Addresses for a test in another process

    def told_counts(self, _: Request) -> Answer:
        doubled = [
            {"author": author, "text": text, "times": times}
            for (author, text), times in self.duplicates().items()
        ]
        return as_json({"posts": len(self.posts), "live": len(self.live), "duplicates": doubled})

    def told_posts(self, _: Request) -> Answer:
        return as_json([{**asdict(post), "deleted": post.deleted} for post in self.posts])

    def told_requests(self, _: Request) -> Answer:
        return as_json(
            [
                {"method": seen.method, "target": seen.target, "status": seen.status}
                for seen in self.requests
            ]
        )

    def told_fault(self, request: Request) -> Answer:
        fault = Fault(**json.loads(request.body))
        with self.lock:
            self.faults.append(fault)
        return as_json({})

    def told_connect(self, request: Request) -> Answer:
        people = json.loads(request.body)["people"]
        return as_json({person: self.connect(person) for person in people})

    def told_settings(self, request: Request) -> Answer:
        for name, value in json.loads(request.body).items():
            known = getattr(self.settings, name)
            setattr(self.settings, name, tuple(value) if isinstance(known, tuple) else value)
        return as_json(asdict(self.settings))

    def told_skip(self, request: Request) -> Answer:
        self.skip(json.loads(request.body)["seconds"])
        return as_json({"now": self.now()})

    def told_reset(self, _: Request) -> Answer:
        self.reset()
        return as_json({})


AnyStub = TypeVar("AnyStub", bound=Stub)


@contextmanager
def serve(stub: AnyStub, port: int = 0) -> Iterator[AnyStub]:
    """The stub, listening on this machine until the block ends."""
    with listening(lambda connection: serve_requests(connection, stub.answer), port) as host:
        stub.url = f"http://{host}"
        try:
            yield stub
        finally:
            stub.stopping.set()

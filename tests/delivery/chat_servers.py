"""Slack and Teams on this machine, as their documentation says that they answer.

Each keeps what it was sent and checks it the way the real one does, so that a message that
they would refuse is refused here.
"""

from __future__ import annotations

import json
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SIG = "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=s3cr3t-s1gnature"


@dataclass
class Answer:
    status: int = 200
    body: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)


class ChatServer(ABC):
    """``next_answers`` come first, one for each message; after them every good message is taken."""

    good: Answer
    path: str

    def __init__(self, host: str) -> None:
        self.host = host
        self.got: list[dict[str, Any]] = []
        self.kinds: list[str] = []
        self.next_answers: list[Answer] = []

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"

    def refuses(self, status: int, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.next_answers.append(Answer(status, body, named))

    def answer(self, kind: str, body: bytes) -> Answer:
        message = json.loads(body)
        self.kinds.append(kind)
        self.got.append(message)
        if self.next_answers:
            return self.next_answers.pop(0)
        return self.problem(message) or self.good

    @abstractmethod
    def problem(self, message: dict[str, Any]) -> Answer | None:
        """What the real one would refuse this with."""


class SlackServer(ChatServer):
    good = Answer(200, "ok")
    path = "/services/T0001/B0001/aBcDeFgHiJkL"

    def problem(self, message: dict[str, Any]) -> Answer | None:
        if not message.get("text"):
            return Answer(400, "no_text")
        blocks = message.get("blocks", [])
        good = len(blocks) <= 50 and all(self.is_block(block) for block in blocks)
        return None if good else Answer(400, "invalid_blocks")

    def is_block(self, block: dict[str, Any]) -> bool:
        kind = block["type"]
        if kind == "header":
            return block["text"]["type"] == "plain_text" and is_text(block["text"], 150)
        if kind == "section":
            return is_text(block["text"], 3000)
        if kind == "context":
            return 1 <= len(block["elements"]) <= 10 and is_text(block["elements"][0], 2000)
        if kind == "image":
            return 0 < len(block["alt_text"]) <= 2000 and 0 < len(block["image_url"]) <= 3000
        if kind == "actions":
            return 1 <= len(block["elements"]) <= 25 and all(map(is_button, block["elements"]))
        return bool(kind == "divider")


def is_text(text: dict[str, Any], most: int) -> bool:
    bare = re.sub(r"&(amp|lt|gt);", "", text["text"])
    return 0 < len(text["text"]) <= most and not re.search(r"[&<>]", bare)


def is_button(button: dict[str, Any]) -> bool:
    whole = button["url"].startswith(("https://", "http://")) and len(button["url"]) <= 3000
    return button["type"] == "button" and is_text(button["text"], 75) and whole


class TeamsServer(ChatServer):
    good = Answer(202, "")
    path = f"/powerautomate/automations/direct/workflows/0f/triggers/manual/paths/invoke{SIG}"

    def problem(self, message: dict[str, Any]) -> Answer | None:
        if len(json.dumps(message, ensure_ascii=False).encode()) > 28 * 1024:
            return Answer(413, error_body("RequestEntityTooLarge"))
        attachment = message.get("attachments", [{}])[0]
        if message.get("type") != "message" or attachment.get("contentType") != (
            "application/vnd.microsoft.card.adaptive"
        ):
            return Answer(400, error_body("TriggerInputSchemaMismatch"))
        return None


def error_body(code: str) -> str:
    """As Power Automate words it."""
    return json.dumps({"error": {"code": code, "message": f"The workflow says {code}."}})


@contextmanager
def running(kind: type[ChatServer]) -> Iterator[ChatServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = chat.answer(self.headers["Content-Type"], body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            said = answer.body.encode()
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    chat = kind(f"127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

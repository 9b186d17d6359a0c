"""Somebody who is connected to X, and what they ask of it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.networks.asking import http
from tests.networks.x import X

PNG = b"\x89PNG\r\n\x1a\n\xff\xfe"


class Person:
    def __init__(self, x: X, name: str = "p1", scope: str = "") -> None:
        self.x, self.name = x, name
        self.token = x.connect(name, scope)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return http.request(method, self.x.url + path, headers=headers, **more)

    def post(self, text: str = "Hello", **more: Any) -> httpx.Response:
        return self.ask("POST", "/2/tweets", json={"text": text, **more})

    def number(self, text: str = "Hello") -> str:
        return str(self.post(text).json()["data"]["id"])

    def picture(self) -> str:
        data = {"media_category": "tweet_image"}
        file = {"media": ("a.png", PNG, "image/png")}
        answer = self.ask("POST", "/2/media/upload", data=data, files=file)
        return str(answer.json()["data"]["id"])

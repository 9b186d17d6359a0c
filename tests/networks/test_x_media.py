"""Which pictures X takes."""

from __future__ import annotations

import base64
from typing import Any

from tests.networks.x import X
from tests.networks.x_person import PNG, Person


def test_a_picture_comes_as_a_form_or_as_json_and_gets_its_words(x: X) -> None:
    person = Person(x)
    number = person.picture()
    encoded = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image"}
    other = person.ask("POST", "/2/media/upload", json=encoded).json()["data"]["id"]
    words = {"id": number, "metadata": {"alt_text": {"text": "A pump"}}}

    assert person.ask("POST", "/2/media/metadata", json=words).status_code == 200
    assert x.media[number].alt_text == "A pump"
    assert x.media[other].body == PNG
    status = person.ask("GET", f"/2/media/upload?media_id={number}&command=STATUS").json()
    assert status["data"]["processing_info"]["state"] == "succeeded"
    assert person.post(media={"media_ids": [number, other]}).status_code == 201


def test_wrong_pictures_are_refused(x: X) -> None:
    person, colleague = Person(x), Person(x, "p2")
    number = person.picture()

    def upload(**said: Any) -> int:
        return person.ask("POST", "/2/media/upload", **said).status_code

    category = {"media_category": "tweet_image"}
    assert upload(json={"media": "???", **category}) == 400
    assert upload(json={"media": base64.b64encode(b"text").decode(), **category}) == 400
    assert upload(json={"media": base64.b64encode(PNG).decode()}) == 400
    assert upload(content=b"text") == 400
    x.settings.image_bytes = 3
    assert upload(json={"media": base64.b64encode(PNG).decode(), **category}) == 400
    long = {"id": number, "metadata": {"alt_text": {"text": "x" * 1001}}}
    assert person.ask("POST", "/2/media/metadata", json=long).status_code == 400
    assert person.ask("GET", "/2/media/upload?media_id=1&command=STATUS").status_code == 400
    assert colleague.post(media={"media_ids": [number]}).status_code == 400
    x.skip(86401)
    assert Person(x).post(media={"media_ids": [number]}).status_code == 400

"""The outbox shows mails in a demonstration, and does not exist elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from vaandel.mailing.models import OutgoingMessage

Queue = Callable[..., OutgoingMessage]


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.parametrize("path", ["", "{id}/", "{id}/html/"])
def test_outside_a_demonstration_there_is_no_outbox(
    client: Client, queue: Queue, settings: Any, path: str
) -> None:
    settings.DEMO = False
    message = queue()

    response = client.get("/demo/outbox/" + path.format(id=message.pk))

    assert response.status_code == 404


@pytest.mark.usefixtures("demo")
def test_an_empty_outbox_says_so(client: Client, db: None) -> None:
    response = client.get("/demo/outbox/")

    assert response.status_code == 200
    assert "No mails yet" in response.content.decode()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("count", [1, 3, 101])
def test_the_newest_hundred_are_listed_in_one_query(
    client: Client, queue: Queue, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        queue(f"p{number}@acme.example")

    with django_assert_num_queries(1):
        response = client.get("/demo/outbox/")

    page = response.content.decode()
    assert page.count("Hello Bob</a>") == min(count, 100)
    assert f"p{count - 1}@acme.example" in page


@pytest.mark.usefixtures("demo")
def test_mails_are_found_by_address_subject_and_words(client: Client, queue: Queue) -> None:
    queue("one@acme.example", context={"name": "Ann", "url": "https://vaandel.example/first"})
    queue("two@acme.example", context={"name": "Ben", "url": "https://vaandel.example/second"})

    def found(search: str) -> list[str]:
        page = client.get("/demo/outbox/", {"q": search}).content.decode()
        return [name for name in ("Ann", "Ben") if f"Hello {name}</a>" in page]

    assert found("one@") == ["Ann"]
    assert found("hello ben") == ["Ben"]
    assert found("second") == ["Ben"]
    assert found("acme") == ["Ann", "Ben"]
    assert found("%") == []
    assert found("x" * 101) == ["Ann", "Ben"]
    missing = client.get("/demo/outbox/", {"q": "<b>"}).content.decode()
    assert "No mail has “&lt;b&gt;” in its address, subject or text." in missing


@pytest.mark.usefixtures("demo")
def test_a_mail_is_shown_as_html_and_as_text_with_links(client: Client, queue: Queue) -> None:
    message = queue(to_name="Bob")

    page = client.get(f"/demo/outbox/{message.pk}/").content.decode()

    assert f'src="/demo/outbox/{message.pk}/html/"' in page
    assert 'href="https://vaandel.example/p/x/?a=1&amp;b=2"' in page


@pytest.mark.usefixtures("demo")
def test_the_html_is_alone_in_its_frame_and_runs_nothing(client: Client, queue: Queue) -> None:
    message = queue()

    response = client.get(f"/demo/outbox/{message.pk}/html/")

    html = response.content.decode()
    assert '<head><base target="_top">' in html
    assert html.replace('<base target="_top">', "", 1) == message.html
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src 'self'")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("path", ["99/", "99/html/"])
def test_a_mail_that_is_not_there_is_not_found(client: Client, db: None, path: str) -> None:
    assert client.get(f"/demo/outbox/{path}").status_code == 404

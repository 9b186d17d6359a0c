"""Topics with their flags, and the settings of the programme."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.factories import MemberFactory, TopicFactory
from vaandel.organizations.models import AuditEntry, Member, Organization
from vaandel.programmes.models import Programme, Topic
from vaandel.programmes.queries import topics_in_order

NEW = {"name": "Sun and wind", "description": "", "colour": "gold", "pattern": "sun"}


def test_a_topic_is_made_once(
    alice: Member, topic: Topic, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    out = io.BytesIO()
    Image.new("RGB", (1600, 400), "green").save(out, "PNG")
    client.post(
        "/o/acme/topics/new/", {**NEW, "picture": SimpleUploadedFile("x.png", out.getvalue())}
    )
    twice = client.post("/o/acme/topics/new/", NEW)

    made = Topic.objects.get(name="Sun and wind")
    assert twice.status_code == 422
    assert "There is already a topic with this name." in twice.content.decode()
    assert (made.colour, made.pattern, made.position) == ("gold", "sun", topic.position + 1)
    assert (made.picture.width, made.picture.height) == (800, 500)
    made.picture.close()


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("colour", "neon"), ("pattern", "<b>")])
def test_a_wrong_topic_is_not_made(
    alice: Member, client_as: Callable[[Member], Client], field: str, value: str
) -> None:
    response = client_as(alice).post("/o/acme/topics/new/", {**NEW, field: value})

    assert response.status_code == 422
    assert Topic.objects.count() == 0


def test_editing_archiving_and_offering_again(
    alice: Member, topic: Topic, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    client.post(f"/o/acme/topics/{topic.pk}/", {**NEW, "name": "<i>Heat</i>"})
    client.post(f"/o/acme/topics/{topic.pk}/archive/")
    client.post(f"/o/acme/topics/{topic.pk}/archive/")
    archived = client.get("/o/acme/topics/").content.decode()
    client.post(f"/o/acme/topics/{topic.pk}/restore/")

    topic.refresh_from_db()
    assert topic.name == "<i>Heat</i>"
    assert topic.archived_at is None
    assert "&lt;i&gt;Heat&lt;/i&gt;" in archived
    assert "No topics yet" in archived
    assert AuditEntry.objects.filter(action="topic.archived").count() == 1


def test_the_order_is_the_owners(
    alice: Member, programme: Programme, client_as: Callable[[Member], Client]
) -> None:
    topics = [TopicFactory.create(programme=programme, name=name) for name in "abc"]
    client = client_as(alice)

    client.post(f"/o/acme/topics/{topics[2].pk}/up/")
    client.post(f"/o/acme/topics/{topics[2].pk}/up/")
    client.post(f"/o/acme/topics/{topics[2].pk}/up/")
    client.post(f"/o/acme/topics/{topics[0].pk}/down/")

    assert [topic.name for topic in topics_in_order(programme)] == ["c", "b", "a"]


def test_an_archived_topic_does_not_move(
    alice: Member, topic: Topic, client_as: Callable[[Member], Client]
) -> None:
    client = client_as(alice)
    client.post(f"/o/acme/topics/{topic.pk}/archive/")

    client.post(f"/o/acme/topics/{topic.pk}/up/")

    assert not AuditEntry.objects.filter(action="topic.moved").exists()


def test_another_organisations_topic_does_not_exist(
    topic: Topic, charlie: Member, client_as: Callable[[Member], Client]
) -> None:
    assert client_as(charlie).get(f"/o/globex/topics/{topic.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_topics(
    alice: Member, programme: Programme, client_as: Callable[[Member], Client], count: int,
    django_assert_num_queries: Callable[[int], object],
) -> None:  # fmt: skip
    for number in range(count):
        TopicFactory.create(programme=programme, name=f"T{number}")
    client = client_as(alice)

    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        client.get("/o/acme/topics/")


def test_what_we_expect_reaches_the_invitations(
    acme: Organization, alice: Member, programme: Programme, client_as: Callable[[Member], Client]
) -> None:
    sent = {
        "name": "Voices",
        "expectation": "Once a month.",
        "asks_per_week": "2",
        "messages_per_week": "1",
        "offer_percent": "50",
        "four_eyes": "on",
        "owner": alice.pk,
    }
    client_as(alice).post("/o/acme/programme/settings/", sent)

    programme.refresh_from_db()
    acme.refresh_from_db()
    assert (programme.name, programme.asks_per_week, programme.four_eyes) == ("Voices", 2, True)
    assert (programme.messages_per_week, programme.offer_percent) == (1, 50)
    assert programme.owner == alice
    assert acme.expectation == "Once a month."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("asks_per_week", "4"),
        ("messages_per_week", "4"),
        ("offer_percent", "100"),
        ("owner", "other"),
    ],
)
def test_wrong_settings_are_refused(
    acme: Organization,
    alice: Member,
    programme: Programme,
    client_as: Callable[[Member], Client],
    field: str,
    value: str,
) -> None:
    other = MemberFactory.create(organization=acme)
    sent = {
        "name": "Voices",
        "expectation": "",
        "asks_per_week": "2",
        "messages_per_week": "2",
        "offer_percent": "25",
        "owner": "",
    }

    response = client_as(alice).post(
        "/o/acme/programme/settings/", {**sent, field: other.pk if value == "other" else value}
    )

    assert response.status_code == 422

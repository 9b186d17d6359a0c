"""What an editor may type in a post, and what happens with nonsense."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.factories import MemberFactory, TopicFactory, UnitFactory
from tests.posts.conftest import address, form_of, said_on
from vaandel.accounts.models import User
from vaandel.organizations.models import Member, Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

HOSTILE = '<script>alert("x")</script>&"\'<b>'


def test_times_are_those_of_the_person(draft: Post, alice: Member, studio: Client) -> None:
    User.objects.filter(pk=alice.user_id).update(time_zone="America/New_York")

    studio.post(address(draft), form_of(draft, publish_at="2030-01-15T09:30"))

    draft.refresh_from_db()
    assert draft.publish_at == datetime(2030, 1, 15, 14, 30, tzinfo=UTC)
    assert 'value="2030-01-15T09:30"' in studio.get(address(draft)).content.decode()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2030-03-31T02:30", "this time does not exist. Choose 03:30."),
        ("2030-10-27T02:30", "this time comes twice. Choose another one."),
        ("next Tuesday", "This is not a day with a time."),
        ("99999-01-01T00:00", "This is not a day with a time."),
    ],
)
def test_a_moment_that_no_clock_shows_once(
    draft: Post, studio: Client, moment: str, said: str
) -> None:
    response = studio.post(address(draft), form_of(draft, publish_at=moment))

    assert response.status_code == 422
    assert said in said_on(response)
    assert f'value="{moment}"' in said_on(response)


def test_the_end_comes_after_the_beginning(draft: Post, studio: Client) -> None:
    response = studio.post(
        address(draft),
        form_of(draft, publish_at="2030-01-15T09:30", expires_at="2030-01-15T09:30"),
    )

    assert response.status_code == 422
    assert "The end lies before the beginning." in said_on(response)


@pytest.mark.parametrize("moment", ["", "2020-01-15T09:30"])
def test_the_calendar_takes_only_the_future(draft: Post, studio: Client, moment: str) -> None:
    response = studio.post(address(draft), form_of(draft, publish_at=moment, action="plan"))

    assert response.status_code == 422
    assert "Choose a moment in the future, or publish it now." in said_on(response)
    draft.refresh_from_db()
    assert draft.state == "DRAFT"


@pytest.mark.parametrize(
    ("field", "most"),
    [("title", 200), ("summary", 600), ("body", 5000), ("target_url", 2000),
     ("facts_cleared", 2000), ("please_do", 2000), ("please_do_not", 2000),
     ("event_place", 200), ("angle_fr_5", 400)],
)  # fmt: skip
def test_text_that_is_too_long_comes_back(
    draft: Post, studio: Client, field: str, most: int
) -> None:
    words = "x" * (most + 1)

    response = studio.post(address(draft), form_of(draft, **{field: words}))

    assert response.status_code == 422
    assert f"This is too long: at most {most} characters." in said_on(response)
    assert words in said_on(response)
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    "field",
    ["title", "summary", "body", "facts_cleared", "please_do", "please_do_not", "event_place",
     "angle_en_0", "angle_de_3", "ask_whom"],
)  # fmt: skip
def test_markup_is_text_everywhere(draft: Post, studio: Client, field: str) -> None:
    studio.post(address(draft), form_of(draft, **{field: HOSTILE}), follow=True)
    studio.post(address(draft, "autosave"), form_of(draft, **{field: HOSTILE}))

    pages = [
        studio.get(address(draft)),
        studio.get("/o/acme/studio/"),
        studio.get("/o/acme/studio/?view=month"),
        studio.get("/o/acme/studio/posts/"),
        studio.get(f"/o/acme/studio/posts/?q={HOSTILE}"),
    ]

    assert [page.status_code for page in pages] == [200] * 5
    for page in pages:
        assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert" in pages[0].content.decode()


@pytest.mark.parametrize("field", ["title", "angle_en_0", "ask_whom", "event_at", "kind"])
def test_a_nul_is_refused_and_nothing_breaks(draft: Post, studio: Client, field: str) -> None:
    response = studio.post(address(draft), form_of(draft, **{field: "a\x00b"}))

    assert response.status_code == 422
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://files.example/x", "https://", "two words", "/inside"]
)
def test_a_link_is_a_web_address(draft: Post, studio: Client, url: str) -> None:
    response = studio.post(address(draft), form_of(draft, target_url=url))

    assert response.status_code == 422
    assert "This is not a whole link." in said_on(response)


def test_a_link_that_grows_too_long_when_it_is_sent(draft: Post, studio: Client) -> None:
    url = f"https://news.example/{'é' * 400}"

    response = studio.post(address(draft), form_of(draft, target_url=url))

    assert response.status_code == 422
    assert "This is too long: at most 2000 characters." in said_on(response)


def test_topics_and_units_of_others_do_not_exist(
    draft: Post, studio: Client, charlie: Member, topic: Topic
) -> None:
    foreign_topic = TopicFactory.create(programme=charlie.enrolments.get().programme)
    foreign_unit = UnitFactory.create(organization=charlie.organization)

    for field, value in [
        ("topics", foreign_topic.pk),
        ("audience_units", foreign_unit.pk),
        ("topics", 10**30),
        ("topics", "x"),
    ]:
        response = studio.post(address(draft), form_of(draft, **{field: [str(value)]}))
        assert response.status_code == 422

    draft.refresh_from_db()
    assert list(draft.topics.all()) == [topic]
    assert list(draft.audience_units.all()) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Nobody Here", "No colleague has this name."),
        ("nobody@acme.example", "No colleague has this name."),
        ("charlie@globex.example", "No colleague has this name."),
        ("Sam Same", "Several colleagues have this name."),
        ("@", "No colleague has this name."),
    ],
)
def test_a_name_that_is_not_one_colleague(
    draft: Post, studio: Client, acme: Organization, charlie: Member, typed: str, said: str
) -> None:
    MemberFactory.create_batch(2, organization=acme, user__name="Sam Same")

    response = studio.post(address(draft), form_of(draft, ask_whom=typed))

    assert response.status_code == 422
    assert said in said_on(response)


def test_names_are_offered_while_typing(
    draft: Post, studio: Client, bob: Member, charlie: Member
) -> None:
    found = studio.get("/o/acme/studio/posts/colleagues/?ask_whom=bo").content.decode()
    too_short = studio.get("/o/acme/studio/posts/colleagues/?contact=b").content.decode()
    strangers = studio.get("/o/acme/studio/posts/colleagues/?contact=charlie").content.decode()

    assert '<option value="Bob Sharer &lt;bob@acme.example&gt;"></option>' in found
    assert (too_short.strip(), strangers.strip()) == ("", "")


@pytest.mark.parametrize("extra", [{}, {"version": "x"}, {"version": str(10**30)}])
def test_a_form_without_a_version_changes_nothing(
    draft: Post, studio: Client, extra: dict[str, str]
) -> None:
    sent = form_of(draft, title="No") | extra
    if not extra:
        del sent["version"]

    assert studio.post(address(draft), sent).status_code == 422
    assert studio.post(address(draft, "autosave"), sent).status_code == 422
    draft.refresh_from_db()
    assert draft.title == "Heat from the sewer"

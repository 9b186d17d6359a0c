"""Menus, error pages and the style guide."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template, TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from vaandel.components import navigation
from vaandel.components.templatetags.vaandel import avatar, bar, icon, initials, layer, logo
from vaandel.components.views import style_guide
from vaandel.organizations.models import Member

pytestmark = pytest.mark.urls("tests.components.places")

LANGUAGES = ("en", "nl", "fr", "de")
ERRORS = ("400", "403", "403_csrf", "404", "413", "429", "500")


def asked(path: str, member: Member | None = None) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = member.user if member else SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    request.member = member  # type: ignore[attr-defined]
    return request


def page(base: str, request: HttpRequest) -> str:
    source = '{% extends "' + base + '" %}{% block title %}T{% endblock %}'
    return str(engines["django"].from_string(source).render({}, request))


class TestMenus:
    def test_the_menu_of_an_ambassador_marks_where_they_are(self, bob: Member) -> None:
        items = navigation.ambassador_items(asked("/o/acme/impact/"), bob)

        assert [(str(item.label), item.current) for item in items] == [
            ("Today", False),
            ("Own story", False),
            ("My impact", True),
        ]

    def test_today_is_current_on_its_own_page_only(self, bob: Member) -> None:
        here = navigation.ambassador_items(asked("/o/acme/"), bob)
        elsewhere = navigation.ambassador_items(asked("/o/acme/shares/1/"), bob)

        assert [item.current for item in here] == [True, False, False]
        assert [item.current for item in elsewhere] == [False, False, False]

    def test_a_page_below_the_list_marks_the_list(self, alice: Member) -> None:
        sections = navigation.studio_sections(asked("/o/acme/posts/12/"), alice)
        current = [str(item.label) for part in sections for item in part.items if item.current]

        assert current == ["Posts"]

    def test_the_studio_leaves_out_what_does_not_exist(self, alice: Member) -> None:
        sections = navigation.studio_sections(asked("/o/acme/posts/"), alice)

        assert [(str(part.title), len(part.items)) for part in sections] == [
            ("Editorial", 3),
            ("Programme", 2),
        ]

    def test_an_ambassador_has_no_way_into_the_studio(self, bob: Member) -> None:
        assert navigation.studio_url(bob) == ""
        assert navigation.studio_sections(asked("/o/acme/"), bob) == []

    def test_an_editor_enters_the_studio_at_the_calendar(self, alice: Member) -> None:
        assert navigation.studio_url(alice) == "/o/acme/posts/calendar/"

    def test_the_frame_of_an_ambassador(self, bob: Member) -> None:
        html = page("base_app.html", asked("/o/acme/", bob))

        assert html.index('class="skip"') < html.index("<header")
        assert '<a href="/o/acme/" aria-current="page">' in html
        assert bob.user.display_name in html
        assert "/o/acme/posts/calendar/" not in html

    def test_the_frame_of_the_studio(self, alice: Member) -> None:
        html = page("base_studio.html", asked("/o/acme/posts/", alice))

        assert '<a href="/o/acme/posts/" aria-current="page">' in html
        assert 'action="/accounts/logout/"' in html

    def test_nobody_sees_a_frame_without_a_menu(self) -> None:
        html = page("base_app.html", asked("/"))

        assert 'class="topbar-nav"' not in html
        assert '<a class="brand" href="/">' in html

    def test_an_address_that_does_not_exist_is_empty(self) -> None:
        template = Template('{% nav_url "posts:nowhere" "acme" as url %}[{{ url }}]')

        assert template.render(Context()) == "[]"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_page_needs_no_request(error: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(f"{error}.html")

    assert f'<html lang="{language}" dir="ltr">' in html
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


def test_the_address_of_nothing_is_a_friendly_page(client: Client, db: None) -> None:
    response = client.get("/there-is-nothing-here/", secure=True)

    assert response.status_code == 404
    assert "We cannot find this page" in response.content.decode()


def test_the_style_guide_is_not_part_of_an_installation(settings: Any, client: Client) -> None:
    settings.DEMO = settings.DEBUG = False

    assert client.get("/style-guide/", secure=True).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_style_guide_draws_everything(settings: Any, language: str) -> None:
    settings.DEMO = True
    with translation.override(language):
        html = style_guide(asked("/style-guide/")).content.decode()

    assert html.count('role="img"') > 200
    assert "style=" not in html


def pages(number: int, of: int, query: str = "") -> str:
    context = Context(
        {"request": asked(f"/list/{query}"), "page": Paginator(range(of), 25).page(number)}
    )
    return Template("{% pagination page %}").render(context)


def test_one_page_needs_no_links() -> None:
    assert pages(1, 25).strip() == ""


def test_page_links_keep_the_question() -> None:
    html = pages(2, 60, "?q=heat&page=2")

    assert 'href="?q=heat&amp;page=1" rel="prev"' in html
    assert 'href="?q=heat&amp;page=3" rel="next"' in html
    assert html.count('aria-current="page"') == 1


def test_the_last_page_has_no_next() -> None:
    html = pages(3, 60)

    assert 'rel="prev"' in html
    assert 'rel="next"' not in html


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icon("check")
    assert 'role="img" aria-label="Locked"' in icon("lock", label="Locked")
    assert 'class="icon icon-turn"' in icon("chevron-down", "icon-turn")
    with pytest.raises(TemplateSyntaxError, match="no-such-icon"):
        icon("no-such-icon")


def test_what_people_type_is_escaped() -> None:
    assert "<b>" not in avatar("<b>Bob</b> X")
    assert "<b>" not in icon("lock", label='"><b>')


def test_an_avatar_shows_initials_or_a_picture() -> None:
    assert [initials(name) for name in ("Noor van den Heuvel", "Ine", "Pieter-Jan", "")] == [
        "NH",
        "I",
        "PJ",
        "",
    ]
    assert 'class="avatar avatar-gold avatar-large"' in avatar("Ine", tone="gold", large=True)
    assert 'src="/media/a.jpg" alt=""' in avatar("Ine", photo="/media/a.jpg")
    with pytest.raises(TemplateSyntaxError, match="beige"):
        avatar("Ine", tone="beige")


def test_a_layer_is_one_of_three() -> None:
    assert layer("measured") == '<span class="layer">measured</span>'
    assert layer("estimated") == '<span class="layer layer-estimated">estimated</span>'
    with pytest.raises(TemplateSyntaxError, match="guessed"):
        layer("guessed")


def test_a_bar_stays_in_its_track() -> None:
    assert 'width="42%"' in bar(0.42)
    assert '<rect class="c-2" width="100%" height="12"/>' in bar(3, "c-2")
    assert 'aria-hidden="true"' in logo()


def test_a_confirmation_lists_what_it_does() -> None:
    html = render_to_string(
        "components/confirm.html",
        {
            "id": "pause",
            "title": "Pause everything?",
            "text": "",
            "effects": ["12 mails"],
            "url": "/pause/",
            "action": "Pause",
            "danger": True,
            "fields": {"why": "storm"},
        },
    )

    assert '<dialog class="dialog-box" id="pause" aria-labelledby="pause-title">' in html
    assert '<input type="hidden" name="why" value="storm">' in html
    assert "12 mails" in html


@pytest.mark.urls("vaandel.config.urls")
@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("programme/", "Overview"),
        ("programme/posts/", "Overview"),
        ("programme/settings/", "Settings"),
        ("organisation/", "Settings"),
        ("units/", "Settings"),
        ("log/", "Settings"),
        ("people/", "Participants"),
        ("people/import/", "Invite"),
        ("topics/new/", "Topics"),
    ],
)
def test_the_side_bar_marks_the_page_an_owner_is_on(
    client_as: Callable[[Member], Client], alice: Member, path: str, marked: str
) -> None:
    page = client_as(alice).get(f"/o/acme/{path}").content.decode()

    side_bar = page[page.index('id="side-menu"') : page.index("</nav>")]
    [item] = re.findall(r'aria-current="page">.*?<span>(.*?)</span>', side_bar)
    assert item == marked


@pytest.mark.urls("vaandel.config.urls")
def test_the_log_is_a_place_of_its_own_for_the_works_council(alice: Member) -> None:
    alice.is_owner, alice.is_works_council = False, True

    sections = navigation.studio_sections(asked("/o/acme/log/"), alice)

    assert [str(item.label) for part in sections for item in part.items if item.current] == ["Log"]

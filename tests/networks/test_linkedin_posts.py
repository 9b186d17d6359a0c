"""What LinkedIn takes as a post, what it cuts, and what it refuses."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.linkedin import LinkedIn

VERSIONED = {"Linkedin-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
PDF = b"%PDF-1.7 ..."


class Member:
    def __init__(self, linkedin: LinkedIn, person: str = "p1", scope: str = "") -> None:
        self.linkedin, self.urn, self.url = linkedin, f"urn:li:person:{person}", linkedin.url
        token = linkedin.connect(person, scope)
        self.headers = {"Authorization": f"Bearer {token}", **VERSIONED}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return http.request(method, self.url + path, headers=headers, **more)

    def body(self, text: str, **more: Any) -> dict[str, Any]:
        return {
            "author": self.urn,
            "commentary": text,
            "visibility": "PUBLIC",
            "distribution": {"feedDistribution": "MAIN_FEED"},
            "lifecycleState": "PUBLISHED",
            **more,
        }

    def post(self, text: str = "Hello", *, timeout: Any = 10, **more: Any) -> httpx.Response:
        return self.ask("POST", "/rest/posts", json=self.body(text, **more), timeout=timeout)

    def urn_of(self, *arguments: Any, **more: Any) -> str:
        answer = self.post(*arguments, **more)
        assert answer.status_code == 201, answer.text
        return answer.headers["x-restli-id"]

    def upload(self, kind: str = "image", body: bytes = PNG) -> tuple[str, httpx.Response]:
        urn, address = self.place(kind)
        return urn, http.put(address, content=body, headers=self.headers)

    def place(self, kind: str = "image") -> tuple[str, str]:
        value = self.ask(
            "POST",
            f"/rest/{kind}s?action=initializeUpload",
            json={"initializeUploadRequest": {"owner": self.urn}},
        ).json()["value"]
        return value[kind], value["uploadUrl"]


@pytest.fixture
def member(linkedin: LinkedIn) -> Member:
    return Member(linkedin)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["errorDetails"]["inputErrors"][0]["code"])


def path(urn: str) -> str:
    return f"/rest/posts/{quote(urn, safe='')}"


def test_a_post_is_created_with_an_empty_body_and_its_name_in_a_header(member: Member) -> None:
    answer = member.post("Hello")

    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["x-restli-id"].startswith("urn:li:share:")
    assert [(post.author, post.text) for post in member.linkedin.posts] == [(member.urn, "Hello")]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (r"Plain \(and escaped\) \* \_ \~ \\ \| \{\} \[\] \<\> \@ \#", None),
        ("Ends (here", "Ends "),
        ("Ends *here", "Ends "),
        ("snake_case", "snake"),
        (r"A backslash \n ends", "A backslash "),
        ("With #hashtags stay", "With #hashtags stay"),
        ("With # alone ends", "With "),
        (r"{hashtag|\#|heat} stays", "#heat stays"),
        ("By @[Acme](urn:li:organization:12) now", "By Acme now"),
        ("By @[Acme](acme) now", "By "),
        (r"@[A \(B\)](urn:li:person:a_b) too", "A (B) too"),
        ("https://a.example/x_y#z stays", "https://a.example/x_y#z stays"),
        (r"https://a.example/x\_y stays", "https://a.example/x_y stays"),
        ("Hé 👋🏽, oh https", "Hé 👋🏽, oh https"),
    ],
)
def test_a_text_ends_at_the_first_reserved_character(
    member: Member, sent: str, shown: str | None
) -> None:
    member.urn_of(sent)

    expected = r"Plain (and escaped) * _ ~ \ | {} [] <> @ #" if shown is None else shown
    assert member.linkedin.posts[0].text == expected


def test_addresses_can_be_cut_too(member: Member) -> None:
    member.linkedin.settings.whole_addresses = False
    member.urn_of("https://a.example/x_y")

    assert member.linkedin.posts[0].text == "https://a.example/x"


def test_a_text_of_3000_fits_and_one_more_does_not(member: Member) -> None:
    assert member.post("é" * 3000).status_code == 201
    assert code(member.post("é" * 3001)) == "FIELD_LENGTH_TOO_LONG"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Linkedin-Version": ""}, 400),
        ({"Linkedin-Version": "2026-07"}, 400),
        ({"Linkedin-Version": "202511"}, 426),
        ({"Linkedin-Version": "203001"}, 426),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400),
        ({"Content-Type": "text/plain"}, 415),
        ({"Authorization": ""}, 401),
    ],
)
def test_headers_are_needed(member: Member, headers: dict[str, str], status: int) -> None:
    answer = member.ask("POST", "/rest/posts", json=member.body("Hello"), headers=headers)

    assert answer.status_code == status
    assert member.linkedin.posts == []


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"author": "urn:li:person:p2"}, 403),
        ({"visibility": "EVERYBODY"}, 422),
        ({"distribution": {}}, 422),
        ({"lifecycleState": "DRAFT"}, 422),
        ({"commentary": ""}, 422),
        ({"commentary": None}, 422),
        ({"text": "unknown"}, 422),
        ({"content": {"poll": {}}}, 422),
        ({"content": {"media": {"id": "urn:li:image:none"}}}, 403),
        ({"content": {"media": {"id": "picture"}}}, 422),
        ({"content": {"article": {"source": "a.example"}}}, 422),
        ({"content": {"article": {"source": "https://a.example", "image": ""}}}, 422),
        ({"content": {"multiImage": {"images": [{"id": "urn:li:image:1"}]}}}, 422),
        ({"reshareContext": {"parent": "urn:li:activity:1"}}, 422),
    ],
)
def test_a_wrong_body_is_refused(member: Member, wrong: dict[str, Any], status: int) -> None:
    member.urn_of("Hello")
    answer = member.ask("POST", "/rest/posts", json={**member.body("Other"), **wrong})

    assert answer.status_code == status, answer.text
    assert len(member.linkedin.posts) == 1


def test_a_field_that_is_missing_and_a_body_that_is_no_json(member: Member) -> None:
    body = member.body("Hello")
    del body["visibility"]
    missing = member.ask("POST", "/rest/posts", json=body)
    json_type = {"Content-Type": "application/json"}
    broken = member.ask("POST", "/rest/posts", content=b"{", headers=json_type)

    assert "/visibility" in missing.json()["message"]
    assert broken.status_code == 400


def test_posting_needs_its_scope(linkedin: LinkedIn) -> None:
    assert Member(linkedin, scope="openid profile").post().status_code == 403


def test_the_same_again_is_called_a_duplicate_of_the_first(linkedin: LinkedIn) -> None:
    member, colleague = Member(linkedin), Member(linkedin, "p2")
    link = {"content": {"article": {"source": "https://a.example", "title": "A"}}}
    urn = member.urn_of("Hello", **link)

    again = member.post("Hello", **link)

    assert (again.status_code, code(again)) == (422, "DUPLICATE_POST")
    assert again.json()["message"] == f"Content is a duplicate of {urn}"
    assert member.post("Hello").status_code == 201
    assert colleague.post("Hello", **link).status_code == 201
    assert linkedin.duplicates() == {(member.urn, "Hello"): 2}


def test_a_deleted_post_is_a_ghost_for_a_day(member: Member) -> None:
    urn = member.urn_of("Hello")
    assert member.ask("DELETE", path(urn)).status_code == 204
    assert member.ask("DELETE", path(urn)).status_code == 204

    ghost = member.post("Hello")
    member.linkedin.skip(86401)

    assert code(ghost) == "DUPLICATE_POST"
    assert member.post("Hello").status_code == 201


def test_ghosts_can_be_switched_off(member: Member) -> None:
    member.linkedin.settings.ghost_duplicates = False
    member.ask("DELETE", path(member.urn_of("Hello")))

    assert member.post("Hello").status_code == 201


def test_a_member_posts_150_times_a_day(member: Member) -> None:
    member.linkedin.settings.most_posts_a_day = 2
    said = [member.post(text).status_code for text in "abc"]
    member.linkedin.skip(86400)

    assert said == [201, 201, 429]
    assert LinkedIn().settings.most_posts_a_day == 150
    assert member.post("d").status_code == 201


def test_only_the_author_deletes_and_corrects(linkedin: LinkedIn) -> None:
    member, colleague = Member(linkedin), Member(linkedin, "p2")
    urn = member.urn_of("Hello")
    change = {"patch": {"$set": {"commentary": r"Better \(so\)"}}}
    how = {"X-RestLi-Method": "PARTIAL_UPDATE"}

    assert colleague.ask("DELETE", path(urn)).status_code == 403
    assert colleague.ask("POST", path(urn), json=change, headers=how).status_code == 403
    assert member.ask("POST", path(urn), json=change).status_code == 400
    assert member.ask("POST", path(urn), json=change, headers=how).status_code == 204
    assert linkedin.posts[0].text == "Better (so)"
    other = {"patch": {"$set": {"visibility": "PUBLIC"}}}
    assert member.ask("POST", path(urn), json=other, headers=how).status_code == 422
    assert member.ask("DELETE", path("urn:li:share:1")).status_code == 404
    assert member.ask("DELETE", f"/rest/posts/{urn}").status_code == 404
    member.ask("DELETE", path(urn))
    assert member.ask("POST", path(urn), json=change, headers=how).status_code == 404


def test_reading_posts_is_for_few_applications(linkedin: LinkedIn) -> None:
    member = Member(linkedin)
    reader = Member(linkedin, scope="r_member_social r_organization_social w_member_social")
    urn = member.urn_of("Hello")

    assert member.ask("GET", path(urn)).status_code == 403
    assert reader.ask("GET", path(urn)).json()["commentary"] == "Hello"
    page = "/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A1&count=20"
    assert member.ask("GET", page).status_code == 403
    assert reader.ask("GET", page).json()["elements"] == []
    member.ask("DELETE", path(urn))
    assert reader.ask("GET", path(urn)).status_code == 404


def test_a_reshare_carries_no_content(member: Member) -> None:
    parent = {"reshareContext": {"parent": "urn:li:share:123"}}

    assert member.post("Look", **parent).status_code == 201
    assert member.post("Two", **parent, content={"media": {}}).status_code == 422


def test_ugc_posts_are_possible(member: Member) -> None:
    member.linkedin.settings.urn_kind = "ugcPost"

    urn = member.urn_of("Hello")

    assert urn.startswith("urn:li:ugcPost:")
    assert member.ask("DELETE", path(urn)).status_code == 204


def test_media_are_uploaded_once_and_whole_and_then_wait(member: Member) -> None:
    member.linkedin.settings.media_seconds = 30
    urn, address = member.place()
    content = {"media": {"id": urn, "altText": "A pump"}}

    assert code(member.post(content=content)) == "MEDIA_ASSET_WAITING_UPLOAD"
    part = {**member.headers, "Content-Range": "bytes 0-9/100"}
    assert http.put(address, content=PNG, headers=part).status_code == 400
    assert http.put(address, content=b"text", headers=member.headers).status_code == 400
    assert http.put(address, content=PNG).status_code == 401
    assert http.put(address, content=PNG, headers=member.headers).status_code == 201
    assert http.put(address, content=PNG, headers=member.headers).status_code == 400
    assert code(member.post(content=content)) == "MEDIA_ASSET_PROCESSING"
    assert member.ask("GET", f"/rest/images/{quote(urn, safe='')}").status_code == 403
    member.linkedin.skip(31)
    assert member.post(content=content).status_code == 201


def test_media_belong_to_their_owner_and_have_a_size(linkedin: LinkedIn) -> None:
    member, colleague = Member(linkedin), Member(linkedin, "p2")
    linkedin.settings.image_bytes = 50
    urn, answer = member.upload()
    taken = {"initializeUploadRequest": {"owner": colleague.urn}}

    assert answer.status_code == 413
    assert colleague.post(content={"media": {"id": urn}}).status_code == 403
    start = "/rest/images?action=initializeUpload"
    assert member.ask("POST", start, json=taken).status_code == 403
    assert member.ask("POST", "/rest/images", json=taken).status_code == 400


def test_two_to_twenty_images_an_article_with_a_picture_and_a_document(member: Member) -> None:
    images = [{"id": member.upload()[0], "altText": "A"} for _ in range(2)]
    document, uploaded = member.upload("document", PDF)

    assert uploaded.status_code == 201
    assert member.post("a", content={"multiImage": {"images": images}}).status_code == 201
    assert member.post("b", content={"multiImage": {"images": images * 11}}).status_code == 422
    article = {"source": "https://a.example", "title": "A", "thumbnail": images[0]["id"]}
    assert member.post("c", content={"article": article}).status_code == 201
    assert member.post("d", content={"media": {"id": document}}).status_code == 422
    titled = {"media": {"id": document, "title": "A"}}
    assert member.post("e", content=titled).status_code == 201
    wrong = {"article": {"source": "https://a.example", "thumbnail": document}}
    assert member.post("f", content=wrong).status_code == 422


def entity(urn: str) -> str:
    return f"(share:{quote(urn, safe='')})"


def asked(urn: str, metric: str = "IMPRESSION") -> str:
    start = "/rest/memberCreatorPostAnalytics?q=entity&aggregation=TOTAL"
    return f"{start}&queryType={metric}&entity={entity(urn)}"


def test_statistics_are_for_vetted_applications(linkedin: LinkedIn) -> None:
    member = Member(linkedin)
    vetted = Member(linkedin, scope="w_member_social r_member_postAnalytics")
    colleague = Member(linkedin, "p2", scope="r_member_postAnalytics")
    urn = member.urn_of("Hello")
    linkedin.metrics[urn] = {"IMPRESSION": 1200}

    assert member.ask("GET", asked(urn)).status_code == 403
    assert colleague.ask("GET", asked(urn)).status_code == 403
    assert vetted.ask("GET", asked(urn)).json()["elements"] == [
        {"count": 1200, "metricType": "IMPRESSION"}
    ]
    assert vetted.ask("GET", asked(urn, "COMMENT")).json()["elements"] == []
    assert vetted.ask("GET", asked(urn, "LIKES")).status_code == 400
    assert vetted.ask("GET", asked("urn:li:share:1")).status_code == 404
    assert vetted.ask("GET", asked(urn).replace("share%", "ugcPost%", 1)).status_code == 400
    assert vetted.ask("GET", asked(urn).replace("(share:", "(")).status_code == 400


def test_statistics_look_different_over_the_years(linkedin: LinkedIn) -> None:
    vetted = Member(linkedin, scope="w_member_social r_member_postAnalytics")
    urn = vetted.urn_of("Hello")
    linkedin.metrics[urn] = {"IMPRESSION": 7, "LINK_CLICKS": 2}
    linkedin.settings.value_field = "value"
    older = {"Linkedin-Version": "202603"}

    said = vetted.ask("GET", asked(urn), headers=older).json()["elements"]

    kind = {"com.linkedin.metrics.MetricType": "IMPRESSION"}
    assert said == [{"value": 7, "metricType": kind}]
    assert vetted.ask("GET", asked(urn, "LINK_CLICKS"), headers=older).status_code == 400
    everything = "/rest/memberCreatorPostAnalytics?q=me&aggregation=TOTAL&queryType=LINK_CLICKS"
    assert vetted.ask("GET", everything).json()["elements"][0]["value"] == 2

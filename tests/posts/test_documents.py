"""A post about a document: put in, looked at, replaced, taken out, and needed to go out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.posts import documents
from tests.posts.conftest import address, form_of, said_on
from vaandel.organizations.models import AuditEntry, Member
from vaandel.posts import services
from vaandel.posts.models import Post, PostDocument
from vaandel.posts.queries import document_of
from vaandel.posts.services import BadDocument, NotReady, WrongState
from vaandel.posts.services.documents import clean_name

AT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def about(draft: Post) -> Post:
    """Alice's draft about a document that is not there yet."""
    draft.kind = "DOCUMENT"
    draft.target_url = ""
    draft.save()
    return draft


def upload(content: bytes | None = None, name: str = "Plan 2027.pdf") -> SimpleUploadedFile:
    body = documents.pdf() if content is None else content
    return SimpleUploadedFile(name, body, content_type="application/pdf")


def stored_files(settings: Any) -> list[Path]:
    return sorted((Path(settings.MEDIA_ROOT) / "documents").glob("*"))


def actions() -> list[str]:
    return list(
        AuditEntry.objects.filter(action__startswith="post.document")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def test_a_post_begins_with_a_document(studio: Client, about: Post) -> None:
    response = studio.post("/o/acme/studio/posts/new/", {"kind": "DOCUMENT"})

    assert response.status_code == 302
    page = said_on(studio.get(response.headers["Location"]))
    assert 'accept="application/pdf,.pdf"' in page
    assert '<a href="#id_document">A document</a>' in page
    assert "A PDF of at most 300 pages and 25.0\xa0MB." in page
    # It is needed later, so nothing says that it is optional.
    assert re.search(r'for="id_document">\s*Choose a PDF, or drag it here\s*</label>', page)


def test_it_is_stored_under_a_name_that_nobody_guesses(
    studio: Client, about: Post, alice: Member, settings: Any
) -> None:
    response = studio.post(address(about), form_of(about, document=upload()))

    assert response.status_code == 302
    document = about.document
    assert (document.name, document.pages, document.uploaded_by) == ("Plan 2027.pdf", 2, alice)
    assert document.size == len(documents.pdf())
    [file] = stored_files(settings)
    assert len(file.name) > 20
    assert "Plan" not in file.name
    page = said_on(studio.get(address(about)))
    assert "Plan 2027.pdf" in page
    assert "2 pages, " in page
    assert actions() == ["post.document_added"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"GIF89a", "x.pdf", "“x.pdf” is not a PDF."),
        (documents.locked(), "x.pdf", "“x.pdf” is locked with a password"),
        (documents.pdf()[:200], "x.pdf", "“x.pdf” is damaged."),
        (documents.pdf(301), "x.pdf", "“x.pdf” has more than 300 pages"),
        (documents.with_script(), "<x>.pdf", "“&lt;x&gt;.pdf” has a script in it"),
        (documents.with_file(), "x.pdf", "“x.pdf” has other files within it"),
    ],
)
def test_a_bad_one_is_named_at_the_field_and_the_words_are_saved(
    studio: Client, about: Post, settings: Any, content: bytes, name: str, said: str
) -> None:
    sent = form_of(about, title="Saved", document=upload(content, name))

    response = studio.post(address(about), sent)

    assert response.status_code == 422
    page = said_on(response)
    assert said in page
    assert 'href="#id_document"' in page
    assert 'id="id_document_error"' in page
    about.refresh_from_db()
    assert about.title == "Saved"
    assert not PostDocument.objects.exists()
    assert stored_files(settings) == []


def test_one_that_is_too_large_is_not_even_read(about: Post, alice: Member, settings: Any) -> None:
    settings.MAX_REQUEST_BYTES = 10

    with pytest.raises(BadDocument) as refused:
        services.attach_document(post=about, file=upload(), by=alice, at=AT)

    assert refused.value.reason == "too_large"
    settings.MAX_REQUEST_BYTES = 10**12
    assert services.most_bytes() == 100 * 1024 * 1024


def test_a_bad_one_leaves_the_old_one(studio: Client, about: Post) -> None:
    studio.post(address(about), form_of(about, document=upload()))
    about.refresh_from_db()

    studio.post(address(about), form_of(about, document=upload(b"no", "new.pdf")))

    assert PostDocument.objects.get().name == "Plan 2027.pdf"


def test_another_in_its_place(
    studio: Client, about: Post, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    studio.post(address(about), form_of(about, document=upload()))
    before = PostDocument.objects.get()
    about.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        studio.post(address(about), form_of(about, document=upload(documents.pdf(3), "New.pdf")))

    after = PostDocument.objects.get()
    assert (after.name, after.pages) == ("New.pdf", 3)
    # Whoever planned to share the old one is asked again.
    assert after.pk != before.pk
    assert [file.name for file in stored_files(settings)] == [Path(str(after.file.name)).name]


def test_the_same_twice_is_once(about: Post, alice: Member, settings: Any) -> None:
    first = services.attach_document(post=about, file=upload(), by=alice, at=AT)
    second = services.attach_document(post=about, file=upload(), by=alice, at=AT)

    assert second.pk == first.pk
    assert len(stored_files(settings)) == 1
    assert actions() == ["post.document_added"]


def test_the_same_again_when_its_file_was_lost(about: Post, alice: Member, settings: Any) -> None:
    first = services.attach_document(post=about, file=upload(), by=alice, at=AT)
    stored_files(settings)[0].unlink()

    second = services.attach_document(post=about, file=upload(), by=alice, at=AT)

    assert second.pk != first.pk
    assert len(stored_files(settings)) == 1


def test_as_many_bytes_and_not_the_same(about: Post, alice: Member) -> None:
    services.attach_document(post=about, file=upload(), by=alice, at=AT)
    other = documents.pdf().replace(b"842", b"841")

    services.attach_document(post=about, file=upload(other), by=alice, at=AT)

    with PostDocument.objects.get().file.open("rb") as file:
        assert file.read() == other


def test_taking_out(
    studio: Client, about: Post, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    studio.post(address(about), form_of(about, document=upload()))
    about.refresh_from_db()

    with django_capture_on_commit_callbacks(execute=True):
        studio.post(address(about), form_of(about, remove_document="on"))
    about.refresh_from_db()
    studio.post(address(about), form_of(about, remove_document="on"))

    assert not PostDocument.objects.exists()
    assert stored_files(settings) == []
    assert actions() == ["post.document_added", "post.document_removed"]


def test_it_goes_out_with_a_document_only(studio: Client, about: Post) -> None:
    without = studio.post(address(about), form_of(about, action="publish"))

    assert without.status_code == 422
    assert "Add the document that this post is about." in said_on(without)
    about.refresh_from_db()
    sent = form_of(about, action="publish", document=upload())
    assert studio.post(address(about), sent).status_code == 302
    about.refresh_from_db()
    assert about.state == "LIVE"


def test_one_that_is_out_keeps_its_document(studio: Client, about: Post, alice: Member) -> None:
    services.attach_document(post=about, file=upload(), by=alice, at=AT)
    services.publish_post(post=about, by=alice, at=AT)

    response = studio.post(address(about), form_of(about, remove_document="on"))

    assert response.status_code == 422
    assert "Add the document that this post is about." in said_on(response)
    assert PostDocument.objects.count() == 1
    with pytest.raises(NotReady):
        services.remove_document(post=about, by=alice, at=AT)


def test_a_closed_post_keeps_the_document_that_was_approved(
    about: Post, alice: Member, settings: Any
) -> None:
    services.attach_document(post=about, file=upload(), by=alice, at=AT)
    about.programme.four_eyes = True
    about.programme.save()
    Post.objects.filter(pk=about.pk).update(state="REVIEW")

    with pytest.raises(WrongState):
        services.attach_document(post=about, file=upload(name="New.pdf"), by=alice, at=AT)
    with pytest.raises(WrongState):
        services.remove_document(post=about, by=alice, at=AT)

    assert PostDocument.objects.get().name == "Plan 2027.pdf"
    assert len(stored_files(settings)) == 1


def test_another_kind_of_post_has_none(studio: Client, about: Post, alice: Member) -> None:
    services.attach_document(post=about, file=upload(), by=alice, at=AT)
    changed = form_of(
        about, kind="TEXT", document=upload(documents.pdf(1), "unseen.pdf"), action="save"
    )

    assert studio.post(address(about), changed).status_code == 302

    about.refresh_from_db()
    assert document_of(about) is None
    # Nothing is thrown away: going back to a document brings it back.
    assert PostDocument.objects.get().name == "Plan 2027.pdf"


def test_a_copy_has_it_too_and_the_file_stays_while_one_has_it(
    about: Post, alice: Member, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    services.attach_document(post=about, file=upload(), by=alice, at=AT)
    copy = services.copy_post(post=about, by=alice, at=AT)
    assert copy.document.file.name == about.document.file.name

    with django_capture_on_commit_callbacks(execute=True):
        services.remove_document(post=about, by=alice, at=AT)
    assert len(stored_files(settings)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_document(post=copy, by=alice, at=AT)
    assert stored_files(settings) == []


def test_a_file_is_not_left_behind_by_what_failed(
    about: Post, alice: Member, settings: Any
) -> None:
    # Somebody else was quicker.
    Post.objects.filter(pk=about.pk).delete()

    with pytest.raises(Post.DoesNotExist):
        services.attach_document(post=about, file=upload(), by=alice, at=AT)

    assert stored_files(settings) == []


def test_a_post_has_one_document(about: Post, alice: Member) -> None:
    services.attach_document(post=about, file=upload(), by=alice, at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        PostDocument.objects.create(
            organization=about.organization, post=about, file="x.pdf", size=1, pages=1
        )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Plan 2027.pdf", "Plan 2027.pdf"),
        ("C:\\Users\\alice\\Plan.PDF", "Plan.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("line\r\nbreak.pdf", "linebreak.pdf"),
        (".pdf", "document.pdf"),
        ("", "document.pdf"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
    ],
)
def test_names_as_people_see_them(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_the_list_shows_what_is_a_document(studio: Client, about: Post) -> None:
    assert "</svg> Document" in said_on(studio.get("/o/acme/studio/posts/"))


def test_the_page_needs_no_more_questions_with_a_document(
    studio: Client, about: Post, alice: Member, django_assert_num_queries: Any
) -> None:
    with CaptureQueriesContext(connection) as without:
        studio.get(address(about))
    file = ContentFile(documents.pdf(), "Plan.pdf")
    services.attach_document(post=about, file=file, by=alice, at=AT)

    with django_assert_num_queries(len(without)):
        studio.get(address(about))

"""The script that keeps the translations, on a small project of its own."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import polib
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "messages.py"

VIEWS = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Hello %(name)s") % {"name": 1}
b = ngettext("%(n)s click", "%(n)s clicks", 3)
c = pgettext("verb", "Share")
d = _("in two "
      "parts")
e = _(variable)
"""
PAGE = """
{% translate "It's <b>bold</b>" %}
   {% blocktranslate count counter=n trimmed with who=x %}
     {{ counter }} "post" of {{ who }}, 50%
   {% plural %}
     {{ counter }} posts of {{ who }}, 50%
 {% endblocktranslate %}
{% translate "May" context "month" %} {{ _("Inline") }} {% if x == _("compared") %}{% endif %}
{% comment %}don't{% endcomment %}
"""


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.syspath_prepend(SCRIPT.parent)
    monkeypatch.setitem(__import__("sys").modules, "messages_script", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.translatable, "ROOT", tmp_path)
    monkeypatch.setattr(module.translatable, "PACKAGE", tmp_path / "vaandel")
    for name, content in {
        "posts/__init__.py": "",
        "posts/views.py": VIEWS,
        "posts/templates/posts/page.html": PAGE,
        "links/__init__.py": "",
        "templates/base.html": '{% translate "Menu" %}',
    }.items():
        path = tmp_path / "vaandel" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return module


def catalogue(tmp_path: Path, room: str, language: str = "nl") -> polib.POFile:
    return polib.pofile(
        str(tmp_path / "vaandel" / room / f"locale/{language}/LC_MESSAGES/django.po")
    )


def translate(tmp_path: Path, room: str) -> None:
    for language in ("nl", "fr", "de"):
        file = catalogue(tmp_path, room, language)
        for entry in file:
            if entry.msgid_plural:
                entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
            else:
                entry.msgstr = f"{language} {entry.msgid}"
        file.save()


def test_every_kind_of_string_is_found(messages: ModuleType, tmp_path: Path) -> None:
    assert messages.main(["update"]) == 0

    found = {(e.msgctxt, e.msgid, e.msgid_plural) for e in catalogue(tmp_path, "posts")}
    assert found == {
        (None, "Hello %(name)s", ""),
        (None, "%(n)s click", "%(n)s clicks"),
        ("verb", "Share", ""),
        (None, "in two parts", ""),
        (None, "It's <b>bold</b>", ""),
        (None, '%(counter)s "post" of %(who)s, 50%%', "%(counter)s posts of %(who)s, 50%%"),
        ("month", "May", ""),
        (None, "Inline", ""),
        (None, "compared", ""),
    }
    assert [entry.msgid for entry in catalogue(tmp_path, ".")] == ["Menu"]


def test_complete_catalogues_pass(messages: ModuleType, tmp_path: Path) -> None:
    messages.main(["update"])
    assert messages.main(["check"]) == 1

    translate(tmp_path, "posts")
    translate(tmp_path, ".")

    assert messages.main(["check"]) == 0


def test_an_update_keeps_translations_and_changes_nothing_twice(
    messages: ModuleType, tmp_path: Path
) -> None:
    messages.main(["update"])
    translate(tmp_path, "posts")
    messages.main(["update"])
    file = tmp_path / "vaandel/posts/locale/nl/LC_MESSAGES/django.po"
    once = file.read_text()
    messages.main(["update"])

    assert file.read_text() == once
    assert "nl It's <b>bold</b>" in once
    assert ":1" not in once


def test_a_string_that_is_gone_becomes_obsolete_until_pruned(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.main(["update"])
    translate(tmp_path, "posts")
    translate(tmp_path, ".")
    (tmp_path / "vaandel/posts/views.py").write_text("")
    messages.main(["update"])
    assert messages.main(["check"]) == 1
    assert "obsolete" in capsys.readouterr().out

    messages.main(["update", "--prune"])

    assert messages.main(["check"]) == 0


def test_a_translation_of_another_room_is_taken_over(messages: ModuleType, tmp_path: Path) -> None:
    messages.main(["update"])
    translate(tmp_path, "posts")
    (tmp_path / "vaandel/links/views.py").write_text('_("Inline")')

    messages.main(["update", "links"])

    assert [entry.msgstr for entry in catalogue(tmp_path, "links")] == ["nl Inline"]


@pytest.mark.parametrize(
    ("source", "translation", "problem"),
    [
        ("Hello %(name)s", "Dag", "placeholders differ"),
        ("Hello %(name)s", "Dag %(naam)s", "placeholders differ"),
        ("Hello {name}", "Dag {naam}", "placeholders differ"),
        ("A <b>bold</b> word", "Een vet woord", "HTML tags differ"),
        (" spaced", "gespatieerd", "leading space differs"),
        ("spaced ", "gespatieerd", "trailing space differs"),
    ],
)
def test_a_translation_that_does_not_fit_is_a_problem(
    messages: ModuleType, source: str, translation: str, problem: str
) -> None:
    text = messages.Text(None, source, None, "here")
    message = messages.Message(source, string=translation)

    assert [found.split(" in ")[0] for found in messages.problems(message, text)] == [problem]


def test_the_singular_may_name_what_the_plural_names(messages: ModuleType) -> None:
    text = messages.Text(None, "One click", "%(n)s clicks", "here")
    more = messages.Message(("One click", "%(n)s clicks"), string=("%(n)s klik", "%(n)s klikken"))
    less = messages.Message(("One click", "%(n)s clicks"), string=("Eén klik", "klikken"))

    assert list(messages.problems(more, text)) == []
    assert list(messages.problems(less, text)) == ["placeholders differ in 'klikken'"]


def test_french_signs_keep_their_spaces(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vaandel/links/views.py").write_text('_("Who?")')
    messages.main(["update", "links"])
    for language, words in {"nl": "Wie ?", "fr": "« Qui ? » : à 8:30 ; oui", "de": "Wer ?"}.items():
        file = catalogue(tmp_path, "links", language)
        file[0].msgstr = words
        file.save()

    assert messages.main(["check", "links"]) == 1
    assert "links/fr: plain spaces at a sign" in capsys.readouterr().out

    messages.main(["update", "links"])

    assert messages.main(["check", "links"]) == 0
    assert catalogue(tmp_path, "links", "nl")[0].msgstr == "Wie ?"
    french = catalogue(tmp_path, "links", "fr")[0].msgstr
    assert french.replace("\u202f", "~").replace("\u00a0", "_") == "«_Qui~?_»_: à 8:30~; oui"


def test_rooms_that_disagree_are_told(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vaandel/links/views.py").write_text('_("Inline")')
    messages.main(["update"])
    for room in ("posts", "links", "."):
        translate(tmp_path, room)
    file = catalogue(tmp_path, "links")
    file[0].msgstr = "anders"
    file.save()

    assert messages.main(["check"]) == 1
    assert "make them equal or add a context" in capsys.readouterr().out


def test_an_f_string_cannot_be_translated(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vaandel/links/views.py").write_text('_(f"Hello {name}")')

    assert messages.main(["check"]) == 1
    assert "an f-string cannot be translated" in capsys.readouterr().err


def test_compiled_once(messages: ModuleType, tmp_path: Path) -> None:
    messages.main(["update"])
    translate(tmp_path, "posts")

    assert messages.compile_room("posts") == 3
    assert messages.compile_room("posts") == 0
    assert (tmp_path / "vaandel/posts/locale/fr/LC_MESSAGES/django.mo").stat().st_size > 200


def test_an_unknown_room_is_refused(messages: ModuleType) -> None:
    with pytest.raises(SystemExit):
        messages.main(["check", "attic"])

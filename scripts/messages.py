"""Keep the translations: `messages.py update|check|compile [room…]`.

Every room has its own catalogues, `vaandel/<room>/locale/<language>/LC_MESSAGES/django.po`;
what the rooms share (base templates, settings, the command) has `vaandel/locale/`.
No gettext programs are needed: strings are read from the Python syntax tree and from
Django's own template lexer, catalogues through Babel.

  update   add new strings, keep every translation; strings that are gone become
           obsolete (`#~`) until `--prune` removes them. A string that another room
           has translated already is taken over.
  check    fail on anything missing, empty, fuzzy, obsolete or with other placeholders
           than its source.
  compile  write the .mo files beside the .po files.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import translatable
from translatable import SHARED, Text, Unreadable, rooms, texts

LANGUAGES = ("nl", "fr", "de")
PLURALS = {
    "nl": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "de": "nplurals=2; plural=(n != 1);",
}
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: vaandel\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
TAG = re.compile(r"</?[a-z][a-z0-9]*")

# What tells two entries apart: the context and the message id (with its plural).
Key = tuple[str | None, str | tuple[str, ...] | list[str]]


# --- catalogues -----------------------------------------------------------------------


def catalogue_path(room: str, language: str) -> Path:
    package = translatable.PACKAGE
    home = package if room == SHARED else package / room
    return home / "locale" / language / "LC_MESSAGES" / "django.po"


def load(room: str, language: str) -> Catalog:
    path = catalogue_path(room, language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def entry_of(catalog: Catalog, text: Text) -> Message | None:
    return catalog.get(text.singular, text.context)


def typeset(language: str, text: str) -> str:
    """The text with the spaces that French keeps before and inside its signs unbreakable.

    Otherwise a line on a phone begins with a question mark.
    """
    if language != "fr":
        return text
    text = re.sub(r"[ \u00a0](?=[;!?](?:\s|$|[»<)]))", "\u202f", text)
    text = re.sub(r" (?=:(?:\s|$|<)|»)", "\u00a0", text)
    return text.replace("« ", "«\u00a0")


def strings(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def fits(message: Message | None, text: Text) -> bool:
    """Whether an existing entry is the same string, plural included, and translated."""
    return message is not None and message.id == text.message_id and all(strings(message))


def update(room: str, *, prune: bool) -> None:
    wanted = texts(room)
    for language in LANGUAGES:
        path = catalogue_path(room, language)
        if not wanted and not path.exists():
            continue
        old = load(room, language)
        elsewhere = translated_elsewhere(room, language)
        new = Catalog(locale=language)
        added = 0
        for text in wanted:
            message = entry_of(old, text)
            if not fits(message, text):
                message = elsewhere.get((text.context, text.message_id), message)
            string: str | tuple[str, ...] = ""
            if message is not None and message.id == text.message_id:
                forms = tuple(typeset(language, form) for form in strings(message))
                string = forms if text.plural is not None else forms[0]
            else:
                added += 1
            new.add(
                text.message_id,
                string,
                locations=[(text.place, 1)],
                context=text.context,
                user_comments=message.user_comments if message else (),
            )
        keys = {text.key for text in wanted}
        if not prune:
            for message in [*old, *old.obsolete.values()]:
                key = (message.context, message_singular(message))
                if message.id and any(strings(message)) and key not in keys:
                    new.obsolete[message.id] = message
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(serialised(new, language), encoding="utf-8")
        empty = sum(not all(strings(message)) for message in new if message.id)
        print(f"{room}/{language}: {len(wanted)} strings, {added} new, {empty} to translate")


def translated_elsewhere(room: str, language: str) -> dict[Key, Message]:
    return {
        (message.context, message.id): message
        for other in rooms()
        if other != room
        for message in load(other, language)
        if message.id and all(strings(message))
    }


def message_singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def serialised(catalog: Catalog, language: str) -> str:
    body = io.BytesIO()
    write_po(body, catalog, width=79, omit_header=True, include_lineno=False)
    return HEADER.format(language=language, plurals=PLURALS[language]) + body.getvalue().decode()


def compile_room(room: str) -> int:
    """Write the .mo files that are missing or older than their catalogue; how many."""
    written = 0
    for language in LANGUAGES:
        path = catalogue_path(room, language)
        target = path.with_suffix(".mo")
        if not path.exists():
            continue
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        with path.open("rb") as source:
            catalog = read_po(source, locale=language)
        with target.open("wb") as file:
            write_mo(file, catalog)
        written += 1
    return written


# --- checking -------------------------------------------------------------------------


def check(room: str) -> Iterator[str]:
    wanted = texts(room)
    for language in LANGUAGES:
        where = f"{room}/{language}"
        catalog = load(room, language)
        for text in wanted:
            message = entry_of(catalog, text)
            if message is None or message.id != text.message_id:
                yield f"{where}: missing: {text.singular!r} ({text.place})"
                continue
            for problem in problems(message, text):
                yield f"{where}: {problem}: {text.singular!r} ({text.place})"
            if any(form != typeset(language, form) for form in strings(message)):
                yield f"{where}: plain spaces at a sign, `update` sets them: {text.singular!r}"
        keys = {text.key for text in wanted}
        for message in catalog:
            if message.id and (message.context, message_singular(message)) not in keys:
                yield f"{where}: not in the source any more: {message_singular(message)!r}"
        for message in catalog.obsolete.values():
            yield f"{where}: obsolete, `update --prune` removes it: {message_singular(message)!r}"


def problems(message: Message, text: Text) -> Iterator[str]:
    forms = strings(message)
    if not all(forms) or len(forms) != (1 if text.plural is None else 2):
        yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    originals = (text.singular,) if text.plural is None else (text.singular, text.plural)
    for number, (original, form) in enumerate(zip(originals, forms, strict=True)):
        # "One click" may become "%(n)s klik": the singular may name what the plural names.
        allowed = [sorted(PLACEHOLDER.findall(source)) for source in originals[number:]]
        if sorted(PLACEHOLDER.findall(form)) not in allowed:
            yield f"placeholders differ in {form!r}"
        if sorted(TAG.findall(original)) != sorted(TAG.findall(form)):
            yield f"HTML tags differ in {form!r}"
        if original[:1].isspace() != form[:1].isspace():
            yield f"leading space differs in {form!r}"
        if original[-1:].isspace() != form[-1:].isspace():
            yield f"trailing space differs in {form!r}"


def conflicts() -> Iterator[str]:
    """Strings that two rooms translate differently.

    Django merges all catalogues into one, so only one of the translations would be
    shown, in both places. A context (`pgettext`, `context "…"`) keeps them apart.
    """
    for language in LANGUAGES:
        seen: dict[Key, tuple[str, tuple[str, ...]]] = {}
        for room in rooms():
            for message in load(room, language):
                if not message.id or not all(strings(message)):
                    continue
                key = (message.context, message.id)
                first, forms = seen.setdefault(key, (room, strings(message)))
                if forms != strings(message):
                    yield (
                        f"{language}: {message_singular(message)!r} is {forms[0]!r} in {first} but "
                        f"{strings(message)[0]!r} in {room}: make them equal or add a context."
                    )


# --- command line ---------------------------------------------------------------------


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=["update", "check", "compile"])
    parser.add_argument("rooms", nargs="*", metavar="room", help=f"default: all. {rooms()}")
    parser.add_argument("--prune", action="store_true", help="update: drop obsolete strings")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.rooms) - set(rooms())
    if unknown:
        parser.error(f"no such room: {', '.join(sorted(unknown))}. Rooms: {', '.join(rooms())}.")
    chosen = arguments.rooms or rooms()
    try:
        return run(arguments.action, chosen, prune=arguments.prune, everything=not arguments.rooms)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1


def run(action: str, chosen: list[str], *, prune: bool, everything: bool) -> int:
    if action == "update":
        for room in chosen:
            update(room, prune=prune)
        return 0
    if action == "compile":
        print(f"Compiled {sum(compile_room(room) for room in chosen)} catalogues.")
        return 0
    found = [problem for room in chosen for problem in check(room)]
    if everything:
        found += conflicts()
    for problem in found:
        print(problem)
    print(f"{len(found)} problems in the translations." if found else "Translations are complete.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

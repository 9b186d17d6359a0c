"""The strings of the source that can be translated, room by room.

Read from the Python syntax tree and from Django's own template lexer.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "vaandel"
SHARED = "shared"
# Directories whose strings belong to everybody.
SHARED_DIRECTORIES = ("templates", "config", "lib")
NOT_A_ROOM = {*SHARED_DIRECTORIES, "locale", "static", "__pycache__"}

# How many of a function's leading arguments are context, singular and plural.
SHAPES = {
    "_": "s",
    "gettext": "s",
    "gettext_lazy": "s",
    "gettext_noop": "s",
    "ngettext": "sp",
    "ngettext_lazy": "sp",
    "pgettext": "cs",
    "pgettext_lazy": "cs",
    "npgettext": "csp",
    "npgettext_lazy": "csp",
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(
    rf"(?:^|\s)(_|gettext|ngettext|pgettext|npgettext)\((\s*{LITERAL}(?:\s*,\s*{LITERAL})*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Text:
    """One string of the source: what it says and where it stands first."""

    context: str | None
    singular: str
    plural: str | None
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        return (self.context, self.singular)

    @property
    def message_id(self) -> str | tuple[str, str]:
        return self.singular if self.plural is None else (self.singular, self.plural)


class Unreadable(Exception):
    """A file whose strings cannot be read; the message names the place."""


def rooms() -> list[str]:
    found = (
        path.name
        for path in PACKAGE.iterdir()
        if path.is_dir() and path.name not in NOT_A_ROOM and any(path.glob("*.py"))
    )
    return [SHARED, *sorted(found)]


def sources(room: str) -> Iterator[Path]:
    if room == SHARED:
        roots = [PACKAGE / name for name in SHARED_DIRECTORIES]
        yield from sorted(PACKAGE.glob("*.py"))
    else:
        roots = [PACKAGE / room]
    for root in roots:
        for path in sorted(root.rglob("*")):
            parts = path.relative_to(PACKAGE).parts
            if not path.is_file() or "migrations" in parts or "__pycache__" in parts:
                continue
            if path.suffix == ".py" or "templates" in parts:
                yield path


def texts(room: str) -> list[Text]:
    """The strings of a room, each once, in the order of the files."""
    found: dict[tuple[str | None, str], Text] = {}
    for path in sources(room):
        read = python_texts if path.suffix == ".py" else template_texts
        for text in read(path):
            known = found.get(text.key)
            # The same words once with and once without a plural are one entry.
            if known is None or (known.plural is None and text.plural is not None):
                found[text.key] = text
    return list(found.values())


def text_of(function: str, arguments: list[str], place: str) -> Text | None:
    named = dict(zip(SHAPES[function], arguments, strict=False))
    if not named.get("s"):
        return None
    return Text(named.get("c"), named["s"], named.get("p"), place)


def python_texts(path: Path) -> list[Text]:
    place = path.relative_to(ROOT).as_posix()
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise Unreadable(f"{place}:{error.lineno}: {error.msg}") from error
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    found = []
    for call in calls:
        function = getattr(call.func, "id", None) or getattr(call.func, "attr", "")
        if function not in SHAPES:
            continue
        arguments = list(literals(call, len(SHAPES[function]), place))
        if text := text_of(function, arguments, place):
            found.append(text)
    return found


def literals(call: ast.Call, count: int, place: str) -> Iterator[str]:
    for argument in call.args[:count]:
        if isinstance(argument, ast.JoinedStr):
            raise Unreadable(f"{place}:{call.lineno}: an f-string cannot be translated.")
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return
        yield argument.value


def template_texts(path: Path) -> list[Text]:
    place = path.relative_to(ROOT).as_posix()
    try:
        code = templatize(path.read_text(encoding="utf-8"), origin=place)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise Unreadable(f"{place}: {error}") from error
    found = []
    for match in TEMPLATE_CALL.finditer(code):
        arguments = list(ast.literal_eval(f"({match[2]},)"))
        if text := text_of(match[1], arguments, place):
            found.append(text)
    return found

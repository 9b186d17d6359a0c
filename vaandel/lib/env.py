"""Environment variables, read strictly.

A variable is either well formed or an error that names it and says what it accepts;
nothing is guessed. Every value may also stand in a file: `NAME_FILE=/run/secrets/name`
is read when `NAME` itself is not set. All errors are collected, so that one start
shows everything that is wrong.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import urlsplit

TRUE = frozenset({"1", "true"})
FALSE = frozenset({"0", "false"})


class ConfigurationError(Exception):
    """The environment cannot be used. One line per problem, each naming its variable."""


class Reader:
    """Reads variables out of a mapping, once each, and remembers names and problems."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.names: list[str] = []
        self.problems: list[str] = []

    def raw(self, name: str) -> str | None:
        """The value, or the content of the file that `<name>_FILE` points at."""
        self.names.append(name)
        value = self._values.get(name, "")
        file = self._values.get(f"{name}_FILE", "")
        if value and file:
            self.problems.append(f"{name} and {name}_FILE are both set: keep one of them.")
        if value or not file:
            return value or None
        try:
            return Path(file).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            self.problems.append(f"{name}_FILE cannot be read ({file}): {reason}.")
            return None

    def text(self, name: str, *, default: str = "") -> str:
        return self.raw(name) or default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.raw(name)
        if value is None:
            return default
        if value.lower() in TRUE:
            return True
        if value.lower() in FALSE:
            return False
        self.problems.append(f"{name} is {value!r}: it takes 1 or true, 0 or false.")
        return default

    def number(self, name: str, *, default: int, at_least: int, at_most: int) -> int:
        value = self.raw(name)
        if value is None:
            return default
        if value.isascii() and value.isdigit() and at_least <= int(value) <= at_most:
            return int(value)
        self.problems.append(
            f"{name} is {value!r}: it takes a whole number from {at_least} to {at_most}."
        )
        return default

    def choice(self, name: str, *, default: str, among: Collection[str]) -> str:
        value = self.raw(name)
        if value is None or value in among:
            return value or default
        self.problems.append(f"{name} is {value!r}: it takes one of {', '.join(sorted(among))}.")
        return default

    def words(self, name: str, *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Words separated by commas or spaces."""
        value = self.raw(name)
        return tuple(value.replace(",", " ").split()) if value else default

    def path(self, name: str, *, default: Path) -> Path:
        value = self.raw(name)
        return Path(value).expanduser().absolute() if value else default

    def address(self, name: str, *, schemes: Collection[str], default: str = "") -> str:
        """A URL with one of these schemes and a host; without a final slash."""
        value = self.raw(name)
        if value is None:
            return default
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            # The value is not repeated: it may hold a password.
            wanted = ", ".join(f"{scheme}://…" for scheme in sorted(schemes))
            self.problems.append(f"{name} is not an address of this form: {wanted}.")
            return default
        return value.rstrip("/")

    def unknown(self, *, prefix: str) -> list[str]:
        """Variables with our prefix that nobody reads, each with the likeliest intended name."""
        known = {*self.names, *(f"{name}_FILE" for name in self.names)}
        found = []
        for name in sorted(self._values):
            if name.startswith(prefix) and name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                found.append(f"{name} (did you mean {near[0]}?)" if near else name)
        return found

    def finish(self) -> None:
        """Raise if anything read so far was wrong."""
        if self.problems:
            raise ConfigurationError("\n".join(self.problems))

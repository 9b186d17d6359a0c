"""The `vaandel` command.

Modules are loaded when their command is chosen: the process that only supervises others
stays small, and `--help` is immediate. Exit codes: 0 fine, 1 it failed, 2 wrong
arguments, 3 the configuration is wrong, 4 the port is taken.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from vaandel import __version__
from vaandel.lib.env import ConfigurationError

FAILED = 1
MISCONFIGURED = 3
PORT_TAKEN = 4
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """`management`: a Django management command of a room, with its own arguments.

    `alone`: runs without Django, which is then not even imported.
    `options`: names of arguments with what `add_argument` takes.
    """

    name: str
    help: str
    management: str = ""
    alone: bool = False
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def module(self) -> str:
        return f"vaandel.config.commands.{self.name.replace('-', '_')}"


# Set by `vaandel up` to its own process id: they end when it ends. Started by hand they may
# outlive the shell.
SUPERVISED = {"--supervised": {"type": int, "default": 0, "help": argparse.SUPPRESS}}
FILE = {"file": {"metavar": "FILE", "type": Path, "help": "the archive (.tar.gz)"}}

COMMANDS = [
    Command(
        "up",
        "run everything: web, worker and clock, watched over",
        alone=True,
        options={
            "--no-migrate": {
                "action": "store_true",
                "help": "leave the database alone: `vaandel migrate` has been run",
            }
        },
    ),
    Command("web", "answer requests", alone=True, options=SUPERVISED),
    Command("worker", "send mail, count clicks, import people", options=SUPERVISED),
    Command("links", "answer short links only, on a node of its own", alone=True),
    Command("links agents", "which programs came through links", management="links_agents"),
    Command("links verify", "do the figures agree with the clicks", management="links_verify"),
    Command("mail test", "send one mail and say what the server answered", management="mail_test"),
    Command("clock", "publish, ask and fetch when it is time", options=SUPERVISED),
    Command("mail status", "what waits, went and failed", management="mail_status"),
    Command("mail pause", "hold all mails back", management="mail_pause"),
    Command("mail resume", "let them go again", management="mail_resume"),
    Command("mail retry", "send again what failed", management="mail_retry"),
    Command("archive verify", "is the chain of the archive whole", management="archive_verify"),
    Command("archive export", "write the archive to a file", management="archive_export"),
    Command("migrate", "bring the database and the static files up to date"),
    Command("demo", "make the demonstration organisation", management="demo"),
    Command("create-organization", "make an organisation", management="create_organization"),
    Command("invite", "invite somebody by mail", management="invite"),
    Command(
        "networks rotate-key",
        "a new key that signs at Bluesky servers",
        management="networks_rotate_key",
    ),
    Command("push-key", "the key that signs messages to browsers", management="push_key"),
    Command("import-feed", "read a feed into the inbox", management="import_feed"),
    Command(
        "doctor",
        "check this installation and say what to do",
        options={"--json": {"action": "store_true", "help": "for programs"}},
    ),
    Command("backup", "write the database and all files into one archive", options=FILE),
    Command(
        "restore",
        "put an archive back",
        options={
            **FILE,
            "--force": {"action": "store_true", "help": "replace what is there now"},
        },
    ),
]
# Parts of `up` and `links`, in processes of their own; not for the list.
PARTS = [
    Command("prepare", "what must be done before the first request"),
    Command("links-web", "answer short links", alone=True, options=SUPERVISED),
    Command("links-count", "store the clicks of this node", options=SUPERVISED),
]


def main(argv: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaandel.config.settings")
    command = chosen(arguments)
    if command and command.management:
        # Its own parser reads the rest, `--help` included.
        rest = arguments[len(command.name.split()) :]
        return guarded(command, argparse.Namespace(rest=rest))
    parser = full_parser([*COMMANDS, command] if command in PARTS else COMMANDS)
    parsed = parser.parse_args(arguments)
    if parsed.command is None:
        parser.print_help()
        return 2
    return guarded(next(c for c in [*COMMANDS, *PARTS] if c.name == parsed.command), parsed)


def chosen(arguments: list[str]) -> Command | None:
    """The command that is asked for; one of two words before one that is its first word."""
    known = {command.name: command for command in [*COMMANDS, *PARTS]}
    names = (" ".join(arguments[:2]), " ".join(arguments[:1]))
    return next((known[name] for name in names if name in known), None)


def full_parser(commands: Sequence[Command] = COMMANDS) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vaandel",
        description="Vaandel: self-hosted employee advocacy.",
        epilog="Settings come from environment variables: docs/operator/configuration.md.",
    )
    parser.add_argument("--version", action="version", version=f"Vaandel {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="command", title="commands")
    for each in commands:
        subparser = subparsers.add_parser(
            each.name, help=each.help, description=sentence(each.help)
        )
        for name, option in each.options.items():
            subparser.add_argument(name, **option)
    return parser


def sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def guarded(command: Command, arguments: argparse.Namespace) -> int:
    try:
        if command.alone:
            return int(import_module(command.module).run(arguments))
        in_django = import_module("vaandel.config.commands.in_django")
        if command.management:
            return int(in_django.run_management_command(command, arguments.rest))
        return int(in_django.run(command, arguments))
    except ConfigurationError as error:
        print(f"Vaandel is not configured correctly.\n{error}", file=sys.stderr)
        return MISCONFIGURED
    except KeyboardInterrupt:
        return INTERRUPTED

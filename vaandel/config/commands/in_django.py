"""Commands that need Django: set it up, and say in plain words what went wrong."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

import django
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError
from django.db import OperationalError

from vaandel.config import logs
from vaandel.config.cli import FAILED, Command

DJANGO_OPTIONS = {
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


def run(command: Command, arguments: argparse.Namespace) -> int:
    logs.Role.name = command.name
    django.setup()
    try:
        return int(import_module(command.module).run(arguments))
    except CommandError as error:
        return failure(str(error))
    except OperationalError as error:
        return database_failure(error)


def run_management_command(command: Command, rest: list[str]) -> int:
    logs.Role.name = command.name
    django.setup()
    app = get_commands().get(command.management)
    if app is None:
        return failure(f"This installation has no command {command.name}.")
    instance = load_command_class(app, command.management)
    parser = instance.create_parser("vaandel", command.name)
    # It says what is wrong with an argument and ends with 2, instead of raising.
    parser.called_from_command_line = True
    for action in parser._actions:
        # What Django gives to every command; it stays usable and out of the way.
        if action.dest in DJANGO_OPTIONS:
            action.help = argparse.SUPPRESS
    options = vars(parser.parse_args(rest))
    positional = options.pop("args", ())
    try:
        instance.execute(*positional, **options)
    except CommandError as error:
        return failure(str(error), error.returncode)
    except OperationalError as error:
        return database_failure(error)
    return 0


def failure(text: str, code: int = FAILED) -> int:
    print(text, file=sys.stderr)
    return code


def database_failure(error: OperationalError) -> int:
    first = str(error).strip().splitlines()[0]
    return failure(
        f"The database cannot be used: {first}.\n"
        "`vaandel migrate` makes the tables; `vaandel doctor` says more."
    )

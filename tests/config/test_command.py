"""The `vaandel` command: help, exit codes and errors in plain words."""

from __future__ import annotations

import pytest

from tests.config.conftest import Installation
from vaandel.config.cli import COMMANDS, main


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if not command.management])
def test_each_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*name.split(), "--help"])

    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: vaandel {name}")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if command.management])
def test_each_command_of_a_room_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*name.split(), "--help"])

    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: vaandel {name}")


def test_the_list_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2

    out = capsys.readouterr().out
    assert [command.name for command in COMMANDS if command.name not in out] == []


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["fly"])

    assert stopped.value.code == 2
    assert "invalid choice: 'fly'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["links verify", "links agents"])
def test_a_wrong_argument_of_a_room_is_wrong_usage(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as wrong:
        main([*name.split(), "--days", "many"])

    assert wrong.value.code == 2
    assert "argument --days: 'many': a whole number from 1 to" in capsys.readouterr().err


def test_a_wrong_variable_stops_every_command(installation: Installation) -> None:
    result = installation.run("doctor", VAANDEL_DEBUG="yes")

    assert result.returncode == 3
    assert result.stderr == (
        "Vaandel is not configured correctly.\n"
        "VAANDEL_DEBUG is 'yes': it takes 1 or true, 0 or false.\n"
    )


def test_a_data_folder_that_cannot_be_made_is_told(installation: Installation) -> None:
    installation.data.parent.mkdir(exist_ok=True)
    (installation.data.parent / "file").write_text("")
    result = installation.run("doctor", VAANDEL_DATA=str(installation.data.parent / "file" / "x"))

    assert result.returncode == 3
    assert "VAANDEL_DATA names a folder that cannot be made" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_does_not_answer_is_told(installation: Installation) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    result = installation.run("migrate", VAANDEL_DATABASE_URL=nowhere)

    assert result.returncode == 1
    assert result.stderr.startswith("The database cannot be used: ")
    assert "Traceback" not in result.stderr

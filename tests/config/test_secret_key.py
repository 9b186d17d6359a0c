"""The key is made once and is nobody else's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vaandel.config.keys import FILE_NAME, kept_secret_key, make_private_folder
from vaandel.lib.env import ConfigurationError


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    first = kept_secret_key(tmp_path)

    assert kept_secret_key(tmp_path) == first
    assert len(first) >= 50
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert kept_secret_key(tmp_path / "a") != kept_secret_key(tmp_path / "b")


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vaandel.config.keys import kept_secret_key; "
        "print(kept_secret_key(Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(4)
    ]

    assert len({process.communicate()[0] for process in started}) == 1


def test_an_empty_key_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("\n")

    with pytest.raises(ConfigurationError, match="does not hold a secret key"):
        kept_secret_key(tmp_path)


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "data")

    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700

"""The wheel runs by itself, in an environment that has nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.conftest import Installation, free_port

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


class Installed(Installation):
    """The `vaandel` command of a wheel, outside the checkout."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        super().__init__(folder, "")
        self.port = free_port()
        self.folder = folder
        self.binaries = binaries
        self.variables |= {"VAANDEL_PORT": str(self.port), "VAANDEL_DEMO": "0"}

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.binaries / "vaandel", *arguments],
            cwd=self.folder,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def up(self) -> None:
        with self.output.open("ab") as stream:
            process = subprocess.Popen(
                [self.binaries / "vaandel", "up"],
                cwd=self.folder,
                env=self.variables,
                stdout=stream,
                stderr=stream,
            )
        self.started.append(process)


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    dist = tmp_path / "dist"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    home = tmp_path / "home"
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    locked = str(ROOT / "requirements" / "base.txt")
    subprocess.run([*pip, "--require-hashes", "-r", locked], check=True)
    subprocess.run([*pip, "--no-deps", *map(str, dist.glob("*.whl"))], check=True)
    made = Installed(tmp_path, home / "bin")
    yield made
    made.clear()


def test_the_wheel_runs_alone(installed: Installed) -> None:
    assert installed.command("--version").stdout.startswith("Vaandel ")
    migrated = installed.command("migrate")
    assert migrated.returncode == 0, migrated.stderr
    installed.up()
    installed.wait_until_alive()

    doctor = installed.command("doctor")
    status, page = installed.get("/accounts/login/")
    sheet = re.search(r'href="(/static/dist/[\w.-]+\.css)"', page)

    # No mail server is the only thing amiss.
    assert [line.split()[1] for line in doctor.stdout.splitlines() if line[:3] == "BAD"] == ["mail"]
    assert status == 200
    assert sheet is not None, page
    with urllib.request.urlopen(f"http://127.0.0.1:{installed.port}{sheet[1]}") as answer:
        assert answer.headers["Content-Type"].startswith("text/css")
        assert "immutable" in answer.headers["Cache-Control"]
        assert len(answer.read()) > 10_000
    with urllib.request.urlopen(
        urllib.request.Request(
            f"http://127.0.0.1:{installed.port}/accounts/login/", headers={"Accept-Language": "nl"}
        )
    ) as answer:
        assert '<html lang="nl"' in answer.read().decode()

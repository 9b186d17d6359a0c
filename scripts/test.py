"""`make test`: set everything up, then every check and test, the cheap ones first.

All of them run, whatever fails before, and the list at the end says which failed. What
cannot run because a program is missing is said loudly; under CI it is a failure. Only the tests
against a Bluesky server may be left out: it is large, and not everybody can install it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pds
import postgres
from prepare import VENV, node_packages, prepare
from steps import ROOT, UNDER_CI, StepFailed, run, say, step

BIN = VENV / "bin"
PYTHON = BIN / "python"
VALKEYS = ("valkey-server", "redis-server")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Of lines and branches, by the complete run only: a part covers less, and need not be told.
LEAST_COVERAGE = 93
# A quarter of a gigabyte is not for everybody.
INSTALL_BLUESKY = UNDER_CI or os.environ.get("VAANDEL_TEST_PDS") == "1"
# Who is done first takes what waits for others: some tests start whole installations.
PARALLEL = ["-n", "auto", "--dist", "worksteal"]
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]


def templates() -> list[Path]:
    return sorted(ROOT.glob("vaandel/**/templates/**/*.html"))


def lint() -> dict[str, Sequence[str | Path]]:
    manage = [str(PYTHON), "-W", "error", "manage.py"]
    return {
        "style": [BIN / "ruff", "check", "--quiet", "."],
        "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
        "template format": [BIN / "djade", "--check", "--target-version", "5.2", *templates()],
        "template style": [BIN / "djlint", "--lint", "--quiet", ROOT / "vaandel"],
        "rooms": [BIN / "lint-imports", "--no-cache"],
        "system checks": [*manage, "check", "--fail-level", "WARNING"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "translations": [PYTHON, ROOT / "scripts" / "messages.py", "check"],
        "scripts": ["npm", "run", "--silent", "check"],
        "types": [BIN / "mypy"],
    }


class Outcome:
    """What failed and what could not be run."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.missing: list[str] = []
        self.left_out: list[str] = []
        # Being installed while other tests run.
        self.server: pds.Meanwhile | None = None

    def check(self, name: str, command: Sequence[str | Path]) -> None:
        try:
            with step(name):
                run(command, environment=own_environment())
        except StepFailed as error:
            say(f"{error}\n")
            self.failed.append(name)

    def pytest(
        self, name: str, *options: str, environment: Mapping[str, str] | None = None
    ) -> None:
        say(f"\n— {name}")
        started = time.monotonic()
        try:
            command = [str(PYTHON), "-m", "pytest", "-q", *options]
            run(command, quiet=False, environment={**own_environment(), **(environment or {})})
        except StepFailed:
            self.failed.append(name)
        say(f"  {name}: {time.monotonic() - started:.0f} s")

    def report(self) -> int:
        say("")
        for text in self.left_out:
            say(f"Left out: {text}")
        for text in self.missing:
            say(f"NOT RUN: {text}")
        if self.failed:
            say(f"Failed: {', '.join(self.failed)}.")
        elif not self.missing:
            say("All checks and tests pass.")
        return 1 if self.failed or (self.missing and UNDER_CI) else 0


def own_environment() -> dict[str, str]:
    """Checks look at the project, not at the data of whoever runs them."""
    return {"VAANDEL_DATA": str(ROOT / ".venv" / "checks-data")}


def installed(package: str, found: Callable[[], object]) -> bool:
    """Whether a program is there, after trying to install its Debian package."""
    if found():
        return True
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    with step(f"installing {package}"):
        subprocess.run([*APT, "update"], check=False, stdout=subprocess.DEVNULL)
        subprocess.run(
            [*APT, "install", "-y", "--no-install-recommends", package],
            check=False,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    return bool(found())


def browser() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def valkey() -> str | None:
    return next((path for name in VALKEYS if (path := shutil.which(name))), None)


def run_lint(outcome: Outcome) -> None:
    node_packages()
    for name, command in lint().items():
        outcome.check(name, command)


def run_tests(outcome: Outcome) -> None:
    measured = ["--cov", "--cov-report=term", f"--cov-fail-under={LEAST_COVERAGE}"]
    # Measuring takes a quarter more time, of which there are twenty minutes there.
    coverage = [] if UNDER_CI else measured
    chosen = "not browser and not pds"
    if not installed("redis-server", valkey):
        outcome.missing.append("tests with Valkey: install it (apt install redis-server).")
        chosen += " and not valkey"
    outcome.pytest("tests on SQLite", *PARALLEL, "-m", chosen, *coverage)
    if installed("postgresql", postgres.binaries):
        with postgres.own_postgres() as address:
            outcome.pytest(
                "tests on PostgreSQL",
                *PARALLEL,
                "-m",
                "not browser and not pds and not slow and not valkey",
                environment={"VAANDEL_DATABASE_URL": address},
            )
    else:
        outcome.missing.append("tests on PostgreSQL: install it (apt install postgresql).")


def run_browser_tests(outcome: Outcome) -> None:
    if not any((ROOT / "tests" / "browser").glob("test_*.py")):
        raise StepFailed("tests/browser has no tests.")
    if installed("chromium", browser):
        outcome.pytest("tests in a browser", "-m", "browser", "tests/browser")
    else:
        outcome.missing.append("tests in a browser: install Chromium (apt install chromium).")


def run_bluesky_tests(outcome: Outcome) -> None:
    name = "tests against a Bluesky server"
    if outcome.server:
        try:
            outcome.server.wait()
        except StepFailed as error:
            outcome.left_out.append(f"{name}: {error}")
            return
    elif not pds.installed():
        outcome.left_out.append(f"{name}: VAANDEL_TEST_PDS=1 installs one (a minute, 250 MB).")
        return
    if installed("chromium", browser):
        outcome.pytest(name, "-m", "pds", "tests/bluesky_pds")
    else:
        outcome.missing.append(f"{name}: install Chromium (apt install chromium).")


PARTS: dict[str, Callable[[Outcome], None]] = {
    "lint": run_lint,
    "tests": run_tests,
    "browser": run_browser_tests,
    "bluesky": run_bluesky_tests,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=PARTS, help="one part instead of all")
    chosen = parser.parse_args().only
    outcome = Outcome()
    say("Vaandel: setting up")
    try:
        prepare("dev")
        if INSTALL_BLUESKY and chosen in (None, "bluesky"):
            outcome.server = pds.Meanwhile()
        for name, part in PARTS.items():
            if chosen in (None, name):
                part(outcome)
    except StepFailed as error:
        say(f"\n{error}")
        outcome.failed.append("set-up")
    finally:
        if outcome.server:
            outcome.server.cancel()
    return outcome.report()


if __name__ == "__main__":
    sys.exit(main())

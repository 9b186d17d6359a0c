"""Everything that must be there before Vaandel runs out of a checkout.

Uses nothing but the standard library, because it creates the environment that the rest
needs. Each step leaves a stamp with a hash of what went in, and is skipped while that
stays the same.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from steps import ROOT, StepFailed, run, say, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
FRONT_END = (
    "package.json",
    "package-lock.json",
    "frontend",
)


def digest(names: Iterable[Path], *, extra: str = "") -> str:
    """A hash over names and contents of files, and of all files below directories."""
    total = hashlib.sha256(extra.encode())
    for name in names:
        files = sorted(p for p in name.rglob("*") if p.is_file()) if name.is_dir() else [name]
        for file in files:
            if file.exists():
                total.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def fresh(stamp: Path, value: str) -> bool:
    return stamp.exists() and stamp.read_text(encoding="utf-8") == value


def virtual_environment() -> None:
    if sys.version_info < OLDEST:
        raise StepFailed(
            f"Vaandel needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. Install a newer one, or name it: "
            "`make run PYTHON=python3.12`."
        )
    if PYTHON.exists():
        return
    with step("virtual environment"):
        try:
            run([sys.executable, "-m", "venv", VENV])
        except StepFailed as error:
            shutil.rmtree(VENV, ignore_errors=True)
            raise StepFailed(
                f"{error}\nThe module venv may be missing (Debian: apt install python3-venv)."
            ) from error


def dependencies(which: str) -> None:
    """Install `requirements/<which>.txt`; `dev` also satisfies `base`."""
    file = ROOT / "requirements" / f"{which}.txt"
    wanted = digest([file], extra=sys.version)
    stamp = VENV / f".vaandel-{which}"
    dev_stamp = VENV / ".vaandel-dev"
    if fresh(stamp, wanted) or (which == "base" and fresh(dev_stamp, dev_digest())):
        return
    with step(f"Python packages ({file.name})"):
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        run([*pip, "--require-hashes", "-r", str(file)])
    stamp.write_text(wanted, encoding="utf-8")


def dev_digest() -> str:
    return digest([ROOT / "requirements" / "dev.txt"], extra=sys.version)


def node_packages() -> None:
    stamp = ROOT / "node_modules" / ".vaandel"
    wanted = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if fresh(stamp, wanted):
        return
    if shutil.which("npm") is None:
        raise StepFailed(
            "npm is missing: it builds the style sheet and the scripts. Install Node 20 or "
            "newer (Debian: apt install nodejs npm)."
        )
    with step("npm packages"):
        run(["npm", "ci", "--no-audit", "--no-fund"])
    stamp.write_text(wanted, encoding="utf-8")


def front_end() -> None:
    """Build `vaandel/static/dist` when something that goes into it has changed."""
    stamp = ROOT / "vaandel" / "static" / "dist" / ".stamp"
    # The style sheet is purged of what no template and no Python file mentions.
    sources = [*sorted(ROOT.glob("vaandel/**/*.html")), *sorted(ROOT.glob("vaandel/**/*.py"))]
    wanted = digest([*(ROOT / name for name in FRONT_END), *sources])
    if fresh(stamp, wanted):
        return
    node_packages()
    with step("front end"):
        run(["npm", "run", "--silent", "build"])
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="utf-8")


def translations() -> None:
    catalogues = sorted(ROOT.glob("vaandel/**/locale/*/LC_MESSAGES/django.po"))
    stale = [
        po
        for po in catalogues
        if not (mo := po.with_suffix(".mo")).exists()
        or mo.stat().st_mtime_ns < po.stat().st_mtime_ns
    ]
    if stale:
        with step("translations"):
            run([PYTHON, ROOT / "scripts" / "messages.py", "compile"])


def prepare(which: str) -> None:
    os.chdir(ROOT)
    virtual_environment()
    dependencies(which)
    front_end()
    translations()


def main() -> int:
    try:
        prepare(sys.argv[1] if len(sys.argv) > 1 else "base")
    except StepFailed as error:
        say(f"\n{error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

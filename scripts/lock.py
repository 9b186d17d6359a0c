"""Write `requirements/base.txt` and `requirements/dev.txt`: every package with its hashes.

The files name no package host and no folder, so that they work with whatever index the
reader's pip is set to. `dev` contains everything in `base`, PostgreSQL's driver too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

from steps import ROOT, StepFailed, say, step

# One lock for all of these; markers decide where versions differ.
OLDEST = "3.11"
EXPORT = [
    "uv",
    "pip",
    "compile",
    "--quiet",
    "--universal",
    f"--python-version={OLDEST}",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-header",
    "--upgrade",
]
HEADER = "# Written by `make lock`. Install with `pip install --require-hashes -r`.\n"
NAMES_A_PLACE = re.compile(r"https?://|file:|(?<!\S)--(?:extra-)?index|(?<!\S)-[fi] ")


def lock(which: str, *options: str) -> None:
    target = ROOT / "requirements" / f"{which}.txt"
    result = subprocess.run(
        [*EXPORT, *options, "pyproject.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise StepFailed(result.stderr)
    if found := NAMES_A_PLACE.search(result.stdout):
        raise StepFailed(f"{target.name} would name a place: {found[0]}")
    target.parent.mkdir(exist_ok=True)
    target.write_text(HEADER + result.stdout, encoding="utf-8")


def main() -> int:
    if shutil.which("uv") is None:
        say("`make lock` needs uv. Nothing else does.")
        return 1
    try:
        with step("requirements/base.txt"):
            lock("base")
        with step("requirements/dev.txt"):
            lock("dev", "--extra=postgres", "--extra=valkey", "--group=dev")
    except StepFailed as error:
        say(f"\n{error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

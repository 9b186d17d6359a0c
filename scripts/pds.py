"""A real Bluesky server (PDS) for the tests that want one: installs it into `.pds/`.

    python scripts/pds.py            install, unless it is there
    python scripts/pds.py start      install, then run one until Ctrl-C

Optional, because it is 250 MB from npm, and SQLite for Node is compiled on the way (a C++
compiler, `make` and Node's headers), which takes a minute.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from prepare import digest, fresh
from steps import ROOT, StepFailed, say, step

HOME = ROOT / ".pds"
STAMP = HOME / ".vaandel"
SOURCE = ROOT / "tests" / "bluesky_pds"
LISTS = (SOURCE / "package.json", SOURCE / "package-lock.json")
SECONDS = 240.0
PORTS = ("2583", "2582")


def installed() -> bool:
    """Whether what the lock asks for is there, for the Node at hand."""
    return shutil.which("node") is not None and fresh(STAMP, wanted())


def wanted() -> str:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return digest(LISTS, extra=node.stdout)


def install(seconds: float = SECONDS) -> None:
    """Raises `StepFailed` when it cannot be done, or not within that many seconds."""
    if shutil.which("npm") is None:
        raise StepFailed("npm is missing.")
    if installed():
        return
    with step("Bluesky server"):
        HOME.mkdir(exist_ok=True)
        STAMP.unlink(missing_ok=True)
        for file in LISTS:
            shutil.copy(file, HOME)
        npm_ci(seconds)
        STAMP.write_text(wanted(), encoding="utf-8")


def npm_ci(seconds: float) -> None:
    log = HOME / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["npm", "ci", "--no-audit", "--no-fund"],
            cwd=HOME,
            env={**headers_of_node(), **os.environ},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise StepFailed(f"not installed within {seconds:.0f} seconds.") from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code:
        lines = log.read_text(errors="replace").splitlines()
        first = next((line for line in lines if "error" in line), "")
        raise StepFailed(f"npm ended with exit code {code}, {first!r}; see {log.relative_to(ROOT)}")


def headers_of_node() -> dict[str, str]:
    """Those beside Node, where there are any, instead of a download."""
    prefix = Path(shutil.which("node") or sys.executable).resolve().parent.parent
    there = (prefix / "include" / "node" / "node.h").exists()
    return {"npm_config_nodedir": str(prefix)} if there else {}


class Meanwhile:
    """Installs while something else is done, which goes first."""

    def __init__(self) -> None:
        first = ["nice", "-n", "5"] if shutil.which("nice") else []
        self._process = subprocess.Popen(
            [*first, sys.executable, __file__],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self) -> None:
        """Until it is installed. Raises `StepFailed` when that did not work."""
        output, _ = self._process.communicate()
        *_, last = output.splitlines() or [""]
        if self._process.returncode:
            raise StepFailed(last)
        if last:
            say(last)

    def cancel(self) -> None:
        """Does nothing when it has ended."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate()


def start() -> int:
    """One to try things out by hand."""
    folder = tempfile.mkdtemp(prefix="vaandel-pds-")
    password = secrets.token_urlsafe(12)
    process = subprocess.Popen(
        ["node", str(SOURCE / "server.cjs"), folder, *PORTS],
        env={
            **os.environ,
            "NODE_PATH": str(HOME / "node_modules"),
            "PDS_ADMIN_PASSWORD": password,
        },
        stdin=subprocess.PIPE,
    )
    say(f"http://localhost:{PORTS[0]}, admin password {password}; Ctrl-C ends it.")
    try:
        return process.wait()
    except KeyboardInterrupt:
        return process.wait()


def main() -> int:
    # So that whoever waits for this can end it, and npm with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    started = time.monotonic()
    try:
        install()
    except StepFailed as error:
        say(f"{error} (after {time.monotonic() - started:.0f} s)")
        return 1
    return start() if sys.argv[1:] == ["start"] else 0


if __name__ == "__main__":
    sys.exit(main())

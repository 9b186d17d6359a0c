"""A real Bluesky server (PDS) with its directory of identities (PLC), on this machine only."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from tests.config.conftest import ROOT, free_port

SCRIPT: Final = ROOT / "tests" / "bluesky_pds" / "server.cjs"
PACKAGES: Final = ROOT / ".pds" / "node_modules"
POST: Final = "app.bsky.feed.post"
# Starting takes one to six seconds, more on a machine with other work.
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the server; ``token`` is of a session with the password, for arranging."""

    did: str
    handle: str
    password: str
    token: str


class Pds:
    """``url`` and ``plc_url`` without a slash at the end; ``url`` is the OAuth issuer too.

    ``hidden``: nothing answers at ``url`` until a proxy is put there, in front of ``address``. The
    server insists on the port that it is known by.
    """

    def __init__(self, folder: Path, *, hidden: bool = False) -> None:
        ports = [free_port(), free_port()]
        self.port = ports[0]
        listens = free_port() if hidden else self.port
        self.address = f"http://127.0.0.1:{listens}"
        self.url = f"http://localhost:{ports[0]}"
        self.plc_url = f"http://localhost:{ports[1]}"
        self._admin = ("admin", secrets.token_urlsafe(16))
        node = shutil.which("node")
        assert node, "Node is needed, as for building the front end."
        assert PACKAGES.is_dir(), "These tests need a server: .venv/bin/python scripts/pds.py"
        # It ends with its standard input, so also when this process is killed.
        self.process = subprocess.Popen(
            [node, str(SCRIPT), str(folder), *map(str, ports)],
            env={
                **os.environ,
                "NODE_PATH": str(PACKAGES),
                "PDS_ADMIN_PASSWORD": self._admin[1],
                "PDS_LISTENS": str(listens),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        # Killed when it takes too long, which ends the line that is waited for.
        limit = threading.Timer(PATIENCE, self.process.kill)
        limit.start()
        assert self.process.stdout
        said = self.process.stdout.readline()
        limit.cancel()
        assert json.loads(said or "{}") == {"ready": True}, "The Bluesky server did not start."

    def behind(self, name: str, address: str) -> None:
        """Have the server fetch ``https://<name>/…`` from ``address`` (``http://127.0.0.1:8000``).

        So an application on this machine can be a client with metadata under a public name. The
        server keeps metadata for ten minutes. Names it takes: see docs/developer/bluesky.md.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"name": name, "address": address}) + "\n")
        self.process.stdin.flush()
        assert json.loads(self.process.stdout.readline()) == {"name": name}

    def create_account(self, handle: str, password: str = "correct-horse-battery") -> Account:
        """The handle ends in `.test`."""
        said = self.ask(
            "POST",
            "com.atproto.server.createAccount",
            json={"handle": handle, "email": f"{handle}@example.org", "password": password},
        )
        return Account(said["did"], handle, password, said["accessJwt"])

    def records(self, did: str, collection: str = POST) -> list[dict[str, Any]]:
        """What somebody has there (`uri`, `cid`, `value`), the newest first; no more than 100."""
        said = self.ask(
            "GET",
            "com.atproto.repo.listRecords",
            params={"repo": did, "collection": collection, "limit": 100},
        )
        return list(said["records"])

    def blob(self, did: str, cid: str) -> bytes:
        """A file that one of somebody's records refers to."""
        answer = httpx.get(
            f"{self.url}/xrpc/com.atproto.sync.getBlob", params={"did": did, "cid": cid}
        )
        return answer.raise_for_status().content

    def take_down(self, account: Account, *, off: bool = True) -> None:
        """As the server's moderators do; ``off=False`` brings the account back."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": account.did}
        self.ask(
            "POST",
            "com.atproto.admin.updateSubjectStatus",
            json={"subject": subject, "takedown": {"applied": off, "ref": "test"}},
            auth=self._admin,
        )

    def ask(self, method: str, name: str, **options: Any) -> dict[str, Any]:
        """One call of the server's interface; raises `httpx.HTTPStatusError`."""
        answer = httpx.request(method, f"{self.url}/xrpc/{name}", timeout=30, **options)
        return dict(answer.raise_for_status().json() if answer.content else {})

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@contextmanager
def pds(*, hidden: bool = False) -> Iterator[Pds]:
    """One with nobody on it, gone afterwards; ``hidden``: see ``Pds``."""
    folder = Path(tempfile.mkdtemp(prefix="vaandel-pds-"))
    try:
        server = Pds(folder, hidden=hidden)
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)

"""Two processes want new tokens at once, or one is killed meanwhile: no token is used twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mailing.test_killed_sender import own_database
from tests.networks.stub import serve
from tests.networks.wire import Answer, Request
from tests.networks.x import X

ROOT = Path(__file__).parents[2]
THREADS = 8
TOKEN = ("POST", "/2/oauth2/token")


class Installation:
    def __init__(self, folder: Path, database: str, network: X) -> None:
        self.folder = folder
        self._environment = {
            **{name: v for name, v in os.environ.items() if not name.startswith("VAANDEL_")},
            "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
            "PYTHONPATH": str(ROOT),
            "VAANDEL_DATA": str(folder / "data"),
            "VAANDEL_DATABASE_URL": database,
            "VAANDEL_SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnop",
            "VAANDEL_FETCH_ALLOWED_HOSTS": network.host,
            "VAANDEL_NETWORK_ADDRESSES": f"X_API={network.url} X_WWW={network.url}",
            "VAANDEL_NETWORK_APPS": (
                f"X_CLIENT_ID={network.settings.client_id}"
                f" X_CLIENT_SECRET={network.settings.client_secret}"
            ),
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.channels.opener", *words]
        return subprocess.Popen(
            command, env=self._environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )

    def run(self, *words: str) -> Any:
        return said(self.start(*words))


def said(process: subprocess.Popen[str]) -> Any:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return json.loads(output)


def renewals(network: X) -> int:
    return sum(b"grant_type=refresh_token" in seen.body for seen in network.requests)


@pytest.fixture
def x() -> Iterator[X]:
    with serve(X()) as network:
        yield network


@pytest.fixture
def installation(tmp_path: Path, x: X) -> Iterator[Installation]:
    """With one account at X, whose tokens end in a minute."""
    access = x.connect("p1")
    tokens = tmp_path / "tokens"
    tokens.write_text(
        json.dumps({"access_token": access, "refresh_token": x.refresh_token_of(access)})
    )
    with own_database("vaandel_renewing") as database:
        found = Installation(tmp_path, database, x)
        found.run("prepare", str(tokens))
        yield found


@pytest.mark.slow
@pytest.mark.django_db
def test_sixteen_in_two_processes_renew_once(installation: Installation, x: X) -> None:
    processes = [installation.start("open", str(THREADS)) for _ in range(2)]
    got = [token for process in processes for token in said(process)]

    row = installation.run("report")
    assert got == [row["access_token"]] * (2 * THREADS)
    assert (row["state"], row["version"], row["mails"]) == ("ACTIVE", 2, 0)
    assert renewals(x) == 1


@pytest.mark.slow
@pytest.mark.django_db
def test_who_is_killed_before_storing_leaves_a_token_that_nobody_uses_again(
    installation: Installation, x: X
) -> None:
    asked, killed = threading.Event(), threading.Event()
    give = x.exact[TOKEN]

    def slowly(request: Request) -> Answer:
        answer = give(request)
        asked.set()
        killed.wait(60)
        return answer

    x.exact[TOKEN] = slowly
    process = installation.start("lease", "1")
    assert asked.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    killed.set()

    # Whoever comes next waits until the lease is over, and then knows that nobody stores.
    got = installation.run("open", str(THREADS))

    assert got == ["reconnect"] * THREADS
    row = installation.run("report")
    assert (row["state"], row["version"], row["mails"]) == ("RECONNECT", 1, 1)
    assert renewals(x) == 1

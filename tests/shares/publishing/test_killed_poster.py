"""Processes that post are killed while 1 in 100 answers is lost: none missing, none double."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.mailing.test_killed_sender import own_database
from tests.networks.linkedin import LinkedIn
from tests.networks.lossy import lossy

ROOT = Path(__file__).parents[3]
PEOPLE = 100
LEASE_SECONDS = 2.0


class Installation:
    def __init__(self, folder: Path, database: str, network: LinkedIn, proxy: str) -> None:
        self._said = folder / "said"
        self._environment = {
            **{name: v for name, v in os.environ.items() if not name.startswith("VAANDEL_")},
            "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
            "PYTHONPATH": str(ROOT),
            "VAANDEL_DATA": str(folder / "data"),
            "VAANDEL_DATABASE_URL": database,
            "VAANDEL_SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnop",
            "VAANDEL_FETCH_ALLOWED_HOSTS": urlsplit(proxy).netloc,
            "VAANDEL_NETWORK_ADDRESSES": f"LINKEDIN_API={proxy} LINKEDIN_WWW={proxy}",
            "VAANDEL_NETWORK_APPS": (
                f"LINKEDIN_CLIENT_ID={network.settings.client_id}"
                f" LINKEDIN_CLIENT_SECRET={network.settings.client_secret}"
            ),
        }

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.shares.publishing.poster", *words]
        with self._said.open("wb") as said:
            return subprocess.Popen(
                command, env=self._environment, cwd=ROOT, stdout=said, stderr=subprocess.DEVNULL
            )

    def run(self, *words: str) -> str:
        assert self.start(*words).wait(300) == 0
        return self._said.read_text()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("count", "kills"), [(600, 2)])
def test_killed_while_answers_are_lost(
    linkedin: LinkedIn, tmp_path: Path, count: int, kills: int
) -> None:
    tokens = {f"p{number}": linkedin.connect(f"p{number}") for number in range(PEOPLE)}
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps(tokens))
    with (
        own_database(f"vaandel_posting_{os.getpid()}") as url,
        lossy(urlsplit(linkedin.url).netloc) as proxy,
    ):
        ours = Installation(tmp_path, url, linkedin, proxy.url)
        ours.run("prepare", str(count), str(file))
        proxy.order("lost", "POST", r"^/rest/posts$", times=None, fraction=0.01, seed=7)
        for kill in range(kills):
            victims = [ours.start("post", str(LEASE_SECONDS)) for _ in range(2)]
            enough = (kill + 1) * count // (kills + 2) + random.randint(0, 30)
            wait_for(linkedin, enough)
            for victim in victims:
                victim.send_signal(signal.SIGKILL)
            assert [victim.wait(20) for victim in victims] == [-signal.SIGKILL] * 2
        ours.run("post", str(LEASE_SECONDS))
        found: dict[str, Any] = json.loads(ours.run("report"))

    assert found["states"] == {"PUBLISHED": count}
    assert found["shares"] == count
    there = [posted.id for posted in linkedin.posts]
    assert len(there) == count
    assert sorted(found["remote_ids"]) == sorted(there)
    links = {posted.sent["content"]["article"]["source"] for posted in linkedin.posts}
    assert len(links) == count


def wait_for(linkedin: LinkedIn, posts: int) -> None:
    deadline = time.monotonic() + 120
    while len(linkedin.posts) < posts:
        assert time.monotonic() < deadline
        time.sleep(0.01)

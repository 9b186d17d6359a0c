"""What every network on this machine can be told to do, from here and from another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.networks.asking import http
from tests.networks.linkedin import LinkedIn
from tests.networks.test_linkedin_posts import Member

ROOT = Path(__file__).resolve().parents[2]


def test_the_next_requests_fail_as_told(linkedin: LinkedIn) -> None:
    member = Member(linkedin)
    headers = {"Retry-After": "30"}
    linkedin.fail_next("POST", "/rest/posts$", 429, body="{}", headers=headers, times=2)

    said = [member.post("Hello") for _ in range(3)]

    assert [answer.status_code for answer in said] == [429, 429, 201]
    assert said[0].headers["retry-after"] == "30"
    assert [seen.status for seen in linkedin.requests] == [429, 429, 201]


def test_a_failure_can_come_after_the_work(linkedin: LinkedIn) -> None:
    member = Member(linkedin)
    linkedin.fail_next("POST", "/rest/posts", 504, after=True)

    assert member.post("Hello").status_code == 504
    assert len(linkedin.posts) == 1


def test_a_network_can_hang_up_and_can_be_slow(linkedin: LinkedIn) -> None:
    member = Member(linkedin)
    linkedin.fail_next("*", "/rest", drop=True)
    linkedin.fail_next("*", "/rest", seconds=5)

    with pytest.raises(httpx.RemoteProtocolError):
        member.post("Hello")
    with pytest.raises(httpx.ReadTimeout):
        http.get(f"{linkedin.url}/rest/posts", timeout=0.1)
    assert linkedin.posts == []


def test_a_body_may_come_in_chunks_and_addresses_may_be_unknown(linkedin: LinkedIn) -> None:
    sent = http.post(
        f"{linkedin.url}/oauth/v2/revoke",
        content=iter([b"client_id=client&", b"client_secret=client-secret"]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert sent.status_code == 200
    assert http.get(f"{linkedin.url}/v2/me").status_code == 404


def test_reset_forgets(linkedin: LinkedIn) -> None:
    member = Member(linkedin)
    member.post("Hello")
    linkedin.reset()

    assert (linkedin.posts, list(linkedin.requests)) == ([], [])
    assert member.post("Hello").status_code == 401


@pytest.mark.slow
def test_a_network_runs_as_a_process_and_is_told_what_to_do() -> None:
    command = [sys.executable, "-m", "tests.networks", "linkedin"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            drive(url)
        finally:
            process.terminate()


def drive(url: str) -> None:
    with httpx.Client(base_url=f"{url}/_stub") as stub:
        tokens = stub.post("/connect", json={"people": ["p1", "p2"]}).json()
        assert sorted(tokens) == ["p1", "p2"]
        fault = {"method": "GET", "path": "/v2/userinfo", "status": 503}
        stub.post("/faults", json=fault)
        headers = {"Authorization": f"Bearer {tokens['p2']}"}
        asked = [http.get(f"{url}/v2/userinfo", headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in asked] == [503, 200]
        assert [seen["status"] for seen in stub.get("/requests").json()] == [503, 200]
        settings = stub.post("/settings", json={"partner": True, "scopes": ["openid"]}).json()
        assert (settings["partner"], settings["scopes"]) == (True, ["openid"])
        stub.post("/skip", json={"seconds": 61 * 86400})
        assert http.get(f"{url}/v2/userinfo", headers=headers).status_code == 401
        assert stub.get("/").json() == {"posts": 0, "live": 0, "duplicates": []}
        assert stub.get("/posts").json() == []
        assert stub.post("/reset").json() == {}

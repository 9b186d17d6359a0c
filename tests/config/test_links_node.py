"""`vaandel links`: a node of its own, with real processes."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psutil
import pytest

from tests.config.conftest import PATIENCE, Installation

pytestmark = pytest.mark.slow

PAGES = "https://vaandel.example"
TARGET = "https://news.example/a"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
MAKE = f"""
from django.utils import timezone
from vaandel.links.services import create_link
acme = Organization.objects.create(name="Acme", slug="acme")
link = create_link(
    organization=acme, target_url="{TARGET}", channel="x", at=timezone.now())
print(link.code)
"""
END = """
import time
from django.utils import timezone
from vaandel.links.models import Link
from vaandel.links.services import end_links
end_links(Link.objects.values_list("pk", flat=True), at=timezone.now())
print(time.time())
"""
COUNT = """
from vaandel.links.models import Click, LinkDay
print(Click.objects.count(), sum(LinkDay.objects.values_list("count", flat=True)))
"""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str


@dataclass(slots=True)
class Node:
    installation: Installation
    code: str
    process: subprocess.Popen[bytes]

    def asks(self, path: str, *, visitor: int = 0) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.installation.port, timeout=5)
        try:
            language = f"nl;q=0.{visitor}"
            headers = {"User-Agent": CHROME, "Accept-Language": language}
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.getheader("Location") or "")
        finally:
            connection.close()

    def stored(self) -> tuple[int, int]:
        clicks, added = self.installation.in_django(COUNT).split()
        return int(clicks), int(added)

    def part(self, role: str) -> psutil.Process | None:
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if role in child.cmdline():
                    return child
        return None

    def has_another(self, role: str, than: int) -> bool:
        now = self.part(role)
        return now is not None and now.pid != than


def until(condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def node(installation: Installation) -> Node:
    """Its pages are somewhere else, its database is the one that is shared."""
    installation.variables |= {"VAANDEL_URL": PAGES}
    assert installation.run("migrate").returncode == 0
    code = installation.in_django(MAKE)
    process = installation.start("links")
    installation.wait_until_alive()
    return Node(installation, code, process)


def test_it_answers_and_counts_links_and_leads_everything_else_to_the_pages(node: Node) -> None:
    assert node.asks(f"/s/{node.code}") == Answer(302, TARGET)
    assert node.asks(f"/s/{node.code.upper()}/", visitor=1) == Answer(302, TARGET)
    assert node.asks("/s/zzzzzzzzz") == Answer(302, f"{PAGES}/over/zzzzzzzzz/")
    assert node.asks("/") == Answer(302, f"{PAGES}/")
    assert [node.asks(path).status for path in ("/s/", "/o/acme/", "/accounts/login/")] == [404] * 3
    assert node.installation.get("/healthz")[0] == 200
    assert node.installation.get("/readyz") == (
        200,
        '{"ready": true, "checks": {"database": true, "migrations": true, "spool": true}}',
    )
    until(lambda: node.stored() == (2, 2))


def test_it_follows_while_somebody_looks_all_the_time(node: Node) -> None:
    """The last answer with the old target comes less than two seconds after the change."""
    process = node.installation.python_in_background(
        "import django; django.setup()\n"
        "from vaandel.organizations.tenancy import every_tenant\n"
        "with every_tenant():\n"
        + "".join(f"    {line}\n" for line in END.splitlines() if line and "print" not in line)
    )
    friendly, last_old = f"{PAGES}/over/{node.code}/", 0.0
    deadline = time.monotonic() + PATIENCE
    while node.asks(f"/s/{node.code}").location != friendly:
        last_old = time.time()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.wait(PATIENCE)
    ended_at = node.installation.in_django(
        "from vaandel.links.models import Link\nprint(Link.objects.get().ended_at.timestamp())"
    )

    assert last_old - float(ended_at) < 2.0


def test_who_answers_is_killed_and_nothing_is_lost(node: Node) -> None:
    answered = sum(node.asks(f"/s/{node.code}", visitor=n).status == 302 for n in range(5))
    web = node.part("links-web")
    assert web is not None
    worker = web.children()[0]

    worker.kill()

    until(lambda: [child.pid for child in web.children()] not in ([], [worker.pid]))
    node.installation.wait_until_alive()
    answered += sum(node.asks(f"/s/{node.code}", visitor=n).status == 302 for n in range(5, 9))
    assert answered == 9
    until(lambda: node.stored() == (9, 9))


def test_a_killed_half_is_started_again(node: Node) -> None:
    for number, role in enumerate(["links-web", "links-count"]):
        assert node.asks(f"/s/{node.code}", visitor=number).status == 302
        killed = node.part(role)
        assert killed is not None
        killed.kill()
        until(partial(node.has_another, role, killed.pid))
        node.installation.wait_until_alive()

    until(lambda: node.stored() == (2, 2))


def test_it_stops_as_a_whole_and_leaves_nothing_behind(node: Node) -> None:
    family = psutil.Process(node.process.pid).children(recursive=True)
    assert len(family) == 3
    announced = f"Short links are answered at {PAGES}/s/…"
    until(lambda: announced in node.installation.said())

    node.process.send_signal(signal.SIGTERM)

    assert node.process.wait(20) == 0
    until(lambda: not any(process.is_running() for process in family), seconds=5)
    assert "Traceback" not in node.installation.said()


def test_it_says_how_it_is_used(installation: Installation) -> None:
    result = installation.run("links", "--help")

    assert result.returncode == 0
    assert "Answer short links only, on a node of its own." in result.stdout
    listed = installation.run("--help").stdout
    assert re.search(r"^ +links +answer short links only", listed, re.MULTILINE)


def test_the_report_of_programs_is_a_command_beside_it(installation: Installation) -> None:
    assert installation.run("migrate").returncode == 0

    result = installation.run("links", "agents")

    assert (result.returncode, result.stderr) == (0, "")
    assert installation.run("links", "agents", "--help").returncode == 0

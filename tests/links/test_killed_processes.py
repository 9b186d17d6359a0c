"""Clicks survive `kill -9` of who answers and of who counts."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.factories import LinkFactory
from vaandel.links import spool
from vaandel.links.ingest import ingest_clicks
from vaandel.links.models import Click, LinkDay
from vaandel.organizations.models import Organization

ANSWERING = """
import sys
from pathlib import Path
import django
django.setup()
from vaandel.links.spool import Writer
writer = Writer(Path(sys.argv[1]), sync=sys.argv[3] == "sync")
while True:
    written = writer.append(int(sys.argv[2]), 1795512600.0, "HUMAN", family="Chrome")
    print(*written, flush=True)  # the answer
"""


@pytest.mark.parametrize("way", ["sync", "fast"])
def test_who_answers_is_killed(way: str, settings: Any, acme: Organization) -> None:
    folder = Path(settings.SPOOL_DIR)
    link = LinkFactory.create(organization=acme)
    answered: set[str] = set()
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", ANSWERING, str(folder), str(link.pk), way],
            stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )
        assert process.stdout is not None
        answered.add(process.stdout.readline().decode().strip())
        threading.Timer(random.uniform(0.05, 0.2), process.kill).start()
        answered |= {line.decode().strip() for line in process.stdout if line.endswith(b"\n")}
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()

    stored = ingest_clicks()

    assert len(answered) > 100
    # At most the one that each was busy with is stored without an answer.
    assert len(answered) <= stored <= len(answered) + 4
    assert Click.objects.count() == LinkDay.objects.get().count == stored
    assert spool.files(folder) == []


PREPARING = """
import django, sys
django.setup()
from django.conf import settings
from django.core.management import call_command
for alias in sorted(settings.DATABASES):
    call_command("migrate", database=alias, verbosity=0)
from pathlib import Path
from vaandel.links.spool import Writer
from vaandel.links.models import Campaign, Link
from vaandel.organizations.models import Organization
from vaandel.organizations.tenancy import every_tenant
with every_tenant():
    acme = Organization.objects.create(name="Acme", slug="acme")
    post = Campaign.objects.create(organization=acme, key="post:1")
    ids = [Link.objects.create(organization=acme, code=f"c{n}", target_url="https://x.example/",
                               campaign=post).pk for n in range(3)]
writer = Writer(Path(settings.SPOOL_DIR))
for number in range(int(sys.argv[1])):
    assert writer.append(ids[number % 3], 1795512600.0, "HUMAN", visitor=number % 100)
"""
INGESTING = """
import django
django.setup()
from vaandel.links import ingest
ingest.CHUNK_BYTES = 20_000
print("ready", flush=True)
ingest.ingest_clicks()
print("done", flush=True)
"""
COUNTING = """
import django, json
django.setup()
from django.conf import settings
from django.db.models import Sum
from pathlib import Path
from vaandel.links.models import CampaignHour, Click, LinkDay, OrganizationDay, SpoolFile
from vaandel.links.spool import files
from vaandel.organizations.tenancy import every_tenant
with every_tenant():
    print(json.dumps([Click.objects.count(), LinkDay.objects.aggregate(s=Sum("count"))["s"],
                      CampaignHour.objects.aggregate(s=Sum("count"))["s"],
                      OrganizationDay.objects.aggregate(s=Sum("count"))["s"],
                      LinkDay.objects.aggregate(s=Sum("uniques"))["s"],
                      SpoolFile.objects.count(), len(files(Path(settings.SPOOL_DIR)))]))
"""


def environment(tmp_path: Path) -> dict[str, str]:
    """That of a process of its own: on SQLite with files, on PostgreSQL on the tests' database."""
    url = os.environ.get("VAANDEL_DATABASE_URL", "")
    if url:
        url = urlunsplit(urlsplit(url)._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "vaandel.config.settings",
        "VAANDEL_DATA": str(tmp_path),
        "VAANDEL_DATABASE_URL": url,
    }


def run(script: str, env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_counts_is_killed(tmp_path: Path) -> None:
    env = environment(tmp_path)
    clicks = 12_000
    run(PREPARING, env, str(clicks))
    kills = 0
    for _ in range(40):
        process = subprocess.Popen(
            [sys.executable, "-c", INGESTING], env=env, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0.005, 0.08))
        process.kill()
        rest = process.stdout.read()
        process.stdout.close()
        process.wait()
        if "done" in rest:
            break
        kills += 1

    run(INGESTING, env)

    assert kills >= 2
    assert json.loads(run(COUNTING, env)) == [clicks, clicks, clicks, clicks, 300, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_who_count_at_once_take_turns(tmp_path: Path) -> None:
    env = environment(tmp_path)
    run(PREPARING, env, "3000")
    workers = [subprocess.Popen([sys.executable, "-c", INGESTING], env=env) for _ in range(2)]

    assert [worker.wait() for worker in workers] == [0, 0]
    assert json.loads(run(COUNTING, env)) == [3000, 3000, 3000, 3000, 300, 0, 0]

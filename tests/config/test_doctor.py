"""`vaandel doctor` finds what is wrong and says what to do."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.utils import timezone

from tests.config.conftest import Installation, free_port
from tests.mailing.imap_server import ImapServer
from vaandel.clock.services import hold_lease
from vaandel.config import diagnosis
from vaandel.config.environment import Environment, read
from vaandel.config.health import Finding


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set variables, as the checks see them."""

    def set_variables(**variables: str) -> Environment:
        environment = read(variables)
        monkeypatch.setattr(diagnosis, "ENVIRONMENT", environment)
        return environment

    return set_variables


def bad(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings if not finding.ok]


def test_a_new_installation_lacks_mail_and_processes(installation: Installation) -> None:
    installation.run("migrate")

    result = installation.run("doctor", "--json")

    findings = json.loads(result.stdout)
    assert result.returncode == 1
    assert [row["name"] for row in findings if not row["ok"]] == ["mail", "worker", "clock"]
    assert [row["name"] for row in findings if not row["ok"] and not row["advice"]] == []
    assert [row["name"] for row in findings if row["ok"] and row["advice"]] == []


def test_a_demonstration_with_its_processes_is_healthy(installation: Installation) -> None:
    installation.run("migrate")
    installation.in_django(
        "from datetime import timedelta\n"
        "from django.utils import timezone\n"
        "from vaandel.clock.services import hold_lease\n"
        "for name in ('worker:1', 'clock'):\n"
        "    hold_lease(name=name, holder='1', at=timezone.now(), lasting=timedelta(hours=1))"
    )

    result = installation.run("doctor", VAANDEL_DEMO="1")

    assert result.returncode == 0, result.stdout
    assert "BAD" not in result.stdout
    assert "read the mails at /demo/outbox/" in result.stdout


def test_without_tables_it_says_how_to_make_them(installation: Installation) -> None:
    result = installation.run("doctor")

    assert result.returncode == 1
    assert "→ Run `vaandel migrate`." in result.stdout


def test_without_a_database_it_still_answers(installation: Installation) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    result = installation.run("doctor", VAANDEL_DATABASE_URL=nowhere)

    assert result.returncode == 1
    assert "→ Start the database, or correct VAANDEL_DATABASE_URL." in result.stdout
    assert "Traceback" not in result.stderr


def test_a_misspelt_variable(given: Any) -> None:
    given(VAANDEL_PROT="1")

    finding = diagnosis.configuration()

    assert not finding.ok
    assert "VAANDEL_PROT (did you mean VAANDEL_PORT?)" in finding.detail


def test_debugging(given: Any) -> None:
    given(VAANDEL_DEBUG="1")

    assert diagnosis.configuration().advice == "Unset it."


def test_an_open_address_without_a_name(given: Any) -> None:
    given(VAANDEL_BIND="0.0.0.0")
    assert not diagnosis.public_address().ok

    given(VAANDEL_BIND="0.0.0.0", VAANDEL_URL="https://vaandel.example")
    assert diagnosis.public_address().ok


def test_a_short_secret(given: Any) -> None:
    given(VAANDEL_SECRET_KEY="short")
    assert "VAANDEL_OLD_SECRET_KEYS" in diagnosis.secret_key().advice

    given(VAANDEL_SECRET_KEY="x" * 32)
    assert diagnosis.secret_key().ok


def test_a_key_that_others_can_read(given: Any, settings: Any, tmp_path: Path) -> None:
    given()
    settings.DATA_DIR = tmp_path
    key = tmp_path / "secret-key"
    key.write_text("x")
    key.chmod(0o644)
    assert diagnosis.secret_key().advice == f"Run: chmod 600 {key}"

    key.chmod(0o600)
    assert diagnosis.secret_key().ok


class NoLogin:
    """A server that knows nobody."""

    async def auth_LOGIN(self, server: SMTP, _: list[str]) -> None:  # noqa: N802
        await server.push("535 5.7.8 No")


@pytest.fixture
def mail_server() -> Iterator[int]:
    port = free_port()
    controller = Controller(
        NoLogin(), hostname="127.0.0.1", port=port, auth_require_tls=False, auth_required=False
    )
    controller.start()
    yield port
    controller.stop()


def mail_settings(settings: Any, given: Any, port: int, user: str = "") -> None:
    given(VAANDEL_SMTP_URL=f"smtp://127.0.0.1:{port}")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = user


def test_a_mail_server_that_answers(settings: Any, given: Any, mail_server: int) -> None:
    mail_settings(settings, given, mail_server)

    assert diagnosis.mail() == Finding("mail", True, f"127.0.0.1:{mail_server} accepts us")


def test_a_mail_server_that_refuses_us(settings: Any, given: Any, mail_server: int) -> None:
    mail_settings(settings, given, mail_server, user="somebody")

    assert "refuses the name or the password" in diagnosis.mail().detail


def test_a_mail_server_that_is_not_there(settings: Any, given: Any) -> None:
    mail_settings(settings, given, free_port())

    finding = diagnosis.mail()

    assert "does not answer" in finding.detail
    assert "firewall" in finding.advice


def test_no_mail_server(given: Any, settings: Any) -> None:
    given()
    settings.DEMO = False

    assert diagnosis.mail().advice == "Set VAANDEL_SMTP_URL and VAANDEL_MAIL_FROM."


def test_a_full_disk(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(diagnosis, "LEAST_FREE", 2**60)

    assert bad(diagnosis.disk()) == ["disk"]


def test_a_folder_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "file"

    findings = diagnosis.disk()

    assert bad(findings) == ["media folder"]
    assert findings[-1].advice.startswith(
        f"Give it to the user that runs Vaandel: chown -R {os.getuid()}"
    )


def test_the_year_is_wrong(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    with time_machine.travel(datetime(1970, 1, 2, tzinfo=UTC)):
        findings = diagnosis.clock()

    # The disk has the right time, so the two differ as well.
    assert bad(findings) == ["system clock", "disk clock"]


def test_an_unknown_time_zone(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.TIME_ZONE = "Europe/Nowhere"

    assert bad(diagnosis.clock()) == ["time zones"]


def test_a_data_folder_that_is_gone(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "gone"

    assert diagnosis.file_clock().detail == "unknown: the data folder is not writable"


@pytest.mark.django_db
def test_a_database_on_a_machine_with_another_clock() -> None:
    assert diagnosis.database_clock().ok

    with time_machine.travel(time.time() + 3600):
        # SQLite says whole seconds.
        found = diagnosis.database_clock()
        assert not found.ok
        assert found.detail in {"-3600 s from ours", "-3601 s from ours"}


@pytest.mark.django_db
def test_the_settings_of_the_database_are_asked() -> None:
    finding = diagnosis.database_settings()

    # The tests' SQLite is in memory, which has no write-ahead log: that is found.
    assert (finding.ok, finding.detail) in {
        (True, "PostgreSQL 15, UTF-8"),
        (False, "journal_mode is memory"),
    }


@pytest.mark.django_db
def test_processes_that_show_themselves() -> None:
    assert bad(diagnosis.background()) == ["worker", "clock"]

    for name in ("worker:1", "worker:2", "clock"):
        hold_lease(name=name, holder=name, at=timezone.now(), lasting=timedelta(minutes=1))

    assert diagnosis.background() == [
        Finding("worker", True, "2 at work"),
        Finding("clock", True, "1 at work"),
    ]
    assert dataclasses.asdict(diagnosis.background()[1])["advice"] == ""


def test_a_provider_is_named_and_what_it_lacks(settings: Any) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}

    lacking = diagnosis.mail()

    assert not lacking.ok
    assert "POSTMARK_SERVER_TOKEN" in lacking.detail
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token"}
    assert diagnosis.mail() == Finding("mail", True, "goes through Postmark")
    (finding,) = diagnosis.bounces()
    assert finding.detail == "nobody tells us: see docs/operator/mail.md"
    settings.MAIL_WEBHOOK_SECRET = "reporter:a-long-enough-password"
    (finding,) = diagnosis.bounces()
    assert finding.detail.endswith("/hooks/mail/postmark/")


def test_the_bounce_mailbox_is_opened(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    server = ImapServer()
    settings.BOUNCE_IMAP_URL = server.url

    assert diagnosis.bounces() == [Finding("bounces", True, "the mailbox opens")]

    server.stop()
    (finding,) = diagnosis.bounces()
    assert (finding.ok, finding.detail) == (
        False,
        "the mailbox does not open (ConnectionRefusedError)",
    )

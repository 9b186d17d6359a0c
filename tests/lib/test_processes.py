"""Stopping when asked to, not outliving a parent, and holding a folder."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vaandel.lib.processes import FolderInUse, hold_folder

WAITS = """
from vaandel.lib.processes import stop_event
stop = stop_event()
print("ready", flush=True)
stop.wait(30)
print("finished", flush=True)
"""
ORPHAN = """
import os, subprocess, sys
code = '''
import sys
from vaandel.lib.processes import stop_event, stop_with_parent
stop = stop_event()
stop_with_parent(int(sys.argv[1]), every=0.05)
print("ready", flush=True)
print("stopped" if stop.wait(30) else "forgotten", flush=True)
'''
child = subprocess.Popen([sys.executable, "-c", code, str(os.getpid())], stdout=sys.stdout)
sys.stdin.read(1)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_asks_to_stop(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"

        process.send_signal(number)

        assert process.stdout.read() == b"finished\n"
    assert process.returncode == 0


def test_a_child_stops_when_its_parent_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"

        parent.kill()

        # The child holds the same pipe, which ends with it.
        assert parent.stdout.read() == b"stopped\n"


def test_many_use_a_folder_together(tmp_path: Path) -> None:
    with hold_folder(tmp_path, alone=False), hold_folder(tmp_path, alone=False):
        assert (tmp_path / ".in-use").stat().st_mode & 0o777 == 0o600


def test_nobody_is_alone_while_others_are_there(tmp_path: Path) -> None:
    with hold_folder(tmp_path, alone=False), pytest.raises(FolderInUse):
        hold_folder(tmp_path, alone=True).__enter__()


def test_nobody_comes_in_while_one_is_alone(tmp_path: Path) -> None:
    with hold_folder(tmp_path, alone=True), pytest.raises(FolderInUse):
        hold_folder(tmp_path, alone=False).__enter__()

    with hold_folder(tmp_path, alone=True):
        assert (tmp_path / ".in-use").exists()

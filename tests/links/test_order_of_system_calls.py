"""The judge of the benchmark of loss: it must see an answer that left before its line was safe."""

from __future__ import annotations

import pytest

from benchmarks.links.ordering import Ordering, judged, judged_removals

LINE = r'write(9, "0a1b2c3d [0,7,1795512600000,\"HUMAN\"]\n", 44) = 44'
ANSWER = r'writev(12, [{iov_base="HTTP/1.1 302 Found\r\n", iov_len=20}], 1) = 20'


@pytest.mark.parametrize(
    ("calls", "too_early"),
    [
        ([f"1 {LINE}", "1 fdatasync(9) = 0", f"2 {ANSWER}"], 0),
        # Never asked for.
        ([f"1 {LINE}", f"2 {ANSWER}"], 1),
        # Asked for, and not back yet.
        ([f"1 {LINE}", "1 fdatasync(9 <unfinished ...>", f"2 {ANSWER}"], 1),
        (
            [
                f"1 {LINE}",
                "1 fdatasync(9 <unfinished ...>",
                "1 <... fdatasync resumed>) = 0",
                f"2 {ANSWER}",
            ],
            0,
        ),
        # Refused by the disk.
        ([f"1 {LINE}", "1 fdatasync(9) = -1 EIO (Input/output error)", f"2 {ANSWER}"], 1),
        # Another thread's line came after the call had begun.
        (
            [
                f"1 {LINE}",
                "1 fdatasync(9 <unfinished ...>",
                f"3 {LINE}",
                "1 <... fdatasync resumed>) = 0",
                f"2 {ANSWER}",
                f"2 {ANSWER}",
            ],
            1,
        ),
        # One call for two lines.
        ([f"1 {LINE}", f"3 {LINE}", "1 fdatasync(9) = 0", f"2 {ANSWER}", f"2 {ANSWER}"], 0),
        # The line is being written while the disk is asked: nobody knows.
        (
            [
                f"1 {LINE.replace(' = 44', ' <unfinished ...>').replace(')', '')}",
                "3 fdatasync(9) = 0",
                "1 <... write resumed>) = 44",
                f"2 {ANSWER}",
            ],
            1,
        ),
    ],
)
def test_an_answer_before_its_line_is_on_the_disk_is_seen(calls: list[str], too_early: int) -> None:
    assert judged(calls).too_early == too_early


def test_everything_is_counted_and_what_is_something_else_is_not() -> None:
    found = judged(
        [
            "1 --- SIGCHLD {si_signo=SIGCHLD} ---",
            '1 write(2, "a log line", 10) = 10',
            f"1 {LINE}",
            "1 fdatasync(9) = 0",
            f"1 {ANSWER}",
            "1 +++ exited with 0 +++",
        ]
    )

    assert (found.answers, found.syncs, found.too_early) == (1, 1, 0)


def test_no_answer_at_all_proves_nothing() -> None:
    assert not judged([]).good
    assert not Ordering(watched=True, answers=1).good
    assert Ordering(watched=True, answers=1, removed=1).good
    assert not Ordering(watched=True, answers=1, removed=1, removed_too_early=1).good


LOGGED = '7 pwrite64(5</data/clicks.sqlite3-wal>, "\\n", 4096, 32) = 4096'
REMOVED = '7 unlink("/data/spool/0001.clicks") = 0'


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([LOGGED, "7 fdatasync(5</data/clicks.sqlite3-wal>) = 0", REMOVED], (1, 0)),
        ([LOGGED, REMOVED, REMOVED], (2, 2)),
        (["7 fdatasync(5</data/clicks.sqlite3-wal>) = 0", LOGGED, REMOVED], (1, 1)),
        ([LOGGED, "7 fdatasync(5</data/clicks.sqlite3-wal>) = -1 EIO", REMOVED], (1, 1)),
        ([LOGGED, 'unlink("/data/other.new") = 0', "7 write(1</dev/null>, 1) = 1"], (0, 0)),
    ],
)
def test_a_spool_file_that_goes_before_its_clicks_are_on_the_disk_is_seen(
    calls: list[str], expected: tuple[int, int]
) -> None:
    assert judged_removals(calls) == expected

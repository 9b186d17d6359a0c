"""The browser counts and builds addresses exactly as the server does: same table, same results."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.channels.test_counting import TABLE
from vaandel.channels.channel import Message
from vaandel.channels.registry import CHANNELS

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = [
    *(
        Message(row["text"], "https://go.example.nl/s/k3mnp7qrt", "Tïtle & (more)", "m.example")
        for row in TABLE
    ),
    Message("", "https://go.example.nl/s/k3mnp7qrt"),
    Message(
        "a\nb\rc\r\nd * ' ( ) ~ ! {text}", "https://go.example.nl/s/a?b=c", "{url}", "m.example"
    ),
]
SCRIPT = """
import { COUNTERS } from "./counting";
import { carriedText, dialogUrl, excessOf, lengthOf } from "./channels";
import { readFileSync } from "node:fs";
const { channels, messages } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify({
  counts: messages.map(({ text }) => Object.fromEntries(
    Object.entries(COUNTERS).map(([name, count]) => [name, count(text)]))),
  sent: channels.map((channel) => messages.map((message) => [
    carriedText(channel.place, message), dialogUrl(channel, message),
    lengthOf(channel, message), excessOf(channel, message)])),
}));
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    script = tmp_path_factory.mktemp("browser") / "counting.mjs"
    subprocess.run(
        [
            ROOT / "node_modules" / ".bin" / "esbuild",
            "--bundle",
            "--platform=node",
            "--format=esm",
            "--log-level=error",
            f"--outfile={script}",
        ],
        input=SCRIPT,
        text=True,
        check=True,
        cwd=ROOT / "frontend" / "ts",
    )
    question = {
        "channels": [
            {
                "key": channel.key,
                "name": str(channel.name),
                "opens": channel.dialog,
                "counter": channel.counter,
                "limit": channel.limit,
                "maxBytes": channel.max_bytes,
                "place": channel.link_place.value,
                "lineBreak": channel.line_break,
                "wholeAddress": channel.counts_address,
                "pasted": not channel.prefills_text,
                "needsInstance": channel.needs_instance,
            }
            for channel in CHANNELS.values()
        ],
        "messages": [
            {"text": m.text, "url": m.url, "title": m.title, "instance": m.instance}
            for m in MESSAGES
        ],
    }
    done = subprocess.run(
        ["node", script], input=json.dumps(question), text=True, check=True, capture_output=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_browser_counts_the_same(answers: dict[str, Any]) -> None:
    expected = [{name: row[name] for name in row if name != "text"} for row in TABLE]

    assert answers["counts"][: len(TABLE)] == expected


@pytest.mark.parametrize("number", range(len(CHANNELS)), ids=list(CHANNELS))
def test_the_browser_sends_the_same(answers: dict[str, Any], number: int) -> None:
    channel = list(CHANNELS.values())[number]

    assert answers["sent"][number] == [
        [
            channel.carried_text(message),
            channel.dialog_url(message) or "",
            channel.length(message),
            channel.excess(message),
        ]
        for message in MESSAGES
    ]

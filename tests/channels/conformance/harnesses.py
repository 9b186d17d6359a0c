"""All networks that are put through the cases. A line for each; a network may have several."""

from __future__ import annotations

from collections.abc import Mapping

from tests.channels.bluesky import harness as bluesky
from tests.channels.conformance.harness import Network
from tests.channels.linkedin import harness as linkedin
from tests.channels.mastodon import harness as mastodon
from tests.channels.threads import harness as threads
from tests.channels.x import harness as x

NETWORKS: Mapping[str, Network] = {
    "bluesky": Network("bluesky", bluesky.running),
    "linkedin": Network("linkedin", linkedin.running),
    "mastodon": Network("mastodon", mastodon.usual),
    "snac": Network("mastodon", mastodon.snac),
    "takahe": Network("mastodon", mastodon.takahe),
    "threads": Network("threads", threads.running),
    "x": Network("x", x.running),
}

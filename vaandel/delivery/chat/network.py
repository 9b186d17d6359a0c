"""The networks, and what an address of each looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import httpx
from django.conf import settings

from vaandel.delivery.chat import slack, teams
from vaandel.delivery.chat.answers import Judged
from vaandel.delivery.chat.card import Message
from vaandel.delivery.models import ChatConnection
from vaandel.lib.http import Answered, FetchFailed, checked_url


class BodyOf(Protocol):
    def __call__(self, message: Message, *, pictures: bool = True) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Network:
    """How one network is spoken to; see `slack` and `teams`."""

    problem_with: Callable[[httpx.URL], str]
    body_of: BodyOf
    judge: Callable[[Answered], Judged]
    wants_no_picture: Callable[[Answered], bool]


NETWORKS: Final[Mapping[str, Network]] = {
    ChatConnection.Network.SLACK: Network(
        slack.problem_with, slack.body_of, slack.judge, slack.wants_no_picture
    ),
    ChatConnection.Network.TEAMS: Network(
        teams.problem_with, teams.body_of, teams.judge, teams.wants_no_picture
    ),
}


def problem_with_address(network: str, address: str) -> str:
    """The code of why nothing can be sent to this address; "" when it looks right.

    Only the network's own machines over https, and those that whoever runs this allows.
    """
    try:
        url = checked_url(address)
    except FetchFailed:
        return "no_address"
    if f"{url.host}:{url.port or 443}" in settings.FETCH_ALLOWED_HOSTS:
        return ""
    if url.scheme != "https" or url.port not in {None, 443}:
        return "not_https"
    return NETWORKS[network].problem_with(url)

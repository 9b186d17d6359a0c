"""What the cases must know of a network and be able to do at it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import pytest

from tests.networks.lossy import Proxy
from vaandel.channels.adapter import Account, App, Departure


@dataclass(frozen=True, slots=True)
class Standing:
    """A post as readers of the network see it; ``alts`` holds one text for each picture."""

    text: str
    links: Sequence[str] = ()
    alts: Sequence[str] = ()
    card_title: str = ""
    document_title: str = ""


@dataclass(frozen=True, slots=True)
class Mixed:
    """Something that comes back and does not belong to what was asked."""

    kept: Mapping[str, Any]
    answer: Mapping[str, str]


class Harness(ABC):
    """One network on this machine. Starting and stopping is its context manager's business.

    ``longest``: how many letters "a" it takes; None when it takes any number.
    ``renews``: there are new tokens for old; ``used_once``: the old ones are worthless then.
    ``codes_once``, ``revokes``, ``deletes``, ``corrects``: False for a server that does not, though
    its network does. ``says_when``: a refusal as too many names the moment. ``pictures``: how many
    go along here at most.
    ``never_told``: figures (fields of ``Figures``) that it does not give.
    """

    channel: ClassVar[str]
    longest: ClassVar[int | None]
    renews: ClassVar[bool] = False
    used_once: ClassVar[bool] = False
    codes_once: ClassVar[bool] = True
    revokes: ClassVar[bool] = True
    deletes: ClassVar[bool] = True
    corrects: ClassVar[bool] = True
    says_when: ClassVar[bool] = True
    pictures: ClassVar[int] = 2
    never_told: ClassVar[frozenset[str]] = frozenset()
    server: str = ""
    """What a person types to connect."""

    @property
    @abstractmethod
    def addresses(self) -> Mapping[str, str]:
        """For VAANDEL_NETWORK_ADDRESSES."""

    @property
    @abstractmethod
    def hosts(self) -> Sequence[str]:
        """For VAANDEL_FETCH_ALLOWED_HOSTS: ``127.0.0.1:1234``."""

    @abstractmethod
    def reset(self) -> None:
        """Nothing posted, nobody connected, nothing ordered to go wrong."""

    @abstractmethod
    def app(self) -> App:
        """Our application there, registered anew when the network wants that."""

    @abstractmethod
    def allow(self, departure: Departure) -> Mapping[str, str]:
        """Somebody goes to ``departure.url`` and says yes: the query of the redirect."""

    @abstractmethod
    def decline(self, departure: Departure) -> Mapping[str, str]:
        """They say no."""

    @abstractmethod
    def mixed_up(self, first: Departure, second: Departure) -> Sequence[Mixed]:
        """What must be refused when two people depart; empty where the network says nothing by
        which it could be noticed."""

    @abstractmethod
    def standing(self) -> list[Standing]:
        """What was posted and not taken down, the oldest first."""

    @abstractmethod
    def lose_answer(self) -> None:
        """The next post is made there, and the answer does not come back."""

    @abstractmethod
    def lose_request(self) -> None:
        """The next post is on its way when the connection breaks; it is not made."""

    @abstractmethod
    def break_down(self) -> None:
        """The next post is answered with 503; it is not made."""

    @abstractmethod
    def throttle(self, until: datetime) -> None:
        """The next post is refused as too many until then, in the network's own way."""

    @abstractmethod
    def kill(self, account: Account) -> None:
        """Somebody withdraws there what they allowed."""

    @abstractmethod
    def ripen(self, account: Account) -> None:
        """Time passes until the tokens may be renewed."""


class BehindProxy(Harness):
    """A network that is asked through a proxy which loses what it is told to lose.

    ``last_step``: method and target (a regular expression) of the request that posts.
    """

    last_step: ClassVar[tuple[str, str]]

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    @property
    def hosts(self) -> Sequence[str]:
        return [self.proxy.url.removeprefix("http://")]

    def lose_answer(self) -> None:
        self.proxy.order("lost", *self.last_step)

    def lose_request(self) -> None:
        self.proxy.order("refuse", *self.last_step)


@dataclass(frozen=True, slots=True)
class Network:
    """``running`` starts it and stops it. ``marks`` are for servers that not everybody has."""

    channel: str
    running: Callable[[], AbstractContextManager[Harness]]
    marks: Sequence[pytest.MarkDecorator] = ()

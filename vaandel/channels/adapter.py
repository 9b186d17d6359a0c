"""What an adapter of a network does: connect, publish, look, take down, read figures.

One class per network that can be posted to without its dialog, in ``channels/<network>/``.
An adapter keeps nothing and knows no table: it gets what it needs and answers, so that all
of them can be put through the same cases (``tests/channels/conformance``). It asks the
network through ``channels.client`` only, which guards against addresses of one's own network.

Everything that goes wrong is raised as ``Trouble``; its ``kind`` decides what happens next.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What happens after something went wrong."""

    RECONNECT = "reconnect"
    """The tokens are dead: the person connects again, the text is kept for the dialog."""
    REJECTED = "rejected"
    """The network says no to this text; the person can change it."""
    DUPLICATE = "duplicate"
    """The same text stands there already; ``remote_id`` when the network says which."""
    THROTTLED = "throttled"
    """Too much at once: tried again at ``retry_at`` without anybody doing anything."""
    BUDGET = "budget"
    """The organisation's budget, or its credit at the network, is used up."""
    TRANSIENT = "transient"
    """Nothing was posted for certain, and it may go well a little later."""
    UNKNOWN = "unknown"
    """No answer, or none that tells: it may be posted. Never tried again blindly."""
    CONFIGURATION = "configuration"
    """The application or the version of the interface is refused: somebody of the organisation
    has to do something."""


class Trouble(Exception):
    """``code`` names the message for people (``channels.messages``); ``detail`` is for the log
    and for the person's eyes, in the network's own words, without secrets."""

    def __init__(
        self,
        kind: Kind,
        code: str,
        *,
        detail: str = "",
        retry_at: datetime | None = None,
        remote_id: str = "",
    ) -> None:
        super().__init__(f"{kind}: {code}: {detail}" if detail else f"{kind}: {code}")
        self.kind = kind
        self.code = code
        self.detail = detail[:500]
        self.retry_at = retry_at
        self.remote_id = remote_id


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our application at a network: of the organisation, the installation or the server."""

    channel: str
    redirect_uri: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_version: str = ""
    scopes: Sequence[str] = ()
    signing_key: Mapping[str, Any] | None = field(default=None, repr=False)
    """Private keys of the installation as a JWK Set, the one that signs first (Bluesky)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where the browser goes to connect, and what must be known when it comes back.

    ``kept`` is encrypted until then: verifier, keys, issuer, nonce, addresses.
    """

    url: str
    kept: Mapping[str, Any] = field(repr=False)
    server: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A connected account with its tokens. ``keys`` is what the adapter wants to have back:
    access token, refresh token, key of the session … It never goes into a log."""

    remote_id: str
    server: str = ""
    handle: str = ""
    display_name: str = ""
    profile_url: str = ""
    scopes: Sequence[str] = ()
    keys: Mapping[str, Any] = field(repr=False)
    access_until: datetime | None = None
    """Renewed before this; None: does not end."""
    session_until: datetime | None = None
    """After this only the person can connect again; None: does not end by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``content`` in bytes; ``width`` and ``height`` in pixels."""

    content: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    alt: str = ""
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    content: bytes = field(repr=False)
    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a link looks like where the network does not look for itself."""

    url: str
    title: str
    description: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A text as the person saw it, with what goes along.

    ``text`` is to the letter what readers will see, with the short link where the network
    carries it inside the text; an adapter escapes and marks up, and never words. At most one of
    ``pictures``, ``document`` and ``card`` is there. ``link`` is the short link, of this
    publication only: finding it in a post proves that it is ours. ``key`` is the same for every
    attempt of one publication, and of no other.
    """

    key: uuid.UUID
    text: str
    link: str
    language: str
    card: Card | None = None
    pictures: Sequence[Picture] = ()
    document: Document | None = None
    created_at: datetime
    """When it was first handed over, for networks where we say the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """``remote_id`` is whatever ``delete``, ``correct`` and ``figures`` need."""

    remote_id: str
    permalink: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """None is "not available", never 0. ``source`` says which call told: "bluesky getPosts"."""

    source: str
    views: int | None = None
    reactions: int | None = None
    comments: int | None = None
    reposts: int | None = None
    quotes: int | None = None
    saves: int | None = None


class Memory:
    """What one publication's attempts must know of each other, stored the moment it is kept."""

    def __init__(
        self, values: Mapping[str, Any], store: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self._values = dict(values)
        self._store = store

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def keep(self, **values: Any) -> None:
        """Add these; returns once they stand in the database."""
        self._values.update(values)
        self._store(dict(self._values))


class Evidence(StrEnum):
    """What a network can tell about an attempt of which we got no answer."""

    THERE = "there"
    NOT_THERE = "not_there"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    evidence: Evidence
    published: Published | None = None
    """With ``THERE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a network lets an application do. ``figures``: reads figures of one's own posts."""

    pictures: int = 0
    picture_bytes: int = 5_000_000
    """Of one picture; what is larger is made smaller first (``channels.pictures``)."""
    picture_pixels: int = 36_000_000
    picture_side: int = 4096
    picture_types: tuple[str, ...] = ("image/jpeg", "image/png")
    card_picture_bytes: int = 0
    """Of the picture on a card, where that is less; 0: as ``picture_bytes``."""
    documents: bool = False
    card: bool = False
    deletes: bool = False
    corrects: bool = False
    figures: bool = False
    looks_by_sending: bool = False
    """``look`` sends the very same again, so that it stands there afterwards, if only now."""
    asks_server: bool = False
    """People say at which server (Mastodon) or under which name (Bluesky) they are."""
    costs_money: bool = False
    needs_app: bool = True
    """The organisation or the installation registers an application first."""


class Adapter(ABC):
    """One network. Methods raise ``Trouble`` and nothing else."""

    channel: ClassVar[str]
    abilities: ClassVar[Abilities]
    usual_scopes: ClassVar[tuple[str, ...]] = ()
    """What is asked for when the organisation did not say what its application may."""

    @abstractmethod
    def depart(self, app: App, *, state: str, server: str) -> Departure:
        """Where to send the browser. ``server`` is what the person typed ("" if nothing)."""

    @abstractmethod
    def arrive(self, app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
        """Turn the network's answer (query of the redirect) into an account.

        ``state`` was checked before. Raises ``Trouble`` with code ``declined`` when the person
        said no, ``mixed_up`` when issuer, nonce or account are not those we asked for.
        """

    @abstractmethod
    def renew(self, app: App, account: Account) -> Account:
        """New tokens for old. Raises ``Trouble`` of kind RECONNECT when there is no way."""

    @abstractmethod
    def revoke(self, app: App, account: Account) -> None:
        """Make the tokens worthless. Tokens that are dead already are no trouble."""

    @abstractmethod
    def check(self, app: App) -> None:
        """Test what an organisation typed in as far as that is possible without a person."""

    @abstractmethod
    def publish(self, app: App, account: Account, outgoing: Outgoing, memory: Memory) -> Published:
        """Post it. Whatever can be repeated without posting twice (uploading a picture) raises
        TRANSIENT when it fails; only the last step may raise UNKNOWN."""

    @abstractmethod
    def look(self, app: App, account: Account, outgoing: Outgoing, memory: Memory) -> Finding:
        """After UNKNOWN: is it there? Must never post a second one."""

    def delete(self, app: App, account: Account, remote_id: str) -> None:
        """Take it down. One that is gone already is no trouble."""
        raise Trouble(Kind.REJECTED, "cannot_delete")

    def correct(self, app: App, account: Account, remote_id: str, outgoing: Outgoing) -> Published:
        """Put other words in its place."""
        raise Trouble(Kind.REJECTED, "cannot_correct")

    def figures(
        self, app: App, account: Account, remote_ids: Sequence[str]
    ) -> Mapping[str, Figures | None]:
        """The figures of posts (at most 25 at a time); None for one that is not there any more.
        An id that is missing from the answer could not be read this time."""
        raise Trouble(Kind.REJECTED, "no_figures")

    def price(self, outgoing: Outgoing) -> int:
        """What posting this costs, in thousandths of a US dollar."""
        return 0

    def reading_price(self, posts: int) -> int:
        """What reading the figures of so many posts costs, in thousandths of a US dollar."""
        return 0

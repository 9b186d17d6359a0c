"""Posting on Bluesky, on whichever server somebody's records are kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

from vaandel.channels import client
from vaandel.channels.adapter import (
    Abilities,
    Account,
    Adapter,
    App,
    Departure,
    Evidence,
    Figures,
    Finding,
    Kind,
    Memory,
    Outgoing,
    Picture,
    Published,
    Trouble,
)
from vaandel.channels.bluesky import identity, refusals, sessions
from vaandel.channels.bluesky.asking import ask, said
from vaandel.channels.bluesky.client_app import own_app
from vaandel.channels.bluesky.records import (
    COLLECTION,
    MOST_BYTES,
    MOST_PICTURES,
    PICTURE_TYPES,
    check_limits,
    record_key,
    record_of,
    words_of,
)
from vaandel.channels.client import Answer
from vaandel.lib.http import MAX_ADDRESS

MOST_FIGURES: Final = 25
SOURCE: Final = "bluesky getPosts"


class BlueskyAdapter(Adapter):
    """Each post has a record key that is chosen before the first attempt, so that trying again
    cannot make a second one, and whether it is there can be asked."""

    channel: ClassVar[str] = "bluesky"
    abilities: ClassVar[Abilities] = Abilities(
        pictures=MOST_PICTURES,
        picture_bytes=MOST_BYTES,
        picture_types=PICTURE_TYPES,
        card=True,
        deletes=True,
        corrects=True,
        figures=True,
        asks_server=True,
        needs_app=False,
    )

    def own_app(self, redirect_uri: str) -> App:
        """This installation itself is the application; nobody registers it anywhere."""
        return own_app(redirect_uri)

    def depart(self, app: App, *, state: str, server: str) -> Departure:
        return sessions.depart(app, state=state, typed=server)

    def arrive(self, app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
        return sessions.arrive(app, kept=kept, answer=answer)

    def renew(self, app: App, account: Account) -> Account:
        return sessions.renew(app, account)

    def revoke(self, app: App, account: Account) -> None:
        sessions.revoke(app, account)

    def check(self, app: App) -> None:
        """Ask Bluesky's own server to let somebody in: it then reads our description and keys,
        and says what is wrong with them. Nobody is sent there."""
        sessions.depart(app, state=secrets.token_urlsafe(16), typed="")

    def publish(
        self,
        app: App,  # noqa: ARG002  # each session has its own key
        account: Account,
        outgoing: Outgoing,
        memory: Memory,
    ) -> Published:
        check_limits(outgoing)
        key = str(memory.get("rkey") or record_key(outgoing))
        record = record_of(
            outgoing,
            upload=lambda picture: _uploaded(account, picture),
            resolve=identity.resolve_name,
        )
        memory.keep(rkey=key)
        record_fields = {**_place(account, key), "record": record}
        answer = _call(account, "createRecord", record_fields, posts=True)
        if answer.ok:
            return _published(account, key)
        if not answer.failed_there:
            raise refusals.refusal(answer)
        # It answers like this as well when the key is taken: by our own earlier attempt.
        if _is_there(account, key):
            return _published(account, key)
        raise Trouble(Kind.UNKNOWN, "no_answer", detail=f"{answer.status} {said(answer, 'error')}")

    def look(
        self,
        app: App,  # noqa: ARG002  # everybody may ask
        account: Account,
        outgoing: Outgoing,
        memory: Memory,
    ) -> Finding:
        key = str(memory.get("rkey") or record_key(outgoing))
        if _record(account, key) is None:
            return Finding(evidence=Evidence.NOT_THERE)
        return Finding(evidence=Evidence.THERE, published=_published(account, key))

    def delete(
        self,
        app: App,  # noqa: ARG002  # each session has its own key
        account: Account,
        remote_id: str,
    ) -> None:
        answer = _call(account, "deleteRecord", _place(account, _key_in(account, remote_id)))
        if not answer.ok:
            raise refusals.refusal(answer)

    def correct(
        self,
        app: App,  # noqa: ARG002  # each session has its own key
        account: Account,
        remote_id: str,
        outgoing: Outgoing,
    ) -> Published:
        """Other words in the same record: its moment, its pictures and its card stay."""
        check_limits(outgoing)
        key = _key_in(account, remote_id)
        found = _record(account, key)
        if found is None:
            raise Trouble(Kind.REJECTED, "refused_text", detail="the post is not there any more")
        kept = {name: found[name] for name in found if name not in {"text", "facets", "langs"}}
        record = {**kept, **words_of(outgoing, resolve=identity.resolve_name)}
        answer = _call(account, "putRecord", {**_place(account, key), "record": record})
        if not answer.ok:
            raise refusals.refusal(answer)
        return _published(account, key)

    def figures(
        self,
        app: App,  # noqa: ARG002  # everybody may ask
        account: Account,
        remote_ids: Sequence[str],
    ) -> Mapping[str, Figures | None]:
        wanted = list(remote_ids)[:MOST_FIGURES]
        if not wanted:
            return {}
        view = client.address("BLUESKY_APPVIEW", "https://public.api.bsky.app")
        read: dict[str, Figures] = {}
        for address in _addresses(f"{view}/xrpc/app.bsky.feed.getPosts", wanted):
            read |= {name: _figures(post) for name, post in _posts(address).items()}
        unread = [name for name in wanted if name not in read]
        return {name: read[name] for name in wanted if name in read} | _gone(account, unread)


ADAPTER: Final = BlueskyAdapter()


def _is_there(account: Account, key: str) -> bool:
    """False also when the server cannot say it now."""
    try:
        return _record(account, key) is not None
    except Trouble:
        return False


def _gone(account: Account, remote_ids: Sequence[str]) -> dict[str, None]:
    """Those that are deleted. The public view may only not have seen one yet, or never sees any
    of a server of one's own, which is no reason to call it deleted."""
    gone: dict[str, None] = {}
    for remote_id in remote_ids:
        try:
            if _record(account, _key_in(account, remote_id)) is None:
                gone[remote_id] = None
        except Trouble:
            # It cannot be said this time, of this one or of those after it.
            break
    return gone


def _addresses(start: str, remote_ids: Sequence[str]) -> Iterator[str]:
    """One for all of them, or as many as it takes where they are long."""
    address = ""
    for remote_id in remote_ids:
        part = f"uris={quote(remote_id, safe=':/')}"
        if address and len(address) + len(part) < MAX_ADDRESS:
            address = f"{address}&{part}"
            continue
        if address:
            yield address
        address = f"{start}?{part}"
    yield address


def _posts(address: str) -> dict[str, Mapping[str, Any]]:
    answer = client.call("GET", address)
    if not answer.ok:
        raise refusals.refusal(answer)
    body = answer.json()
    posts = body.get("posts") if isinstance(body, dict) else None
    if not isinstance(posts, list):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no posts in the answer")
    return {str(post.get("uri")): post for post in posts if isinstance(post, dict)}


def _figures(post: Mapping[str, Any]) -> Figures:
    def count(name: str) -> int | None:
        value = post.get(name)
        return value if isinstance(value, int) and value >= 0 else None

    return Figures(
        source=SOURCE,
        reactions=count("likeCount"),
        comments=count("replyCount"),
        reposts=count("repostCount"),
        quotes=count("quoteCount"),
        saves=count("bookmarkCount"),
    )


def _place(account: Account, key: str) -> dict[str, str]:
    return {"repo": account.remote_id, "collection": COLLECTION, "rkey": key}


def _address(account: Account, key: str) -> str:
    return f"at://{account.remote_id}/{COLLECTION}/{key}"


def _key_in(account: Account, remote_id: str) -> str:
    start, _, key = remote_id.rpartition("/")
    if f"{start}/{key}" != _address(account, key) or not key.isalnum():
        raise Trouble(Kind.REJECTED, "broken", detail="not a post of this account")
    return key


def _published(account: Account, key: str) -> Published:
    return Published(
        remote_id=_address(account, key),
        permalink=f"https://bsky.app/profile/{account.remote_id}/post/{key}",
    )


def _call(account: Account, name: str, data: Mapping[str, Any], *, posts: bool = False) -> Answer:
    keys = account.keys
    url = f"{keys['pds']}/xrpc/com.atproto.repo.{name}"
    return ask("POST", url, key=keys["key"], token=keys["access"], data=data, posts=posts)


def _uploaded(account: Account, picture: Picture) -> Any:
    keys = account.keys
    answer = ask(
        "POST",
        f"{keys['pds']}/xrpc/com.atproto.repo.uploadBlob",
        key=keys["key"],
        token=keys["access"],
        content=picture.content,
        headers={"Content-Type": picture.media_type},
    )
    if not answer.ok:
        raise refusals.refusal(answer)
    body = answer.json()
    blob = body.get("blob") if isinstance(body, dict) else None
    if not isinstance(blob, dict):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no blob in the answer")
    return blob


def _record(account: Account, key: str) -> dict[str, Any] | None:
    """What stands there under our key; None when nothing does. Everybody may ask that."""
    query = urlencode(_place(account, key))
    answer = client.call("GET", f"{account.keys['pds']}/xrpc/com.atproto.repo.getRecord?{query}")
    if not answer.ok and _says_nothing_is_there(answer):
        return None
    body = answer.json()
    value = body.get("value") if isinstance(body, dict) else None
    if not answer.ok:
        raise refusals.refusal(answer)
    if not isinstance(value, dict):
        raise Trouble(Kind.TRANSIENT, "fault_there", detail="no record in the answer")
    return value


def _says_nothing_is_there(answer: Answer) -> bool:
    """Older servers only say it in words."""
    in_words = "could not locate record" in said(answer, "message").lower()
    return said(answer, "error") == "RecordNotFound" or in_words

"""Mastodon and what speaks its language: every server has its own limits and habits.

https://docs.joinmastodon.org/methods/statuses/
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote

from django.utils import timezone
from django.utils.dateparse import parse_datetime

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
from vaandel.channels.client import Answer, call
from vaandel.channels.counting import mastodon
from vaandel.channels.evidence import holds_link, read_html
from vaandel.channels.mastodon import connecting
from vaandel.channels.mastodon.refusals import bearer, elsewhere, object_of, refusal
from vaandel.channels.mastodon.server import Limits, base, home_of, limits_of
from vaandel.channels.multipart import multipart
from vaandel.channels.pictures import fitted

__all__ = ["ADAPTER", "MastodonAdapter"]

# How many of somebody's latest posts are looked at.
LOOKED_AT: Final = 20
CLOCKS_DIFFER: Final = timedelta(minutes=5)
# A picture is ready at once, mostly; longer is tried again later.
PROCESSING_SECONDS: Final = 8.0
PROCESSING_STEP: Final = 0.5
SOURCE: Final = "mastodon statuses"
GONE: Final = frozenset({404, 410})


class MastodonAdapter(Adapter):
    channel: ClassVar[str] = "mastodon"
    abilities: ClassVar[Abilities] = Abilities(
        pictures=4,
        picture_bytes=10 * 1024 * 1024,
        picture_pixels=33_177_600,
        deletes=True,
        corrects=True,
        figures=True,
        asks_server=True,
        needs_app=False,
    )

    def home(self, typed: str) -> str:
        """See ``server.home_of``."""
        return home_of(typed)

    def register(self, server: str, redirect_uri: str) -> App:
        """See ``connecting.register``."""
        return connecting.register(server, redirect_uri)

    def depart(self, app: App, *, state: str, server: str) -> Departure:
        return connecting.depart(app, state=state, server=server)

    def arrive(self, app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
        return connecting.arrive(app, kept=kept, answer=answer)

    def renew(self, app: App, account: Account) -> Account:  # noqa: ARG002  # nothing can be done
        """Tokens do not end, so there is nothing to renew."""
        raise Trouble(Kind.RECONNECT, "dead_tokens")

    def revoke(self, app: App, account: Account) -> None:
        connecting.revoke(app, account)

    def check(self, app: App) -> None:
        """Nobody types anything in: every server gets its application when it is needed."""

    def publish(self, app: App, account: Account, outgoing: Outgoing, memory: Memory) -> Published:
        if memory.get("tried"):
            # Some servers do not know the key that would make a second attempt harmless.
            found = self.look(app, account, outgoing, memory)
            if found.published:
                return found.published
            if found.evidence is Evidence.CANNOT_TELL:
                raise Trouble(Kind.UNKNOWN, "cannot_tell")
        limits = limits_of(account.server)
        length = mastodon(outgoing.text, limits.url_length)
        if limits.known and length > limits.characters:
            detail = f"{length} > {limits.characters}"
            raise Trouble(Kind.REJECTED, "too_long", detail=detail)
        media = _uploaded(account, outgoing, limits, memory)
        memory.keep(tried=True)
        answer = call(
            "POST",
            f"{base(account.server)}/api/v1/statuses",
            headers={**bearer(account), "Idempotency-Key": str(outgoing.key)},
            data={**_words(outgoing), "visibility": "public", "media_ids": media},
            posts=True,
        )
        if answer.ok and (published := _published(object_of(answer))):
            return published
        if answer.ok or answer.failed_there:
            raise Trouble(Kind.UNKNOWN, "no_answer", detail=f"{answer.status}")
        memory.keep(tried=False)
        raise refusal(account, answer)

    def look(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        outgoing: Outgoing,
        memory: Memory,  # noqa: ARG002  # our link is enough
    ) -> Finding:
        """Among the latest posts of the account, by our link."""
        who = quote(account.remote_id, safe="")
        url = f"{base(account.server)}/api/v1/accounts/{who}/statuses?limit={LOOKED_AT}"
        answer = _read(account, url)
        if trouble := elsewhere(answer):
            raise trouble
        posts = answer.json()
        if not answer.ok or not isinstance(posts, list):
            return Finding(evidence=Evidence.CANNOT_TELL)
        for post in posts:
            if isinstance(post, dict) and _is_ours(post, outgoing):
                return Finding(evidence=Evidence.THERE, published=_published(post))
        return Finding(evidence=_absence(posts, outgoing))

    def delete(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        remote_id: str,
    ) -> None:
        answer = call("DELETE", _status_url(account, remote_id), headers=bearer(account))
        if answer.ok or answer.status == 410:
            return
        if answer.status in {404, 405}:
            # Some servers cannot delete and say it like this.
            if _status(account, remote_id, "cannot_delete") is None:
                return
            raise Trouble(Kind.REJECTED, "cannot_delete")
        raise refusal(account, answer, code="cannot_delete")

    def correct(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        remote_id: str,
        outgoing: Outgoing,
    ) -> Published:
        there = _status(account, remote_id, "cannot_correct")
        if there is None:
            raise Trouble(Kind.REJECTED, "cannot_correct")
        # What is left out is taken away.
        kept = {name: there[name] for name in ("sensitive", "spoiler_text") if there.get(name)}
        media = [each["id"] for each in there.get("media_attachments") or () if "id" in each]
        answer = call(
            "PUT",
            _status_url(account, remote_id),
            headers=bearer(account),
            data={**_words(outgoing), **kept, "media_ids": media},
        )
        if answer.ok:
            return _published(object_of(answer)) or Published(remote_id=remote_id)
        if answer.status in {404, 405, 501}:
            raise Trouble(Kind.REJECTED, "cannot_correct")
        raise refusal(account, answer)

    def figures(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        remote_ids: Sequence[str],
    ) -> Mapping[str, Figures | None]:
        found: dict[str, Figures | None] = {}
        for remote_id in remote_ids:
            try:
                there = _status(account, remote_id, "no_figures")
            except Trouble:
                if found:
                    break
                raise
            found[remote_id] = _figures(there) if there else None
        return found


ADAPTER: Final = MastodonAdapter()


def _words(outgoing: Outgoing) -> dict[str, str]:
    return {"status": outgoing.text, "language": outgoing.language}


def _published(post: Mapping[str, Any]) -> Published | None:
    if not post.get("id"):
        return None
    url = str(post.get("url") or post.get("uri") or "")
    shown = url if url.startswith(("https://", "http://")) else ""
    return Published(remote_id=str(post["id"]), permalink=shown)


def _absence(posts: Sequence[Any], outgoing: Outgoing) -> Evidence:
    """When all that were given are newer than ours would be, ours may be behind them."""
    since = outgoing.created_at - CLOCKS_DIFFER
    newer = [post for post in posts if isinstance(post, dict) and not _is_before(post, since)]
    return Evidence.CANNOT_TELL if len(newer) >= LOOKED_AT else Evidence.NOT_THERE


def _is_before(post: Mapping[str, Any], moment: datetime) -> bool:
    said = parse_datetime(str(post.get("created_at") or "")[:40])
    return said is not None and timezone.is_aware(said) and said < moment


def _is_ours(post: Mapping[str, Any], outgoing: Outgoing) -> bool:
    words, addresses = read_html(str(post.get("content") or ""))
    return holds_link(words, addresses, outgoing.link)


def _status_url(account: Account, remote_id: str) -> str:
    return f"{base(account.server)}/api/v1/statuses/{quote(remote_id, safe='')}"


def _status(account: Account, remote_id: str, code: str) -> dict[str, Any] | None:
    """The post as it stands there; None when it is gone. ``code``: when it cannot be read."""
    answer = _read(account, _status_url(account, remote_id))
    if answer.ok:
        return object_of(answer)
    if answer.status in GONE:
        return None
    raise elsewhere(answer) or Trouble(Kind.REJECTED, code, detail=f"{answer.status}")


def _read(account: Account, url: str) -> Answer:
    """As anybody reads it; as the account where a server shows nothing to strangers."""
    open_to_all = call("GET", url)
    if open_to_all.ok or elsewhere(open_to_all):
        return open_to_all
    answer = call("GET", url, headers=bearer(account))
    # We may not have asked for reading, so a refusal tells less than what everybody is told.
    return answer if answer.ok or answer.status in GONE else open_to_all


def _figures(post: Mapping[str, Any]) -> Figures:
    def count(name: str) -> int | None:
        found = post.get(name)
        return found if isinstance(found, int) and found >= 0 else None

    return Figures(
        source=SOURCE,
        reactions=count("favourites_count"),
        comments=count("replies_count"),
        reposts=count("reblogs_count"),
        quotes=count("quotes_count"),
    )


def _uploaded(account: Account, outgoing: Outgoing, limits: Limits, memory: Memory) -> list[str]:
    """The ids of the pictures there. Those that are there from an earlier attempt stay."""
    ready: dict[str, bool] = dict(memory.get("media", {}))
    for picture in outgoing.pictures[len(ready) : limits.media]:
        number, at_once = _upload(account, picture, limits)
        ready[number] = at_once
        memory.keep(media=ready)
    for number in [number for number, at_once in ready.items() if not at_once]:
        _wait_for(account, number)
    return list(ready)


def _upload(account: Account, picture: Picture, limits: Limits) -> tuple[str, bool]:
    """Its id, and whether it can be used at once. Made to fit what this server says it takes."""
    picture = fitted(picture, limits.of_pictures)
    name = f"picture.{picture.media_type.rpartition('/')[2]}"
    content, kind = multipart(
        {"description": picture.alt},
        name="file",
        file=(name, picture.content, picture.media_type),
    )
    headers = {**bearer(account), "Content-Type": kind}
    answer = _post_media(account, "v2", headers, content)
    if answer.status in {404, 405}:
        answer = _post_media(account, "v1", headers, content)
    number = object_of(answer).get("id")
    if answer.ok and number:
        return str(number), answer.status != 202
    raise refusal(account, answer, code="refused_media")


def _post_media(
    account: Account, version: str, headers: Mapping[str, str], content: bytes
) -> Answer:
    url = f"{base(account.server)}/api/{version}/media"
    return call("POST", url, headers=headers, content=content)


def _wait_for(account: Account, number: str) -> None:
    """Until the server has made of the picture what it needs (206 until then)."""
    url = f"{base(account.server)}/api/v1/media/{quote(number, safe='')}"
    deadline = time.monotonic() + PROCESSING_SECONDS
    while (answer := call("GET", url, headers=bearer(account))).status == 206:
        if time.monotonic() > deadline:
            raise Trouble(Kind.TRANSIENT, "processing")
        time.sleep(PROCESSING_STEP)
    if not answer.ok and answer.status != 404:
        raise refusal(account, answer, code="refused_media")

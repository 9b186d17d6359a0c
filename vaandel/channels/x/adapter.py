"""X, by its API v2. Every call is paid for by whoever registered the application.

https://docs.x.com/x-api/posts/create-post
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode

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
from vaandel.channels.client import call
from vaandel.channels.counting import has_link_on_x, x_weighted
from vaandel.channels.evidence import holds_link
from vaandel.channels.multipart import multipart
from vaandel.channels.x import CHANNEL, connecting
from vaandel.channels.x.connecting import api, bearer
from vaandel.channels.x.refusals import object_of, refusal, said

__all__ = ["ADAPTER", "XAdapter"]

PICTURES: Final = 4
PICTURE_BYTES: Final = 5_000_000
PICTURE_TYPES: Final = ("image/jpeg", "image/png", "image/gif", "image/webp")
ALT_CHARACTERS: Final = 1000
# As few as X gives, since each is paid for.
LOOKED_AT: Final = 5
CLOCKS_DIFFER: Final = timedelta(minutes=5)
SOURCE: Final = "x public_metrics"
# https://docs.x.com/x-api/getting-started/pricing, in thousandths of a US dollar, November 2026.
PRICE: Final = 15
PRICE_WITH_LINK: Final = 200
PRICE_OF_ALT: Final = 5
PRICE_OF_READING: Final = 5


class XAdapter(Adapter):
    channel: ClassVar[str] = "x"
    abilities: ClassVar[Abilities] = Abilities(
        pictures=PICTURES,
        picture_bytes=PICTURE_BYTES,
        picture_types=PICTURE_TYPES,
        deletes=True,
        figures=True,
        costs_money=True,
    )

    def depart(self, app: App, *, state: str, server: str) -> Departure:  # noqa: ARG002  # just one
        return connecting.depart(app, state=state)

    def arrive(self, app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
        return connecting.arrive(app, kept=kept, answer=answer)

    def renew(self, app: App, account: Account) -> Account:
        return connecting.renew(app, account)

    def revoke(self, app: App, account: Account) -> None:
        connecting.revoke(app, account)

    def check(self, app: App) -> None:
        connecting.check(app)

    def publish(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        outgoing: Outgoing,
        memory: Memory,
    ) -> Published:
        length = x_weighted(outgoing.text)
        if CHANNEL.limit is not None and length > CHANNEL.limit:
            raise Trouble(Kind.REJECTED, "too_long", detail=f"{length} > {CHANNEL.limit}")
        sent: dict[str, Any] = {"text": outgoing.text}
        earlier = bool(memory.get("media"))
        if outgoing.pictures:
            sent["media"] = {"media_ids": _uploaded(account, outgoing, memory)}
        again = bool(memory.get("tried"))
        memory.keep(tried=True)
        url = f"{api()}/2/tweets"
        answer = call("POST", url, headers=bearer(account), data=sent, posts=True)
        number = _data(object_of(answer)).get("id")
        if answer.ok and number:
            return _published(account, str(number))
        if answer.ok or answer.failed_there:
            raise Trouble(Kind.UNKNOWN, "no_answer", detail=f"{answer.status}")
        trouble = refusal(account, answer)
        if trouble.kind is Kind.DUPLICATE and again:
            return _found(account, outgoing, trouble)
        if trouble.code == "refused_media" and earlier:
            # Pictures are kept for a day there; next time they are uploaded anew.
            memory.keep(media=[])
            trouble = Trouble(Kind.TRANSIENT, "processing", detail=trouble.detail)
        if trouble.kind is not Kind.DUPLICATE:
            memory.keep(tried=False)
        raise trouble

    def look(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        outgoing: Outgoing,
        memory: Memory,  # noqa: ARG002  # our link is enough
    ) -> Finding:
        """Among the latest posts of the account; X takes the price of a read for each."""
        return _looked(account, outgoing)

    def delete(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        remote_id: str,
    ) -> None:
        url = f"{api()}/2/tweets/{quote(remote_id, safe='')}"
        answer = call("DELETE", url, headers=bearer(account))
        if not answer.ok and answer.status not in {404, 410}:
            raise refusal(account, answer, code="cannot_delete")

    def figures(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        remote_ids: Sequence[str],
    ) -> Mapping[str, Figures | None]:
        if not remote_ids:
            return {}
        query = urlencode({"ids": ",".join(remote_ids), "tweet.fields": "public_metrics"})
        answer = call("GET", f"{api()}/2/tweets?{query}", headers=bearer(account))
        if not answer.ok:
            raise refusal(account, answer, code="no_figures")
        told = object_of(answer)
        found: dict[str, Figures | None] = {}
        for post in _objects(told.get("data")):
            found[str(post.get("id"))] = _figures(_part(post, "public_metrics"))
        for error in _objects(told.get("errors")):
            if str(error.get("type")).endswith("/resource-not-found"):
                found[str(error.get("resource_id"))] = None
        return {number: found[number] for number in remote_ids if number in found}

    def price(self, outgoing: Outgoing) -> int:
        """By X's price list (see ``PRICE``): dearer with an address, also with one in a domain
        that X might not know."""
        with_link = has_link_on_x(outgoing.text) or outgoing.link in outgoing.text
        described = sum(1 for picture in outgoing.pictures if picture.alt)
        return (PRICE_WITH_LINK if with_link else PRICE) + described * PRICE_OF_ALT

    def reading_price(self, posts: int) -> int:
        """By X's price list: for each post that is read."""
        return posts * PRICE_OF_READING


ADAPTER: Final = XAdapter()


def _part(said_of_it: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said_of_it.get(name)
    return found if isinstance(found, dict) else {}


def _data(said_of_it: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(said_of_it, "data")


def _objects(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _published(account: Account, number: str) -> Published:
    name = quote(account.handle.removeprefix("@"), safe="")
    where = f"{name}/status" if name else "i/web/status"
    return Published(remote_id=number, permalink=f"https://x.com/{where}/{number}")


def _looked(account: Account, outgoing: Outgoing) -> Finding:
    since = outgoing.created_at - CLOCKS_DIFFER
    query = {
        "max_results": str(LOOKED_AT),
        "tweet.fields": "entities,created_at",
        "start_time": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    who = quote(account.remote_id, safe="")
    url = f"{api()}/2/users/{who}/tweets?{urlencode(query)}"
    answer = call("GET", url, headers=bearer(account))
    if not answer.ok:
        raise refusal(account, answer, code="cannot_tell")
    said_of_them = object_of(answer)
    posts = said_of_them.get("data", [])
    if not isinstance(posts, list) or not ({"data", "meta"} & set(said_of_them)):
        return Finding(evidence=Evidence.CANNOT_TELL)
    for post in posts:
        if isinstance(post, dict) and _is_ours(post, outgoing):
            there = _published(account, str(post["id"]))
            return Finding(evidence=Evidence.THERE, published=there)
    # When there are more than were given, ours may be behind them.
    all_seen = len(posts) < LOOKED_AT
    return Finding(evidence=Evidence.NOT_THERE if all_seen else Evidence.CANNOT_TELL)


def _found(account: Account, outgoing: Outgoing, duplicate: Trouble) -> Published:
    """What stands there may be our own earlier attempt; raises ``duplicate`` when it is not."""
    try:
        finding = _looked(account, outgoing)
    except Trouble as unseen:
        raise Trouble(Kind.UNKNOWN, "no_answer", detail=str(unseen)) from unseen
    if finding.published:
        return finding.published
    if finding.evidence is Evidence.CANNOT_TELL:
        raise Trouble(Kind.UNKNOWN, "no_answer", detail=duplicate.detail)
    raise duplicate


def _is_ours(post: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """X shows its own address, and tells ours beside it."""
    urls = _objects(_part(post, "entities").get("urls"))
    addresses = [str(each.get("expanded_url") or "") for each in urls]
    return holds_link(str(post.get("text") or ""), addresses, outgoing.link)


def _figures(metrics: Mapping[str, Any]) -> Figures:
    def count(name: str) -> int | None:
        found = metrics.get(f"{name}_count")
        return found if isinstance(found, int) and found >= 0 else None

    return Figures(
        source=SOURCE,
        views=count("impression"),
        reactions=count("like"),
        comments=count("reply"),
        reposts=count("retweet"),
        quotes=count("quote"),
        saves=count("bookmark"),
    )


def _uploaded(account: Account, outgoing: Outgoing, memory: Memory) -> list[str]:
    """The ids of the pictures there. Those that are there from an earlier attempt stay."""
    there: list[str] = list(memory.get("media", []))
    for picture in outgoing.pictures[len(there) : PICTURES]:
        there.append(_upload(account, picture))
        memory.keep(media=there)
    return there


def _upload(account: Account, picture: Picture) -> str:
    if picture.media_type not in PICTURE_TYPES or len(picture.content) > PICTURE_BYTES:
        detail = f"{picture.media_type}, {len(picture.content)} bytes"
        raise Trouble(Kind.REJECTED, "refused_media", detail=detail)
    name = f"picture.{picture.media_type.rpartition('/')[2]}"
    content, kind = multipart(
        {"media_category": "tweet_image", "media_type": picture.media_type},
        name="media",
        file=(name, picture.content, picture.media_type),
    )
    headers = {**bearer(account), "Content-Type": kind}
    answer = call("POST", f"{api()}/2/media/upload", headers=headers, content=content)
    number = _data(object_of(answer)).get("id")
    if not answer.ok:
        raise refusal(account, answer, code="refused_media")
    if not number:
        raise Trouble(Kind.TRANSIENT, "fault_there", detail=said(answer))
    _describe(account, str(number), picture.alt)
    return str(number)


def _describe(account: Account, number: str, alt: str) -> None:
    if alt:
        text = {"text": alt[:ALT_CHARACTERS]}
        data = {"id": number, "metadata": {"alt_text": text}}
        url = f"{api()}/2/media/metadata"
        answer = call("POST", url, headers=bearer(account), data=data)
        if not answer.ok:
            raise refusal(account, answer, code="refused_media")

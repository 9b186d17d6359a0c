"""Threads: posts by a person, through an application of the organisation's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

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
    Published,
    Trouble,
)
from vaandel.channels.threads import containers, sign_in, statistics, wire

DELETING: Final = "threads_delete"
_LOOKED_AT: Final = 50


class ThreadsAdapter(Adapter):
    """The container is what tells one attempt from another: it can be published once, and says
    whether it was."""

    channel: ClassVar = "threads"
    abilities: ClassVar = Abilities(
        pictures=containers.MOST_PICTURES,
        picture_bytes=8_000_000,
        card=True,
        deletes=True,
        figures=True,
    )
    usual_scopes: ClassVar = sign_in.USUAL_SCOPES

    def depart(self, app: App, *, state: str, server: str) -> Departure:  # noqa: ARG002  # just one
        return sign_in.depart(app, state=state)

    def arrive(self, app: App, *, kept: Mapping[str, Any], answer: Mapping[str, str]) -> Account:
        return sign_in.arrive(app, kept, answer)

    def renew(self, app: App, account: Account) -> Account:  # noqa: ARG002  # the token is enough
        return sign_in.renew(account)

    def revoke(self, app: App, account: Account) -> None:
        """Nothing: there is no call for it. The token is forgotten here, and ends by itself."""

    def check(self, app: App) -> None:
        sign_in.check(app)

    def publish(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        outgoing: Outgoing,
        memory: Memory,
    ) -> Published:
        number, fresh = containers.container_for(account, outgoing, memory)
        # A text is ready at once. Anything else is asked first, and whatever was there before.
        asks = not (fresh and containers.is_plain_text(outgoing, memory))
        if asks and containers.ready(account, number, memory) == "PUBLISHED":
            return _published_before(account, outgoing)
        answer = wire.ask(
            "POST",
            f"{account.remote_id}/threads_publish",
            account,
            form={"creation_id": number},
            posts=True,
        )
        if answer.ok:
            return _published(account, _post_in(answer.json()))
        # Too early, too late and twice are the same to Threads; the container knows.
        unclear = wire.code_of(wire.error_of(answer)) == wire.NOT_READY
        if unclear and containers.ready(account, number, memory) == "PUBLISHED":
            return _published_before(account, outgoing)
        raise wire.problem(answer, posts=True)

    def look(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        outgoing: Outgoing,
        memory: Memory,
    ) -> Finding:
        number = memory.get("container")
        if not number:
            return Finding(evidence=Evidence.NOT_THERE)
        status, _ = containers.status_of(account, number)
        found = _own_post(account, outgoing)
        if found:
            return Finding(evidence=Evidence.THERE, published=found)
        if status in {"PUBLISHED", "IN_PROGRESS"}:
            raise Trouble(Kind.UNKNOWN, "no_answer", detail=f"{status}, not among the posts yet")
        if status in {"FINISHED", "ERROR", "EXPIRED"}:
            return Finding(evidence=Evidence.NOT_THERE)
        return Finding(evidence=Evidence.CANNOT_TELL)

    def delete(self, app: App, account: Account, remote_id: str) -> None:  # noqa: ARG002  # as above
        if DELETING not in account.scopes:
            raise Trouble(Kind.REJECTED, "cannot_delete")
        answer = wire.ask("DELETE", remote_id, account)
        if answer.ok or wire.is_gone(answer):
            return
        trouble = wire.problem(answer)
        if trouble.code == "missing_scope":
            raise Trouble(Kind.REJECTED, "cannot_delete", detail=trouble.detail)
        raise trouble

    def figures(
        self,
        app: App,  # noqa: ARG002  # the token is enough
        account: Account,
        remote_ids: Sequence[str],
    ) -> Mapping[str, Figures | None]:
        return statistics.figures(account, remote_ids)


ADAPTER: Final = ThreadsAdapter()


def _post_in(said: Any) -> str:
    try:
        return containers.number_in(said if isinstance(said, dict) else {})
    except Trouble as trouble:
        raise Trouble(Kind.UNKNOWN, "no_answer", detail=trouble.detail) from trouble


def _published(account: Account, number: str) -> Published:
    """With its address, if Threads tells: it stands there anyway."""
    try:
        said = wire.told(wire.ask("GET", f"{number}?fields=permalink", account))
    except Trouble:
        said = {}
    return Published(remote_id=number, permalink=_address(said))


def _address(said: Mapping[str, Any]) -> str:
    address = str(said.get("permalink", ""))
    return address if address.startswith("https://") else ""


def _published_before(account: Account, outgoing: Outgoing) -> Published:
    found = _own_post(account, outgoing)
    if found is None:
        raise Trouble(Kind.UNKNOWN, "no_answer", detail="published, not among the posts yet")
    return found


def _own_post(account: Account, outgoing: Outgoing) -> Published | None:
    """The post with our link, among the latest of the person."""
    fields = "id,permalink,text,link_attachment_url"
    path = f"{account.remote_id}/threads?fields={fields}&limit={_LOOKED_AT}"
    posts = wire.told(wire.ask("GET", path, account)).get("data")
    for post in posts if isinstance(posts, list) else ():
        if isinstance(post, dict) and _is_ours(post, outgoing):
            return Published(remote_id=containers.number_in(post), permalink=_address(post))
    return None


def _is_ours(post: Mapping[str, Any], outgoing: Outgoing) -> bool:
    text, attached = str(post.get("text", "")), str(post.get("link_attachment_url", ""))
    if not outgoing.link:
        return text == outgoing.text
    return outgoing.link in text or attached.rstrip("/") == outgoing.link.rstrip("/")

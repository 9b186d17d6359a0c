"""LinkedIn: posts by a member, through an application of the organisation's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from urllib.parse import quote

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
from vaandel.channels.client import Answer
from vaandel.channels.linkedin import media, sign_in, statistics, wire
from vaandel.channels.linkedin.little_text import escaped

_READING: Final = "r_member_social"
_GONE: Final = frozenset({404, 410})


class LinkedInAdapter(Adapter):
    """Knows no key of its own for a request that is sent twice. What takes its place: LinkedIn
    refuses the same text and link of the same member, and says as which post it stands there."""

    channel: ClassVar = "linkedin"
    abilities: ClassVar = Abilities(
        pictures=20,
        picture_pixels=36_152_319,
        picture_side=6000,
        documents=True,
        card=True,
        deletes=True,
        corrects=True,
        figures=True,
        looks_by_sending=True,
    )

    usual_scopes: ClassVar = sign_in.USUAL_SCOPES

    def depart(self, app: App, *, state: str, server: str) -> Departure:  # noqa: ARG002  # just one
        return sign_in.depart(app, state=state)

    def arrive(
        self,
        app: App,
        *,
        kept: Mapping[str, Any],  # noqa: ARG002  # state, which was checked, is all there is
        answer: Mapping[str, str],
    ) -> Account:
        return sign_in.arrive(app, answer)

    def renew(self, app: App, account: Account) -> Account:
        return sign_in.renew(app, account)

    def revoke(self, app: App, account: Account) -> None:
        sign_in.revoke(app, account)

    def check(self, app: App) -> None:
        sign_in.check(app)

    def publish(self, app: App, account: Account, outgoing: Outgoing, memory: Memory) -> Published:
        """A duplicate is named only when this very request may have been made before: of a
        first one it is some other post, with another link."""
        body = _body(account, outgoing, media.content(app, account, outgoing, memory))
        again = memory.get("body") == body
        if not again:
            # To the letter: whether it arrived can only be asked by sending the very same.
            memory.keep(body=body)
        try:
            return _post(app, account, body)
        except Trouble as trouble:
            if again or trouble.kind is Kind.UNKNOWN:
                raise
            memory.keep(body="")
            if trouble.kind is Kind.DUPLICATE:
                raise Trouble(trouble.kind, trouble.code, detail=trouble.detail) from trouble
            raise

    def look(
        self,
        app: App,
        account: Account,
        outgoing: Outgoing,  # noqa: ARG002  # what was sent is in the memory
        memory: Memory,
    ) -> Finding:
        """Sends the very same once more: it is there then, from now or from before.

        A post of this member with this link, which is of this publication alone, is refused as a
        duplicate exactly when the first attempt arrived.
        """
        body = memory.get("body")
        if not body:
            return Finding(evidence=Evidence.NOT_THERE)
        try:
            return Finding(evidence=Evidence.THERE, published=_post(app, account, body))
        except Trouble as trouble:
            if trouble.kind is Kind.DUPLICATE:
                return _duplicate(app, account, trouble.remote_id)
            if trouble.kind is Kind.REJECTED:
                return Finding(evidence=Evidence.CANNOT_TELL)
            raise

    def delete(self, app: App, account: Account, remote_id: str) -> None:
        answer = wire.ask("DELETE", _path(remote_id), app, account)
        if not answer.ok and answer.status not in _GONE:
            raise wire.problem(answer)

    def correct(self, app: App, account: Account, remote_id: str, outgoing: Outgoing) -> Published:
        """Only the text: LinkedIn changes nothing else. Doing it twice is doing it once."""
        answer = wire.ask(
            "POST",
            _path(remote_id),
            app,
            account,
            headers={"X-RestLi-Method": "PARTIAL_UPDATE"},
            data={"patch": {"$set": {"commentary": escaped(outgoing.text)}}},
        )
        if answer.status in _GONE:
            raise Trouble(Kind.REJECTED, "cannot_correct", detail=wire.message(answer))
        if not answer.ok:
            raise wire.problem(answer)
        return _published(remote_id)

    def figures(
        self, app: App, account: Account, remote_ids: Sequence[str]
    ) -> Mapping[str, Figures | None]:
        return statistics.figures(app, account, remote_ids)


ADAPTER: Final = LinkedInAdapter()


def _body(account: Account, outgoing: Outgoing, content: Mapping[str, Any]) -> str:
    post: dict[str, Any] = {
        "author": wire.author(account),
        "commentary": escaped(outgoing.text),
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if content:
        post["content"] = content
    return json.dumps(post, ensure_ascii=False)


def _post(app: App, account: Account, body: str) -> Published:
    answer = wire.ask(
        "POST",
        "posts",
        app,
        account,
        headers={"Content-Type": "application/json"},
        content=body.encode(),
        posts=True,
    )
    if not answer.ok:
        raise wire.problem(answer, posts=True)
    return _published(_urn(answer))


def _urn(answer: Answer) -> str:
    """The name of what was posted, which stands in a header."""
    urn = answer.headers.get("x-restli-id", "")
    if not wire.POST_URN.fullmatch(urn):
        raise Trouble(Kind.UNKNOWN, "no_answer", detail="no name of a post in the answer")
    return urn


def _duplicate(app: App, account: Account, urn: str) -> Finding:
    """For a day or two after a post was deleted LinkedIn calls its text a duplicate of it. Who
    may read posts can tell; most may not, and did not delete anything either."""
    if not urn:
        return Finding(evidence=Evidence.CANNOT_TELL)
    if _READING in account.scopes and _is_gone(app, account, urn):
        return Finding(evidence=Evidence.CANNOT_TELL)
    return Finding(evidence=Evidence.THERE, published=_published(urn))


def _is_gone(app: App, account: Account, urn: str) -> bool:
    return wire.ask("GET", _path(urn), app, account).status in _GONE


def _published(urn: str) -> Published:
    return Published(remote_id=urn, permalink=f"https://www.linkedin.com/feed/update/{urn}/")


def _path(urn: str) -> str:
    return f"posts/{quote(urn, safe='')}"

"""What a push message says: no more than a title, whose it is, and where it leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from vaandel.delivery.models import Approach, Notice, PushSubscription
from vaandel.delivery.planning.approached import Approached
from vaandel.delivery.reachable import PUSH
from vaandel.delivery.tokens import answer_url, question_url

LONGEST_TITLE: Final = 120
URGENT: Final = "high"


def notices_for(approached: Approached) -> list[Notice]:
    """One notice for each browser of this person, not saved; none when the approach has no push."""
    return notices_for_all([approached])


def notices_for_all(approached: Iterable[Approached]) -> list[Notice]:
    """The same for many, with one query."""
    by_enrolment = {
        each.enrolment.pk: each for each in approached if PUSH in each.approach.channels
    }
    if not by_enrolment:
        return []
    browsers: dict[int, list[PushSubscription]] = defaultdict(list)
    rows = PushSubscription.objects.filter(enrolment__in=by_enrolment).order_by("pk")
    for row in rows.only("pk", "enrolment_id", "organization_id"):
        browsers[row.enrolment_id].append(row)
    return [
        notice_for(by_enrolment[pk], subscription)
        for pk, subscriptions in browsers.items()
        for subscription in subscriptions
    ]


def notice_for(approached: Approached, subscription: PushSubscription) -> Notice:
    approach = approached.approach
    return Notice(
        organization_id=approach.organization_id,
        key=f"push:{approach.pk}:{subscription.pk}",
        kind="push",
        subscription=subscription,
        approach=approach,
        payload=payload_of(approached),
        windows=approached.windows,
        created_at=approached.at,
        next_try_at=approached.at,
        expires_at=approached.at + approached.good_for,
    )


def payload_of(approached: Approached) -> dict[str, Any]:
    """In the language of the person. ``urgency`` is for the push service and not sent along."""
    user = approached.enrolment.member.user
    with translation.override(user.language):
        question = approached.approach.kind == Approach.Kind.QUESTION
        said = question_of(approached) if question else proposal_of(approached)
    if approached.approach.kind == Approach.Kind.URGENT:
        said["urgency"] = URGENT
    return {**said, "lang": user.language}


def proposal_of(approached: Approached) -> dict[str, Any]:
    best, *others = approached.proposals
    place = approached.enrolment.organization.name
    if others:
        body = ngettext(
            "%(place)s: would you like to share this, or one other post?",
            "%(place)s: would you like to share this, or one of %(count)s other posts?",
            len(others),
        )
    else:
        body = gettext("%(place)s: would you like to share this?")
    return {
        "title": shortened(best.proposal.title),
        "body": body % {"place": place, "count": len(others)},
        "url": here(best.share_url),
        "tag": f"ask-{best.proposal.ask_id}",
        "share": gettext("Write and share"),
        "later": gettext("Not now"),
        "later_url": here(answer_url(best.proposal.ask_id, "tomorrow")),
    }


def question_of(approached: Approached) -> dict[str, Any]:
    place = approached.enrolment.organization.name
    return {
        "title": gettext("Shall we stop asking?"),
        "body": gettext("%(place)s: go on, less often, or stop. All three are fine.")
        % {"place": place},
        "url": here(question_url(approached.approach.pk)),
        "tag": f"question-{approached.approach.pk}",
    }


def here(url: str) -> str:
    """Without our own address: the browser knows where it was switched on."""
    return url.removeprefix(settings.PUBLIC_URL)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"

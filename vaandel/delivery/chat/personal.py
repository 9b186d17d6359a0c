"""What somebody gets in their own Slack or Teams, with the same links as in their mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaandel.ambassadors.tokens import mail_choices_url
from vaandel.delivery.chat.card import Button, Card, Message, as_data
from vaandel.delivery.models import Approach, ChatConnection, Notice
from vaandel.delivery.pictures import chat_picture
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.tokens import answer_url, question_url
from vaandel.lib.open_hours import zone_of

KIND = "chat"


def notices_for(approached: Approached) -> list[Notice]:
    """The messages about one approach, not saved. Use ``notices_for_many`` for several."""
    return notices_for_many([approached])


def notices_for_many(batch: Sequence[Approached]) -> list[Notice]:
    """One message for each chat that an approach goes to, not saved; one query for all.

    ``approach.channels`` decides; a chat through which nothing goes any more gets nothing.
    """
    chats: dict[int, list[ChatConnection]] = defaultdict(list)
    people = [approached.enrolment.pk for approached in batch]
    # Of these very people, so the organisation need not be compared.
    for chat in ChatConnection.across_tenants.filter(enrolment_id__in=people, gone=False):
        chats[chat.enrolment_id or 0].append(chat)
    return [
        _notice(approached, chat)
        for approached in batch
        for chat in chats[approached.enrolment.pk]
        if chat.network in approached.approach.channels
    ]


def _notice(approached: Approached, chat: ChatConnection) -> Notice:
    user = approached.enrolment.member.user
    with translation.override(user.language), timezone.override(zone_of(user.time_zone)):
        message = message_about(approached)
    return Notice(
        organization_id=approached.enrolment.organization_id,
        connection=chat,
        approach=approached.approach,
        key=f"chat:{approached.approach.pk}:{chat.pk}",
        kind=KIND,
        payload=as_data(message),
        windows=approached.windows,
        next_try_at=approached.at,
        created_at=approached.at,
        expires_at=approached.at + approached.good_for,
    )


def message_about(approached: Approached) -> Message:
    """In the language in use."""
    if approached.approach.kind == Approach.Kind.QUESTION or not approached.proposals:
        return question(approached)
    offers = approached.proposals
    choices = Button(_("How often, and on what"), mail_choices_url(approached.enrolment))
    if len(offers) == 1:
        return Message(
            heading=offers[0].proposal.title,
            cards=(card_of(offers[0], alone=True),),
            footer=offers[0].proposal.reason,
            more=choices,
        )
    return Message(
        heading=ngettext(
            "%(count)d post to share, if you like",
            "%(count)d posts to share, if you like",
            len(offers),
        )
        % {"count": len(offers)},
        cards=tuple(card_of(offered) for offered in offers),
        footer=_("Choose what suits you, or nothing."),
        more=choices,
    )


def card_of(offered: Offered, *, alone: bool = False) -> Card:
    proposal = offered.proposal
    return Card(
        title="" if alone else proposal.title,
        text=proposal.summary,
        picture=chat_picture(proposal.picture),
        alt=proposal.picture_alt or proposal.title,
        buttons=(
            Button(_("Look and share"), offered.share_url),
            Button(_("Not now"), answer_url(proposal.ask_id, "monday")),
        ),
    )


def question(approached: Approached) -> Message:
    number = approached.approach.pk
    return Message(
        heading=_("Shall we stop asking?"),
        cards=(
            Card(
                text=_("You have not used our proposals for a while. Either answer is fine."),
                buttons=(
                    Button(_("Go on"), question_url(number, "go-on")),
                    Button(_("Less often"), question_url(number, "less")),
                    Button(_("Stop"), question_url(number, "stop")),
                ),
            ),
        ),
    )

"""A publication as the network will get it: the text to the letter, and what goes along."""

from __future__ import annotations

from vaandel.channels.adapter import Outgoing
from vaandel.channels.adapters import ADAPTERS
from vaandel.channels.channel import LinkPlace
from vaandel.channels.registry import CHANNELS
from vaandel.links.addresses import short_url
from vaandel.posts.models import Post
from vaandel.posts.queries import document_of
from vaandel.shares.models import Publication
from vaandel.shares.publishing.media import Parts, parts_of
from vaandel.shares.services.opening import TextTooLong, Words


def words_of(publication: Publication) -> Words:
    """What the person wrote. ``publication`` comes with its angle when there is one."""
    return Words(
        channel=publication.channel,
        text=publication.text,
        disclosure=publication.disclosure,
        disclosure_rule=publication.disclosure_rule,
        disclosure_offered=publication.disclosure_offered,
        risk_line=publication.risk_line,
        language=publication.language,
        angle=publication.angle if publication.angle_id else None,
    )


def carried(words: Words, post: Post, *, url: str, shown_as_card: bool) -> str:
    """What readers will see, with the link in the text unless a card beside it shows it."""
    channel = CHANNELS[words.channel]
    message = words.message(url=url, title=post.title)
    text = channel.carried_text(message)
    if channel.link_place is LinkPlace.BESIDE and not shown_as_card:
        return f"{text}\n\n{url}" if text else url
    return text


def check_carried(text: str, channel_key: str) -> None:
    """Raise ``TextTooLong`` when the network would refuse or cut this."""
    channel = CHANNELS[channel_key]
    excess = channel.count(text) - channel.limit if channel.limit is not None else 0
    if channel.max_bytes is not None:
        excess = max(excess, len(text.encode("utf-8", "replace")) - channel.max_bytes)
    if excess > 0:
        raise TextTooLong(excess)


def carried_text(publication: Publication, *, url: str = "") -> str:
    """``publication`` comes with post, its organisation, and link. ``url``: of the link, when
    it is at hand."""
    post, url = publication.post, url or short_url(publication.link)
    return carried(
        words_of(publication),
        post,
        url=url,
        shown_as_card=shows_card(post, publication.channel, with_card=publication.with_card),
    )


def shows_card(post: Post, channel: str, *, with_card: bool) -> bool:
    """Whether the link is shown as a card, so that it need not stand in the text."""
    return parts_kind(post, channel, with_card=with_card) == "card"


def parts_kind(post: Post, channel: str, *, with_card: bool) -> str:
    """``document``, ``pictures``, ``card`` or ``""``: at most one goes along."""
    abilities = ADAPTERS[channel].abilities
    if abilities.documents and document_of(post) is not None:
        return "document"
    if abilities.pictures and post.kind == "IMAGE":
        return "pictures"
    return "card" if abilities.card and with_card else ""


def parts_for(publication: Publication) -> Parts:
    """What goes along, read from the media store; the same for all who share this post there."""
    kind = parts_kind(publication.post, publication.channel, with_card=publication.with_card)
    abilities = ADAPTERS[publication.channel].abilities
    return parts_of(publication.post, kind, abilities=abilities)


def outgoing_of(publication: Publication, *, parts: Parts | None = None, url: str = "") -> Outgoing:
    """Ready to hand over. ``publication`` comes with post, its organisation, link and angle."""
    along = parts or parts_for(publication)
    url = url or short_url(publication.link)
    return Outgoing(
        key=publication.press,
        text=carried_text(publication, url=url),
        link=url,
        language=publication.language,
        card=along.card_for(url),
        pictures=along.pictures,
        document=along.document,
        created_at=publication.handed_over_at or publication.due_at,
    )

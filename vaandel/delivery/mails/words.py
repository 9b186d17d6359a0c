"""What a mail about an approach says, as plain values in the reader's language.

Plain, so that it can be kept as JSON and rendered when the mail is sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Rhythm
from vaandel.ambassadors.tokens import mail_choices_url
from vaandel.components import figures
from vaandel.delivery.calendar import next_monday, today_of
from vaandel.delivery.models import Approach
from vaandel.delivery.pictures import mail_picture
from vaandel.delivery.planning.approached import Approached, Offered
from vaandel.delivery.tokens import answer_url, question_url, why_url

OFTEN: Final[dict[str, Promise]] = {
    Rhythm.WEEKLY: _("You get at most one mail a week."),
    Rhythm.FORTNIGHTLY: _("You get at most one mail every two weeks."),
    Rhythm.MONTHLY: _("You get at most one mail every four weeks."),
    Rhythm.IN_APP: _("You get no regular mails."),
}

Words = dict[str, object]


def words_of(approached: Approached, *, brand: Words) -> Words:
    """Call it in the reader's language and time zone."""
    enrolment = approached.enrolment
    slug = enrolment.organization.slug
    words: Words = {
        "brand": brand,
        "place": enrolment.organization.name,
        "first_name": enrolment.member.user.first_name,
        "often": str(OFTEN.get(approached.often, "")),
        "choices_url": mail_choices_url(enrolment),
        "today_url": f"{settings.PUBLIC_URL}{reverse('home:today', args=[slug])}",
    }
    if approached.approach.kind == Approach.Kind.QUESTION:
        return {**words, **answers_of(approached.approach.pk)}
    day = next_monday(today_of(approached.at, enrolment.member.user.time_zone))
    items = [item_of(offered) for offered in approached.proposals]
    return {
        **words,
        "monday": formats.date_format(day, "l"),
        "monday_date": figures.day(day, weekday=True, year=False),
        "items": items,
        "item": items[0],
        "why_url": why_url(approached.proposals[0].proposal.ask_id),
    }


def item_of(offered: Offered) -> Words:
    proposal = offered.proposal
    picture = mail_picture(proposal.picture)
    return {
        # Which it is, for `wanted`; the same for everybody, like the words.
        "post": proposal.post_id,
        "title": proposal.title,
        "summary": proposal.summary,
        "language": proposal.language,
        "topic": proposal.topic.name,
        "reason": proposal.reason,
        "about": proposal.about,
        "until": until(proposal.expires_at),
        "picture": f"{settings.PUBLIC_URL}{picture}" if picture else "",
        "picture_alt": proposal.picture_alt,
        "angle": offered.angle,
        "reviewer": offered.reviewer,
        "share_url": offered.share_url,
        "later_url": answer_url(proposal.ask_id, "monday"),
        "never_url": answer_url(proposal.ask_id, "never"),
    }


def until(moment: datetime | None) -> str:
    return figures.day(moment, weekday=True, year=False) if moment else ""


def answers_of(approach_id: int) -> Words:
    return {
        "go_on_url": question_url(approach_id, "go-on"),
        "less_url": question_url(approach_id, "less"),
        "stop_url": question_url(approach_id, "stop"),
    }

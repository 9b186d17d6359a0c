"""Why somebody is offered this, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment, Rhythm
from vaandel.components import figures
from vaandel.delivery.models import Ask
from vaandel.delivery.planning.budget import sent_to, silences_of
from vaandel.delivery.planning.rhythm import URGENT_A_MONTH, Stance, in_force
from vaandel.organizations.models import Unit
from vaandel.posts.models import Post
from vaandel.programmes.models import Topic

NAMES: Final = {"nl": "Nederlands", "en": "English", "fr": "Français", "de": "Deutsch"}
CHOSEN: Final[dict[str, Promise]] = {
    Rhythm.WEEKLY: _("You chose to hear from us every week."),
    Rhythm.FORTNIGHTLY: _("You chose to hear from us every two weeks."),
    Rhythm.MONTHLY: _("You chose to hear from us every four weeks."),
    Rhythm.IN_APP: _("You chose to see posts in the app only. We do not write to you about them."),
}
LOWERED: Final[dict[str, Promise]] = {
    Rhythm.FORTNIGHTLY: _(
        "You did not react to the last ones, so now it is every two weeks at most."
    ),
    Rhythm.MONTHLY: _("You did not react to the last ones, so now it is every four weeks at most."),
}


def reasons_for(ask: Ask, *, now: datetime) -> list[str]:
    """In the language and time zone in use; seven queries at most."""
    post, enrolment = ask.post, ask.enrolment
    return [
        *because_of_topic(ask),
        audience_of(post, enrolment),
        *languages_of(post),
        *published_by(post),
        *how_often(enrolment),
        budget_of(enrolment, now=now),
        *pressing(post),
    ]


def because_of_topic(ask: Ask) -> Iterator[str]:
    topic = (
        Topic.objects.filter(posts=ask.post_id, followers=ask.enrolment_id)
        .order_by("position", "pk")
        .first()
    )
    if topic is None:
        yield gettext("You followed a topic of this post when it was offered, and no longer do.")
    else:
        yield gettext("You follow the topic %(topic)s.") % {"topic": topic.name}
    if ask.reason.get("team"):
        yield gettext("The vacancy is in your team.")


def audience_of(post: Post, enrolment: Enrolment) -> str:
    units = list(Unit.objects.filter(pk__in=post.audience_units.values("pk")).order_by("name"))
    if not units:
        return gettext("It is meant for everybody who follows the topic.")
    names = get_text_list([unit.name for unit in units], gettext("and"))
    if enrolment.member.unit is None:
        return gettext("It is meant for %(units)s.") % {"units": names}
    return gettext("It is meant for %(units)s, and you work in %(unit)s.") % {
        "units": names,
        "unit": enrolment.member.unit.name,
    }


def languages_of(post: Post) -> Iterator[str]:
    """Nothing about a post for every language: that is no reason."""
    if post.audience_languages:
        names = [NAMES.get(code, code) for code in post.audience_languages]
        yield gettext("It is meant for who writes in %(languages)s.") % {
            "languages": get_text_list(names, gettext("or"))
        }


def published_by(post: Post) -> Iterator[str]:
    day = figures.day(post.published_at) if post.published_at else ""
    if post.created_by and day:
        words = {"name": post.created_by.user.display_name, "day": day}
        yield gettext("%(name)s made it, and it went live on %(day)s.") % words
    elif day:
        yield gettext("It went live on %(day)s.") % {"day": day}
    if post.reviewed_by and post.reviewed_by_id != post.created_by_id:
        name = post.reviewed_by.user.display_name
        yield gettext("%(name)s read it and approved it.") % {"name": name}


def how_often(enrolment: Enrolment) -> Iterator[str]:
    yield str(CHOSEN[enrolment.rhythm])
    silence = silences_of([enrolment.pk])[enrolment.pk]
    rhythm, stance = in_force(enrolment.rhythm, silence)
    if enrolment.rhythm == Rhythm.IN_APP:
        return
    if stance is Stance.SILENT:
        yield gettext("You did not answer our last question, so we no longer write to you.")
    elif rhythm != enrolment.rhythm:
        yield str(LOWERED[rhythm])


def budget_of(enrolment: Enrolment, *, now: datetime) -> str:
    """What the programme allows in a week, and what there was of it."""
    zone = enrolment.member.user.time_zone
    sent = sent_to([enrolment.member_id], now=now)
    spent = sent.spent(enrolment.member_id, enrolment.pk, now=now, zone=zone).this_week
    most = enrolment.programme.messages_per_week
    allowed = ngettext(
        "Over all channels together we turn to you at most %(count)d time a week,"
        " and only in your own hours.",
        "Over all channels together we turn to you at most %(count)d times a week,"
        " and only in your own hours.",
        most,
    ) % {"count": most}
    so_far = ngettext(
        "This week it was %(count)d time.", "This week it was %(count)d times.", spent
    ) % {"count": spent}
    return f"{allowed} {so_far}"


def pressing(post: Post) -> Iterator[str]:
    if post.urgent:
        yield gettext(
            "An editor marked it as urgent. That may happen to you at most %(count)d times a month."
        ) % {"count": URGENT_A_MONTH}

"""What stands in the mail about an approach. To whom and when is decided in ``planning``."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Rhythm
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.delivery.calendar import next_monday, today_of
from vaandel.delivery.pictures import mail_picture
from vaandel.delivery.planning.approached import Approached
from vaandel.delivery.tokens import answer_url
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message

OFTEN: Final = {
    Rhythm.WEEKLY: _("You get at most one mail a week."),
    Rhythm.FORTNIGHTLY: _("You get at most one mail every two weeks."),
    Rhythm.MONTHLY: _("You get at most one mail every four weeks."),
}


def compose_approach(approached: Approached) -> OutgoingMessage:
    """The mail about an approach with at least one proposal, not saved."""
    enrolment, at = approached.enrolment, approached.at
    organization = enrolment.organization
    user = enrolment.member.user
    best, *others = approached.proposals
    picture = mail_picture(best.proposal.picture)
    today = reverse("home:today", args=[organization.slug])
    return compose_message(
        key=f"approach:{approached.approach.pk}",
        kind="proposal",
        template="delivery/mails/proposal",
        context={
            "place": organization.name,
            "first_name": user.first_name,
            "proposal": best.proposal,
            "picture": f"{settings.PUBLIC_URL}{picture}" if picture else "",
            "angle": best.angle,
            "reviewer": best.reviewer,
            "others": [offered.proposal.title for offered in others],
            "often": OFTEN[Rhythm(approached.often)],
            "share_url": best.share_url,
            "monday": next_monday(today_of(at, user.time_zone)),
            "later_url": answer_url(best.proposal.ask_id, "monday"),
            "never_url": answer_url(best.proposal.ask_id, "never"),
            "choices_url": mail_choices_url(enrolment),
            "today_url": f"{settings.PUBLIC_URL}{today}",
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=one_click_url(enrolment),
        tenant=organization.pk,
        person=user.pk,
        good_for=approached.good_for,
        at=at,
    )

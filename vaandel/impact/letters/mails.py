"""The letter itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from vaandel.components.figures import estimate
from vaandel.impact.letters.figures import Figures, Month
from vaandel.impact.letters.tokens import stop_url
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.services import compose_message
from vaandel.organizations.branding import answers_go_to, mail_brand
from vaandel.organizations.models import Member


def letter_key(owner: Member, month: Month) -> str:
    return f"letter:{owner.pk}:{month.first:%Y-%m}"


def compose_letter(
    owner: Member,
    figures: Figures,
    month: Month,
    *,
    windows: list[list[str]],
    good_for: timedelta,
    at: datetime,
) -> OutgoingMessage:
    """Not saved: for ``queue_composed``."""
    organization, user = owner.organization, owner.user

    def address(route: str, *args: object) -> str:
        return f"{settings.PUBLIC_URL}{reverse(route, args=[organization.slug, *args])}"

    where = {
        "publish": "posts:new",
        "stories": "sources:inbox",
        "thank": "impact:posts",
        "starts": "posts:list",
        "ask": "impact:programme",
    }
    with translation.override(user.language):
        reach = estimate(figures.reach.low, figures.reach.high) if figures.reach else ""
    return compose_message(
        key=letter_key(owner, month),
        kind="letter",
        template="impact/mails/letter",
        context={
            "place": organization.name,
            "brand": mail_brand(organization),
            "first_name": user.first_name,
            "month": month.first,
            "figures": asdict(figures),
            "range": reach,
            "top": [
                {
                    "title": post.title,
                    "clicks": post.clicks,
                    "url": address("impact:post", post.post_id),
                }
                for post in figures.top
            ],
            "suggestion": figures.suggestion,
            "suggestion_url": address(where[figures.suggestion]),
            "programme_url": address("impact:programme"),
            "stop_url": stop_url(owner),
        },
        to_address=user.email,
        to_name=user.name,
        from_name=organization.name,
        reply_to=answers_go_to(organization),
        language=user.language,
        time_zone=user.time_zone,
        unsubscribe_url=stop_url(owner),
        list_id=f"letters.{organization.slug}",
        tenant=organization.pk,
        person=user.pk,
        windows=windows,
        good_for=good_for,
        at=at,
    )

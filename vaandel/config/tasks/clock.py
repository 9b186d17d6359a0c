"""What the clock starts."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from vaandel.ambassadors.services import (
    end_enrolments_of_who_left,
    follow_moved_people,
    forget_old_leave,
    read_due_calendars,
)
from vaandel.archive.services import check_all, forget_old
from vaandel.channels.services.accounts import disconnect_who_left
from vaandel.channels.services.connecting import forget_old_connecting
from vaandel.channels.services.ends import remind_of_ends, renew_what_rests
from vaandel.clock.services import drop_lapsed_leases
from vaandel.config.bounce_mailbox import read_bounces
from vaandel.config.statistics import keep_statistics
from vaandel.config.work import Task
from vaandel.delivery.chat.announcing import announce_posts
from vaandel.delivery.notices import prune_notices
from vaandel.delivery.services import plan_asks
from vaandel.impact.letters.services import send_letters
from vaandel.impact.services import freeze_weeks, roll_up
from vaandel.links.ingest import forget_visitors
from vaandel.links.retention import forget_old_clicks
from vaandel.links.services.conversion_lists import forget_old_conversion_lists
from vaandel.links.services.conversions import (
    attribute_awaited_conversions,
    attribute_fresh_conversions,
)
from vaandel.links.services.domains import recheck_domains
from vaandel.mailing.services import prune_messages
from vaandel.mailing.suppression import forget_details
from vaandel.organizations.services import forget_old_lists
from vaandel.organizations.tenancy import every_tenant
from vaandel.posts.services import expire_due_posts, mail_reviews, publish_due_posts
from vaandel.privacy.services import forget_farewells
from vaandel.recognition.results import find_results
from vaandel.shares.bands import keep_bands
from vaandel.shares.figures import begin_reading_for_new_consents, forget_figures
from vaandel.shares.publishing import (
    cancel_what_may_not_go,
    find_accounts_again,
    forget_old_publications,
)
from vaandel.shares.request_mails import mail_text_requests
from vaandel.shares.services import (
    end_links_of_changed_posts,
    end_links_of_finished_posts,
    forget_unused_links,
    send_due_reminders,
)
from vaandel.shares.services.telling import tell_about_publications
from vaandel.shares.services.text_requests import forget_old_requests
from vaandel.sources.services import fetch_due_sources

SECOND = 1
MINUTE = 60
HOUR = 60 * MINUTE


def prune_mails() -> int:
    return prune_messages(at=timezone.now())


def prune_bounces() -> int:
    return forget_details(at=timezone.now())


def prune_old_notices() -> int:
    return prune_notices(at=timezone.now())


def prune_farewells() -> int:
    return forget_farewells(at=timezone.now())


def prune_lists() -> int:
    with every_tenant():
        return forget_old_lists(at=timezone.now())


def prune_conversion_lists() -> int:
    with every_tenant():
        return forget_old_conversion_lists(at=timezone.now())


def prune_sessions() -> int:
    SessionStore.clear_expired()
    return 0


def prune_leases() -> int:
    return drop_lapsed_leases(at=timezone.now())


def prune_connecting() -> int:
    return forget_old_connecting(at=timezone.now())


def empty_old_archive() -> int:
    return forget_old(at=timezone.now())


CLOCK: list[Task] = [
    # A withdrawal is followed at once; the round is for what that may have missed.
    Task("end links", end_links_of_changed_posts, seconds=1 * SECOND),
    Task("end all links", end_links_of_finished_posts, seconds=1 * MINUTE),
    Task("cancel planned shares", cancel_what_may_not_go, seconds=10 * SECOND),
    Task("find accounts again", find_accounts_again, seconds=1 * MINUTE),
    Task("publish posts", publish_due_posts, seconds=30 * SECOND),
    Task("ask for reviews", mail_reviews, seconds=1 * MINUTE),
    Task("ask for texts", mail_text_requests, seconds=1 * MINUTE),
    Task("expire posts", expire_due_posts, seconds=30 * SECOND),
    # In a demonstration somebody is waiting for the mail, and for the figures.
    Task("plan asks", plan_asks, seconds=5 * SECOND if settings.DEMO else 1 * MINUTE),
    Task("tell channels", announce_posts, seconds=1 * MINUTE),
    Task("end enrolments", end_enrolments_of_who_left, seconds=1 * MINUTE),
    Task("disconnect who left", disconnect_who_left, seconds=1 * MINUTE),
    Task("tell of ending connections", remind_of_ends, seconds=10 * MINUTE),
    Task("renew resting connections", renew_what_rests, seconds=1 * HOUR),
    Task("remind", send_due_reminders, seconds=1 * MINUTE),
    Task("tell about planned shares", tell_about_publications, seconds=1 * MINUTE),
    Task("follow time zones", follow_moved_people, seconds=1 * MINUTE),
    Task("read leave calendars", read_due_calendars, seconds=1 * MINUTE),
    Task("read bounces", read_bounces, seconds=2 * MINUTE),
    Task("fetch sources", fetch_due_sources, seconds=1 * MINUTE),
    Task("roll up", roll_up, seconds=10 * SECOND if settings.DEMO else 1 * MINUTE),
    Task("find results", find_results, seconds=10 * MINUTE),
    Task("freeze weeks", freeze_weeks, seconds=10 * SECOND if settings.DEMO else 5 * MINUTE),
    Task("write letters", send_letters, seconds=10 * MINUTE),
    Task("credit clicks", attribute_fresh_conversions, seconds=10 * SECOND),
    Task("credit late clicks", attribute_awaited_conversions, seconds=1 * HOUR),
    Task("check short domains", recheck_domains, seconds=10 * MINUTE),
    Task("keep statistics", keep_statistics, seconds=1 * HOUR),
    Task("compare texts", keep_bands, seconds=10 * MINUTE),
    Task("forget unused links", forget_unused_links, seconds=1 * HOUR),
    Task("read figures of new consents", begin_reading_for_new_consents, seconds=1 * HOUR),
    Task("forget figures", forget_figures, seconds=1 * MINUTE),
    Task("forget old publications", forget_old_publications, seconds=6 * HOUR),
    Task("forget visitors", forget_visitors, seconds=1 * HOUR),
    Task("forget old clicks", forget_old_clicks, seconds=1 * HOUR),
    Task("check archives", check_all, seconds=24 * HOUR),
    Task("forget old requests", forget_old_requests, seconds=6 * HOUR),
    Task("empty old archive", empty_old_archive, seconds=6 * HOUR),
    Task("forget old leave", forget_old_leave, seconds=6 * HOUR),
    Task("prune mails", prune_mails, seconds=6 * HOUR),
    Task("prune bounces", prune_bounces, seconds=6 * HOUR),
    Task("prune notices", prune_old_notices, seconds=6 * HOUR),
    Task("prune farewells", prune_farewells, seconds=6 * HOUR),
    Task("prune lists", prune_lists, seconds=6 * HOUR),
    Task("prune conversion lists", prune_conversion_lists, seconds=6 * HOUR),
    Task("prune connecting", prune_connecting, seconds=1 * HOUR),
    Task("prune sessions", prune_sessions, seconds=6 * HOUR),
    Task("prune leases", prune_leases, seconds=6 * HOUR),
]

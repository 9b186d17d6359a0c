"""Signing up by mail domain: a code by mail first, rows only after it."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from vaandel.accounts.models import User
from vaandel.accounts.services import find_or_create_user
from vaandel.mailing.services import queue_message
from vaandel.organizations.models import Organization
from vaandel.organizations.queries import open_to
from vaandel.organizations.services.members import sign_up
from vaandel.organizations.tenancy import tenant_scope

GOOD_FOR = timedelta(minutes=15)
MOST_ATTEMPTS = 5


class Signing(TypedDict):
    """What the session remembers. ``digest`` is empty when no code was mailed."""

    email: str
    digest: str
    until: float
    attempts: int
    proven: bool


class WrongCode(Exception):
    """``state`` is what to remember; None when it is over."""

    def __init__(self, state: Signing | None) -> None:
        super().__init__("The code is wrong.")
        self.state = state


def digest_of(email: str, code: str) -> str:
    return salted_hmac("vaandel.sign_up", f"{email}:{code}", algorithm="sha256").hexdigest()


def begin_sign_up(*, email: str, language: str, at: datetime) -> Signing:
    """Mail a code when an organisation lets this address in; whoever has an account is told so.

    The answer looks the same in all cases.
    """
    state = Signing(
        email=email, digest="", until=(at + GOOD_FOR).timestamp(), attempts=0, proven=False
    )
    known = User.objects.filter(email=email).first()
    if known is None and not open_to(email):
        return state
    code = f"{secrets.randbelow(1_000_000):06d}"
    if known is None:
        state["digest"] = digest_of(email, code)
    queue_message(
        key=f"sign-up:{uuid.uuid4()}",
        kind="account",
        essential=True,
        template="organizations/mails/has_account" if known else "organizations/mails/sign_up_code",
        context={
            "code": "" if known else code,
            "sign_in_url": f"{settings.PUBLIC_URL}{reverse('account_login')}"
            f"?next={reverse('organizations:sign_up_join')}",
        },
        to_address=email,
        to_name=known.name if known else "",
        language=known.language if known else language,
        person=known.pk if known else None,
        good_for=GOOD_FOR,
        at=at,
    )
    return state


def check_code(state: Signing, *, code: str, at: datetime) -> Signing:
    """The state with the address proven; raise ``WrongCode``."""
    if at.timestamp() > state["until"]:
        raise WrongCode(None)
    digest = digest_of(state["email"], code)
    if not state["digest"] or not constant_time_compare(digest, state["digest"]):
        attempts = state["attempts"] + 1
        raise WrongCode(None if attempts >= MOST_ATTEMPTS else {**state, "attempts": attempts})
    return {**state, "proven": True}


@transaction.atomic
def new_account(
    *, email: str, name: str, language: str, organization: Organization, at: datetime
) -> User | None:
    """The account and membership of somebody whose address is proven.

    None when an account came into being meanwhile: its owner signs in the usual way.
    """
    if User.objects.filter(email=email).exists():
        return None
    user = find_or_create_user(
        email=email, name=name, language=language, time_zone=organization.time_zone, at=at
    )
    with tenant_scope(organization):
        sign_up(organization=organization, user=user, at=at)
    return user

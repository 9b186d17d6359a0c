"""Applications, and what people allow them.

An application is not kept: its name holds where it may send people back to, signed, and its
secret follows from its name. So does the code that a browser carries back; only that it was
used is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from vaandel.accounts.models import User
from vaandel.channels.pkce import challenge
from vaandel.demo.models import PracticeAccess

CODE_LIFE: Final = timedelta(minutes=2)
SCOPES: Final = ("profile", "write:media", "write:statuses")
_APP: Final = "vaandel.demo.network.app"
_CODE: Final = "vaandel.demo.network.code"


class Refused(Exception):
    """The answer is no; ``error`` is the word of the standard (RFC 6749) for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def register(redirect_uri: str) -> tuple[str, str]:
    """An application's name and secret. It must be of this demonstration, since the practice
    network sends nobody anywhere else; raises ``Refused``."""
    if not redirect_uri.startswith(f"{settings.PUBLIC_URL}/"):
        raise Refused("invalid_redirect_uri")
    client_id = signing.dumps(redirect_uri, salt=_APP)
    return client_id, _secret(client_id)


def check_app(client_id: str, redirect_uri: str) -> None:
    """Raises ``Refused`` unless this application may send people back there."""
    try:
        known = signing.loads(client_id, salt=_APP)
    except signing.BadSignature as error:
        raise Refused("invalid_client") from error
    if known != redirect_uri:
        raise Refused("invalid_redirect_uri")


def check_secret(client_id: str, client_secret: str) -> None:
    """Raises ``Refused``."""
    if not constant_time_compare(client_secret, _secret(client_id)):
        raise Refused("invalid_client")


def code_for(user: User, *, client_id: str, scope: str, code_challenge: str) -> str:
    """What the browser carries back to the application."""
    said = {"u": user.pk, "c": client_id, "s": scope, "k": code_challenge}
    return signing.dumps({**said, "n": secrets.token_hex(8)}, salt=_CODE)


def token_for(code: str, *, client_id: str, verifier: str) -> tuple[str, str]:
    """A token and its scope, for a code that was not used before; raises ``Refused``."""
    said = _read(code)
    wants = said["k"]
    if said["c"] != client_id or (wants and challenge(verifier) != wants):
        raise Refused("invalid_grant")
    user = User.objects.filter(pk=said["u"], is_active=True).first()
    if user is None:
        raise Refused("invalid_grant")
    try:
        with transaction.atomic():
            return give_access(user, code=code), said["s"]
    except IntegrityError as error:
        raise Refused("invalid_grant") from error


def give_access(user: User, *, code: str = "") -> str:
    """A token with which posts can be made in somebody's name."""
    token = secrets.token_urlsafe(32)
    # Where there was no code the token takes its place, so that the column stays unique.
    PracticeAccess.objects.create(
        user=user, token_digest=_digest(token), code_digest=_digest(code or token)
    )
    return token


def take_back(token: str) -> None:
    """From now on this token opens nothing."""
    PracticeAccess.objects.filter(token_digest=_digest(token)).delete()


def who_has(token: str) -> User | None:
    """Whose token it is."""
    access = PracticeAccess.objects.filter(token_digest=_digest(token), user__is_active=True)
    found = access.select_related("user").first()
    return found.user if found else None


def _read(code: str) -> dict[str, Any]:
    try:
        said: dict[str, Any] = signing.loads(code, salt=_CODE, max_age=CODE_LIFE)
    except signing.BadSignature as error:
        raise Refused("invalid_grant") from error
    return said


def _secret(client_id: str) -> str:
    return salted_hmac(_APP, client_id, algorithm="sha256").hexdigest()


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()

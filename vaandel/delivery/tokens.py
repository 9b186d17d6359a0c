"""What stands in the addresses of a mail, signed: the ask or the question. It opens no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from vaandel.lib.paths import path_with

# Longer than a post is offered. An old mail that is passed on opens nothing any more.
GOOD_FOR: Final = timedelta(days=60)


class TokenOver(Exception):
    """The token was made here, too long ago."""


def _signer(salt: str = "vaandel.delivery.ask") -> TimestampSigner:
    return TimestampSigner(salt=salt, sep="~")


def _id_of(token: str, signer: TimestampSigner) -> int | None:
    """The id in a token that we made; None for anything else. Raises ``TokenOver``."""
    try:
        return int(signer.unsign(token, max_age=GOOD_FOR))
    except SignatureExpired as error:
        raise TokenOver from error
    except (BadSignature, ValueError):
        return None


def answer_token(ask_id: int) -> str:
    """Good for sixty days from now."""
    return _signer().sign(str(ask_id))


def ask_id_of(token: str) -> int | None:
    """The id in a token that we made; None for anything else. Raises ``TokenOver``."""
    return _id_of(token, _signer())


def answer_url(ask_id: int, choice: str = "") -> str:
    """The whole address of the page where this ask is put aside; ``choice`` is chosen there."""
    path = path_with("delivery:answer", answer_token(ask_id))
    return f"{settings.PUBLIC_URL}{path}{f'?choice={choice}' if choice else ''}"


def why_url(ask_id: int) -> str:
    """The whole address of the page that says why somebody was offered this."""
    return f"{settings.PUBLIC_URL}{path_with('delivery:why', answer_token(ask_id))}"


def question_token(approach_id: int) -> str:
    """Of an approach that asks "shall we stop?"; good for sixty days from now."""
    return _signer("vaandel.delivery.question").sign(str(approach_id))


def approach_id_of(token: str) -> int | None:
    """The approach of a question's token; None for anything else. Raises ``TokenOver``."""
    return _id_of(token, _signer("vaandel.delivery.question"))


def question_url(approach_id: int, answer: str = "") -> str:
    """The whole address of the page where the question is answered; ``answer`` is chosen there.

    "go-on", "less" or "stop".
    """
    path = path_with("delivery:question", question_token(approach_id))
    return f"{settings.PUBLIC_URL}{path}{f'?answer={answer}' if answer else ''}"

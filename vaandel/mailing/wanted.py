"""Whether a mail is still wanted when its turn comes: rooms that know its subject say so.

A mail may wait for open hours, for a server, or until an organisation that stopped goes on.
What it speaks of can be over by then. ``settings.MAIL_JUDGES`` names, by kind of mail, a
function that is asked right before mails of that kind are handed over.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache

from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string

from vaandel.mailing.models import OutgoingMessage

logger = logging.getLogger("vaandel.mailing")

# The ids of those that nobody should get any more. It may take what is over out of the
# ``context`` of the others, which is not saved.
Judge = Callable[[Sequence[OutgoingMessage]], set[int]]


def unwanted_among(messages: Sequence[OutgoingMessage]) -> set[int]:
    """The ids of those that are dropped. Each judge is asked once for all of its kinds."""
    by_judge: defaultdict[str, list[OutgoingMessage]] = defaultdict(list)
    for message in messages:
        if name := settings.MAIL_JUDGES.get(message.kind):
            by_judge[name].append(message)
    found: set[int] = set()
    for name, judged in by_judge.items():
        try:
            found |= _judge(name)(judged)
        except DatabaseError:
            raise
        except Exception:
            # A judge that breaks must not keep back what everybody waits for.
            logger.exception("Whether mails are still wanted cannot be said.")
    return found


@cache
def _judge(name: str) -> Judge:
    judge: Judge = import_string(name)
    return judge

"""Reading the outbox of a demonstration."""

from __future__ import annotations

from django.db.models import Q

from vaandel.mailing.models import OutgoingMessage

NEWEST = 100


def newest_messages(search: str = "") -> list[OutgoingMessage]:
    """The newest hundred, without what they say; ``search`` in address, name, subject and text."""
    messages = OutgoingMessage.objects.defer("html", "headers")
    for word in search.split()[:5]:
        messages = messages.filter(
            Q(to_address__icontains=word)
            | Q(to_name__icontains=word)
            | Q(subject__icontains=word)
            | Q(text__icontains=word)
        )
    return list(messages.order_by("-pk")[:NEWEST])

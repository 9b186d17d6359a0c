"""Reading the outbox of a demonstration."""

from __future__ import annotations

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from vaandel.mailing.models import OutgoingMessage

NEWEST = 100


def newest_messages(search: str = "") -> list[OutgoingMessage]:
    """The newest hundred, without what they say; ``search`` in address, name, subject and text."""
    # What a mail is made of holds its words too, for those that are rendered when sent.
    made_of = Cast("context", TextField())
    messages = OutgoingMessage.objects.annotate(made_of=made_of).defer("html", "headers")
    for word in search.split()[:5]:
        messages = messages.filter(
            Q(to_address__icontains=word)
            | Q(to_name__icontains=word)
            | Q(subject__icontains=word)
            | Q(text__icontains=word)
            | Q(made_of__icontains=word)
        )
    return list(messages.order_by("-pk")[:NEWEST])

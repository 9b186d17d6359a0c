"""Rows that are due: called again at once while there are any."""

from __future__ import annotations

from vaandel.channels.services.accounts import revoke_due
from vaandel.config.work import Task
from vaandel.delivery.corrections.services import tell_corrections
from vaandel.delivery.notices import send_due_notices
from vaandel.links.ingest import ingest_clicks
from vaandel.mailing.services import send_due_messages
from vaandel.organizations.services import run_member_imports
from vaandel.recognition.results import mail_results
from vaandel.recognition.services import send_pending_thanks
from vaandel.shares.figures import read_figures
from vaandel.shares.publishing import look_into_unknown, publish_due

COUNT_CLICKS = Task("count clicks", ingest_clicks, seconds=0.5, drain=True)

# A sign-in code is waited for, and so is the first click.
WORKER: list[Task] = [
    Task("send mails", send_due_messages, seconds=0.5, drain=True),
    COUNT_CLICKS,
    # Somebody may be looking at the page after pressing.
    Task("publish", publish_due, seconds=1.0, drain=True),
    Task("look into unknown", look_into_unknown, seconds=5.0, drain=True),
    Task("revoke accounts", revoke_due, seconds=5.0, drain=True),
    Task("read figures of networks", read_figures, seconds=30.0, drain=True),
    Task("send notices", send_due_notices, seconds=2.0, drain=True),
    # Also the invitations that belong to a list.
    Task("import people", run_member_imports, seconds=1.0, drain=True),
    Task("tell corrections", tell_corrections, seconds=2.0, drain=True),
    Task("mail thanks", send_pending_thanks, seconds=5.0, drain=True),
    Task("mail results", mail_results, seconds=30.0, drain=True),
]

"""Mails as they come back, in the forms that servers give them."""

from __future__ import annotations


def report(
    to: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    diagnostic: str = "smtp; 550 5.1.1 <bob@acme.example>: no such user",
    original: str = "",
) -> str:
    """A delivery report (RFC 3464), as Postfix writes it. ``original``: headers of the mail."""
    return f"""Return-Path: <>
Date: Sun, 22 Nov 2026 10:00:00 +0000
From: MAILER-DAEMON@mx.acme.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="bound"

--bound
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I could not deliver your message. It is attached below.

--bound
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; bob@acme.example
Original-Recipient: rfc822;bob@acme.example
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--bound
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{original}
From: Vaandel <vaandel@acme.example>
To: bob@acme.example

--bound--
"""


def complaint(to: str, *, kind: str = "abuse", original: str = "", sender: str = "") -> str:
    """A report of a feedback loop (RFC 5965)."""
    return f"""From: <feedback@provider.example>
Date: Sun, 22 Nov 2026 10:00:00 +0000
Subject: FW: Hello
To: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="bound"

--bound
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--bound
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{sender or "somebody@acme.example"}>
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000
Source-IP: 192.0.2.1

--bound
Content-Type: message/rfc822

{original}
From: <vaandel@acme.example>
Subject: Hello
MIME-Version: 1.0
Content-Type: text/plain

Hello
--bound--
"""


def qmail(to: str, original: str) -> str:
    """A bounce from before there was a form for it."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.acme.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at mx.acme.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<bob@acme.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <vaandel@acme.example>
{original}
Subject: Hello

Hello
"""


def answer(to: str, *headers: str, text: str = "I am away until Monday.") -> str:
    lines = [
        "From: Bob <bob@acme.example>",
        f"To: {to}",
        "Subject: Re: Hello",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        *headers,
    ]
    return "\n".join(lines) + f"\n\n{text}\n"

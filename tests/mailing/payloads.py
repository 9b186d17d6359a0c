"""What providers post, in the form in which their documentation shows it.

Each takes the address and the number of the message that they tell about.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

Headers = dict[str, str]
KEY = "key-of-the-provider"
SECRET = "reporter:a-long-enough-password"
AUTHORIZATION = f"Basic {b64encode(SECRET.encode()).decode()}"


def post(payload: Any) -> tuple[str, str, Headers]:
    return json.dumps(payload), "application/json", {"Authorization": AUTHORIZATION}


def mailgun(
    address: str, number: int, *, event: str = "failed", severity: str = "permanent", code: str = ""
) -> tuple[str, str, Headers]:
    stamp, token = str(int(time.time())), "50dcec4a2d0ef27036c44ca39df9a54f"
    signature = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return post(
        {
            "signature": {"timestamp": stamp, "token": token, "signature": signature},
            "event-data": {
                "id": "G9Bn5sl1TC6nu79C8C0bwg",
                "timestamp": time.time(),
                "event": event,
                "severity": severity,
                "reason": "bounce",
                "recipient": address,
                "message": {"headers": {"message-id": "20130503192659.13651.20287@acme.example"}},
                "delivery-status": {
                    "attempt-no": 1,
                    "code": 550,
                    "message": f"{code} The email account does not exist".strip(),
                    "description": "",
                },
                "user-variables": {"vaandel_message": str(number)},
                "tags": [],
            },
        }
    )


def postmark(
    address: str, number: int, *, kind: str = "HardBounce", record: str = "Bounce"
) -> tuple[str, str, Headers]:
    return post(
        {
            "RecordType": record,
            "ID": 42,
            "Type": kind,
            "TypeCode": 1,
            "Name": "Hard bounce",
            "Tag": "",
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "Metadata": {"vaandel_message": str(number)},
            "ServerID": 23,
            "Description": "The server was unable to deliver your message.",
            "Details": "smtp;550 5.1.1 The email account does not exist." if "Hard" in kind else "",
            "Email": address,
            "From": "vaandel@acme.example",
            "BouncedAt": "2026-11-05T16:33:54.9070259Z",
            "DumpAvailable": True,
            "Inactive": True,
            "CanActivate": True,
            "Subject": "Hello",
            "MessageStream": "outbound",
        }
    )


def brevo(
    address: str, number: int, *, event: str = "hard_bounce", reason: str = "server is down"
) -> tuple[str, str, Headers]:
    return post(
        {
            "event": event,
            "email": address,
            "id": 26224,
            "date": "2026-10-22 22:00:00",
            "ts": 1604933619,
            "message-id": "201798300811.5787683@relay.domain.example",
            "ts_event": 1604933654,
            "subject": "Hello",
            "X-Mailin-custom": json.dumps({"vaandel_message": str(number)}),
            "sending_ip": "203.0.113.5",
            "template_id": 22,
            "ts_epoch": 1604933653123,
            "reason": reason,
        }
    )


def mailjet(
    address: str, number: int, *, event: str = "bounce", hard: bool = True
) -> tuple[str, str, Headers]:
    return post(
        [
            {
                "event": event,
                "time": 1430812195,
                "MessageID": 13792286917004336,
                "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j",
                "email": address,
                "mj_campaign_id": 0,
                "mj_contact_id": 0,
                "customcampaign": "",
                "CustomID": "",
                "Payload": json.dumps({"vaandel_message": str(number)}),
                "blocked": hard,
                "hard_bounce": hard,
                "error_related_to": "recipient",
                "error": "user unknown" if hard else "mailbox inactive",
                "comment": "",
            }
        ]
    )


def sparkpost(
    address: str, number: int, *, kind: str = "bounce", bounce_class: str = "10"
) -> tuple[str, str, Headers]:
    event: dict[str, Any] = {
        "type": kind,
        "event_id": "92356927693813856",
        "timestamp": "1454442600",
        "message_id": "000443ee14578172be22",
        "transmission_id": "65832150921904138",
        "rcpt_to": address.lower(),
        "raw_rcpt_to": address,
        "rcpt_meta": {"vaandel_message": str(number)},
        "campaign_id": "",
    }
    if kind == "bounce":
        event |= {
            "bounce_class": bounce_class,
            "error_code": "550",
            "raw_reason": "550 5.1.1 no such user" if bounce_class == "10" else "450 later",
            "reason": "550 5.1.1 no such user" if bounce_class == "10" else "450 later",
        }
    return post([{"msys": {"message_event": event}}])


def mandrill(address: str, number: int, *, event: str = "hard_bounce") -> tuple[str, str, Headers]:
    told = [
        {
            "event": event,
            "_id": "exampleaaaaaaaaaaaaaaaaaaaaaaaaa",
            "ts": 1384954004,
            "msg": {
                "ts": 1365109999,
                "subject": "Hello",
                "email": address,
                "sender": "vaandel@acme.example",
                "tags": [],
                "state": "bounced",
                "metadata": {"vaandel_message": str(number)},
                "_id": "exampleaaaaaaaaaaaaaaaaaaaaaaaaa",
                "bounce_description": "bad_mailbox",
                "bgtools_code": 10,
                "diag": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
            },
        }
    ]
    fields = {"mandrill_events": json.dumps(told)}
    signed = "https://vaandel.example/hooks/mail/mandrill/" + "".join(
        key + value for key, value in sorted(fields.items())
    )
    signature = b64encode(hmac.new(KEY.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    headers = {"X-Mandrill-Signature": signature, "Authorization": AUTHORIZATION}
    return urlencode(fields), "application/x-www-form-urlencoded", headers


def resend(
    address: str, number: int, *, kind: str = "Permanent", event: str = "email.bounced"
) -> tuple[str, str, Headers]:
    data: dict[str, Any] = {
        "broadcast_id": "8b146471-e88e-4322-86af-016cd36fd216",
        "created_at": "2026-11-22T23:41:11.894719+00:00",
        "email_id": "56761188-7520-42d8-8898-ff6fc54ce618",
        "from": "Vaandel <vaandel@acme.example>",
        "to": [address],
        "subject": "Hello",
        "headers": [{"name": "X-Metadata", "value": json.dumps({"vaandel_message": str(number)})}],
    }
    if event == "email.bounced":
        data["bounce"] = {
            "message": "The recipient's email provider sent a hard bounce message.",
            "subType": "General",
            "type": kind,
        }
    return post({"type": event, "created_at": "2026-11-22T23:41:12.126Z", "data": data})


def mailtrap(address: str, number: int, *, event: str = "bounce") -> tuple[str, str, Headers]:
    return post(
        {
            "events": [
                {
                    "event": event,
                    "email": address,
                    "category": "",
                    "message_id": "dd38ed30-2d3a-11ed-9d4b-0242ac120002",
                    "event_id": "f1b4b3c0-2d3a-11ed-9d4b-0242ac120002",
                    "timestamp": 1662034800,
                    "sending_stream": "transactional",
                    "custom_variables": {"vaandel_message": str(number)},
                    "response": "bounced (550 5.1.1 no such user)" if event == "bounce" else "",
                    "response_code": 550,
                    "bounce_category": "badmailbox",
                }
            ]
        }
    )

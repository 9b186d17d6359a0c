"""Requests to copy, for who builds the site that reports conversions.

Without any library, so that they say exactly what is signed. The secret comes from the
environment, so that it is in no file and in no history of commands.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from vaandel.links.models import ConversionEndpoint

BODY = '{"goal": "application", "id": "A-1024", "click": "9fK3xQ27Lm"}'

_SHELL_KEY = """\
# export VAANDEL_SECRET='whsec_...'
KEY=$(printf %s "${VAANDEL_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')
TIME=$(date +%s)
"""

_SHELL_POST = (
    _SHELL_KEY
    + """\
ID="msg_$TIME"
BODY='@BODY@'
SIGNATURE=$(printf %s "$ID.$TIME.$BODY" \\
  | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)

curl -sS '@URL@' \\
  -H 'Content-Type: application/json' \\
  -H "webhook-id: $ID" \\
  -H "webhook-timestamp: $TIME" \\
  -H "webhook-signature: v1,$SIGNATURE" \\
  --data-binary "$BODY"
"""
)

_SHELL_GET = (
    _SHELL_KEY
    + """\
# All parameters, sorted by name, percent-encoded.
QUERY="click=9fK3xQ27Lm&goal=application&id=A-1024&ts=$TIME"
SIGNATURE=$(printf %s "$QUERY" \\
  | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" | sed 's/.* //')

curl -sS -i "@URL@?$QUERY&sig=$SIGNATURE"
"""
)

_PYTHON = """\
import base64, hashlib, hmac, json, os, time, urllib.request, uuid

secret = base64.b64decode(os.environ["VAANDEL_SECRET"].removeprefix("whsec_"))
body = json.dumps(@BODY@).encode()
message_id, timestamp = f"msg_{uuid.uuid4()}", str(int(time.time()))
signed = f"{message_id}.{timestamp}.".encode() + body
signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()

request = urllib.request.Request(
    "@URL@",
    data=body,
    headers={
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    },
)
print(urllib.request.urlopen(request).read().decode())
"""


@dataclass(frozen=True, slots=True)
class Example:
    """``key`` names it in the page."""

    key: str
    title: str
    code: str


def receiving_url(endpoint: ConversionEndpoint) -> str:
    """The whole address that a site reports to."""
    return settings.PUBLIC_URL + reverse("links:receive_conversion", args=[endpoint.token])


def examples(endpoint: ConversionEndpoint) -> list[Example]:
    url = receiving_url(endpoint)
    templates = [
        ("curl", "POST: curl, openssl", _SHELL_POST),
        ("python", "POST: Python", _PYTHON),
        ("get", "GET: curl, openssl", _SHELL_GET),
    ]
    return [
        Example(key, title, code.replace("@URL@", url).replace("@BODY@", BODY))
        for key, title, code in templates
    ]

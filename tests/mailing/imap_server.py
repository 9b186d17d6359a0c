"""A small mail server to read from: what the reading of one mailbox needs of RFC 3501."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field

USER, PASSWORD = "bounces@acme.example", "se:cr/et"


@dataclass
class Stored:
    raw: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailbox:
    mails: list[Stored] = field(default_factory=list)
    # Commands that are refused, and after which the connection is dropped.
    refuses: set[str] = field(default_factory=set)
    drops: set[str] = field(default_factory=set)
    commands: list[str] = field(default_factory=list)

    def put(self, raw: bytes | str) -> Stored:
        raw = raw.encode() if isinstance(raw, str) else raw
        stored = Stored(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.mails.append(stored)
        return stored


class Talk(socketserver.StreamRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        self.say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            name = " ".join(rest.upper().split()[: 2 if rest.upper().startswith("UID") else 1])
            self.server.mailbox.commands.append(name)
            if name in self.server.mailbox.drops:
                return
            if name in self.server.mailbox.refuses:
                self.say(f"{tag} NO not now".encode())
                continue
            self.answer(name, rest)
            self.say(f"{tag} OK done".encode())
            if name == "LOGOUT":
                return

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def answer(self, name: str, rest: str) -> None:
        mails = self.server.mailbox.mails
        if name == "LOGOUT":
            self.say(b"* BYE goodbye")
        elif name == "CAPABILITY":
            self.say(b"* CAPABILITY IMAP4REV1")
        elif name == "LOGIN":
            assert rest.split(" ", 1)[1] == f'"{USER}" "{PASSWORD}"'
        elif name == "SELECT":
            self.say(f"* {len(mails)} EXISTS".encode())
        elif name == "UID SEARCH":
            assert "UNSEEN" in rest
            largest = int(found[1]) if (found := re.search(r"SMALLER (\d+)", rest)) else 10**9
            uids = [
                str(uid)
                for uid, mail in enumerate(mails, 1)
                if r"\Seen" not in mail.flags and len(mail.raw) < largest
            ]
            self.say(f"* SEARCH {' '.join(uids)}".encode())
        elif name == "UID FETCH":
            self.fetch(int(rest.split()[2]), rest)
        elif name == "UID STORE":
            _, _, uid, action, flags = rest.split(" ", 4)
            assert action == "+FLAGS.SILENT"
            mails[int(uid) - 1].flags |= set(flags.strip("()").split())

    def fetch(self, uid: int, rest: str) -> None:
        mail = self.server.mailbox.mails[uid - 1]
        assert "BODY.PEEK[]" in rest
        size, flags = len(mail.raw), " ".join(sorted(mail.flags))
        known = f"UID {uid} FLAGS ({flags}) RFC822.SIZE {size}"
        self.say(f"* {uid} FETCH ({known} BODY[] {{{size}}}".encode())
        self.say(mail.raw + b")")


class ImapServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.mailbox = Mailbox()
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"imap://bounces%40acme.example:se%3Acr%2Fet@127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

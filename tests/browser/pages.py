"""The pages that somebody meets: where they are, and for some of them how to get there."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running

# ``~`` stands for the organisation's part of the address.
STRANGER: Final = {
    "front page": "/",
    "demonstration": "/demo/",
    "sign in": "/accounts/login/",
    "sign in with a password": "/accounts/login/password/",
    "sign up": "/sign-up/",
    "outbox": "/demo/outbox/",
    "practice network": "/demo/network/",
    "link of an example": "/mails/example/",
    "no such page": "/no/such/page/",
    "offline": "/offline/",
}
AMBASSADOR: Final = {
    "today": "~/",
    "my impact": "~/impact/",
    "settings": "~/settings/",
    "where we may ask": "~/settings/messages/",
    "slack and teams": "~/settings/chats/",
    "own story": "~/story/",
    "planned": "~/planned/",
    "invite a colleague": "~/invite/",
    "own accounts": "~/accounts/",
    "what is left out": "~/links/left-out/",
    "my data": "/me/export/",
    "delete my account": "/me/delete/",
    "profile": "/me/",
    "security": "/me/security/",
}
OWNER: Final = {
    "calendar": "~/studio/",
    "month": "~/studio/?view=month",
    "posts": "~/studio/posts/",
    "new post": "~/studio/posts/new/",
    "inbox": "~/studio/inbox/",
    "sources": "~/studio/sources/",
    "links": "~/links/",
    "settings of links": "~/links/settings/",
    "own short domain": "~/links/settings/domain/",
    "networks": "~/organisation/networks/",
    "linkedin in the settings": "~/organisation/networks/linkedin/",
    "x in the settings": "~/organisation/networks/x/",
    "channels": "~/channels/",
    "intranet": "~/channels/intranet/",
    "newsletter": "~/channels/newsletter/",
    "people": "~/people/",
    "invitations": "~/invitations/",
    "import": "~/people/import/",
    "departments": "~/units/",
    "topics": "~/topics/",
    "programme": "~/programme/",
    "results": "~/programme/posts/",
    "monthly letter": "~/programme/letter/",
    "worth a thank-you": "~/thanks/",
    "stop sharing": "~/stop/",
    "programme settings": "~/programme/settings/",
    "assumptions": "~/programme/settings/estimate/",
    "naming the employer": "~/programme/naming/",
    "organisation": "~/organisation/",
    "mails": "~/studio/mails/",
    "weekly mail": "~/studio/mails/digest/?width=narrow&look=dark",
    "log": "~/log/",
    "archive": "~/studio/archive/",
    "texts to approve": "~/studio/texts/",
    "mail that waits": "~/organisation/mail/",
    "conversions": "~/links/conversions/?period=all",
    "import conversions": "~/links/conversions/import/",
    "sites that report": "~/links/conversions/endpoints/",
    "take part": "~/join/",
}
STATIC: Final = {"stranger": STRANGER, "ambassador": AMBASSADOR, "owner": OWNER}

# Those whose address has a number or a token in it: on which page a link to it stands.
LINKED: Final = {
    "ambassador": {
        "share page": ("~/", r"/posts/\d+/share/$"),
        "numbers of a share": ("~/impact/?period=all", r"/numbers/"),
    },
    "owner": {
        "draft": ("~/studio/posts/?state=DRAFT", r"/studio/posts/\d+/$"),
        "live post": ("~/studio/posts/?state=LIVE", r"/studio/posts/\d+/$"),
        "results of a post": ("~/programme/posts/", r"/programme/posts/\d+/$"),
        "conversion": ("~/links/conversions/?period=all", r"/conversions/\d+/$"),
        "site that reports": ("~/links/conversions/endpoints/", r"/endpoints/\d+/$"),
        "links of a post": ("~/links/?sort=clicks&period=all", r"/links/\d+/\?period=all$"),
        "person": ("~/people/", r"/people/\d+/$"),
        "department": ("~/units/", r"/units/\d+/$"),
        "topic": ("~/topics/", r"/topics/\d+/$"),
        "new topic": ("~/topics/", r"/topics/new/$"),
    },
    "stranger": {
        "mail": ("/demo/outbox/", r"/demo/outbox/\d+/$"),
        "post on the practice network": ("/demo/network/", r"/demo/network/\d+/$"),
    },
}
# Those that stand behind one of these.
FURTHER: Final = {
    "thanking": ("results of a post", r"/posts/\d+/thanks/$"),
    "correcting": ("live post", r"/studio/posts/\d+/correct/$"),
}
# Those that a mail leads to: what to look for in the outbox, and the link.
INVITED: Final = "kim.okoro@newcomer.example"
MAILED: Final = {
    "share page from the mail": ("/p/", r"/p/[^/]+/$"),
    "not now, from the mail": ("/p/", r"/a/[^/]+/"),
    "choices, from the mail": ("/p/", r"/m/[^/]+/$"),
    "joining": (INVITED, r"/join/[^/]+/$"),
    "no, thanks": (INVITED, r"/join/[^/]+/no/$"),
}


def every_page() -> list[tuple[str, str]]:
    """Who looks at what, in a steady order."""
    pages = [(who, name) for who in STATIC for name in (*STATIC[who], *LINKED[who])]
    return [
        *pages,
        *(("stranger", name) for name in MAILED),
        *(("owner", name) for name in FURTHER),
    ]


def go_to(page: Page, running: Running, who: str, name: str) -> int:
    """Open a page as somebody would; the status of the answer."""
    if name in STATIC[who]:
        return opened(page, running.at(STATIC[who][name]))
    if name in LINKED[who]:
        start, pattern = LINKED[who][name]
        opened(page, running.at(start))
        return opened(page, linked(page, pattern))
    if name in FURTHER:
        before, pattern = FURTHER[name]
        go_to(page, running, who, before)
        return opened(page, linked(page, pattern))
    words, pattern = MAILED[name]
    opened(page, running.at("/demo/outbox/?q=") + quote(words, safe=""))
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="The same as plain text")).to_be_visible()
    return opened(page, linked(page, pattern))


def opened(page: Page, address: str) -> int:
    response = page.goto(address)
    assert response is not None
    return response.status


def invite_somebody(page: Page, running: Running) -> None:
    """So that there is a mail with a link to the page for joining."""
    page.goto(running.at("~/invitations/"))
    page.get_by_label("Mail address").fill(INVITED)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(f"{INVITED} has been invited.")).to_be_visible()


def linked(page: Page, pattern: str) -> str:
    """The first address on a page that ends like this."""
    addresses: list[str] = page.locator("a[href]").evaluate_all(
        "links => links.map(link => link.href)"
    )
    return next(address for address in addresses if re.search(pattern, address))

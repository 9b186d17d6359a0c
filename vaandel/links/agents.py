"""Which program sent a request, judged by its user agent alone.

The list of crawlers is the `crawler-user-agents` package, kept by others and updated by
updating it. What it lacks, or gets wrong for clicks, is here with where it was seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from vaandel.links import families
from vaandel.links.kinds import Kind

MAX_LENGTH = 512
MAX_FAMILY = 40
PATTERNS_PER_GROUP = 50


@dataclass(frozen=True, slots=True)
class Agent:
    """`kind` is HUMAN, PREVIEW, BOT or SCANNER; `family` a short name without versions."""

    kind: Kind
    family: str


NAMELESS: Final = Agent(Kind.BOT, "nameless")

# Programs that show a link before anybody opens it.
_OWN_PREVIEWS = (
    ("Vaandel/", "Vaandel"),  # an editor pastes a short link: our own client
    ("[Cc]ardyb", "Bluesky Cardyb"),  # ua-parser-js, extensions/bots: makes Bluesky's cards
    ("RedditPreview", "RedditPreview"),  # Reddit's thumbnails
    ("contenttabreceiver", "XING"),  # Crawler-Detect, tests/data/categories/social.txt
    ("Pleroma", "Pleroma"),  # fediverse servers fetch cards as Mastodon does; their sources
    ("Akkoma", "Akkoma"),
    ("Misskey|SummalyBot", "Misskey"),  # misskey-dev/summaly, its default agent
    ("Friendica", "Friendica"),
    ("NotionEmbedder", "Notion"),  # Notion's bookmarks
    ("Iframely", "Iframely"),  # iframely.com/docs/about
    ("^Viber", "Viber"),  # the app itself fetches; crawler-user-agents
    # The app itself fetches, also on the desktop. Signal says the same on purpose:
    # Signal-Android issues 9958 and 13522, Signal-Desktop issue 5046.
    ("^WhatsApp", "WhatsApp"),
    ("^Signal", "Signal"),  # Signal-iOS, ContentProxy
    ("[Ss]kype[Uu][Rr][Ii]Preview", "Teams"),  # Teams took it over from Skype
    ("MicrosoftPreview", "Teams"),  # aka.ms/MicrosoftPreview
    ("Microsoft Office|ms-office|MSOffice", "Microsoft Office"),  # isbot, fixtures/browsers.yml
    ("Microsoft-WebDAV", "Microsoft Office"),
    ("GoogleMessages/", "Google Messages"),  # Braze's documentation on robots in SMS
    ("WebsiteMetadataRetriever", "Asana"),  # Crawler-Detect, social.txt
    ("[Ll]ink ?[Pp]review|URL ?Preview", "link preview"),  # Bitrix, Orlo, Chatwork, Zoom and others
    ("[Oo]nebox", "Discourse"),  # isbot, fixtures/crawlers.yml
)
# Programs that open links in mails to see whether they are safe. Most of them say they are
# Chrome (Safe Links: opencollective issue 3656); these are the ones that give a name.
_OWN_SCANNERS = (
    ("[Bb]arracuda", "Barracuda"),  # matomo device-detector, regexes/bots.yml
    ("[Pp]roofpoint|[Uu]rl[Dd]efense", "Proofpoint"),
    ("[Mm]imecast", "Mimecast"),
    ("[Ss]afe[ -]?[Ll]inks", "Safe Links"),
    ("FireEye|Trellix", "Trellix"),
    ("[Ss]ophos", "Sophos"),
    ("[Mm]essage[Ll]abs|Symantec", "Symantec"),
    ("TrendMicro|Trend Micro", "Trend Micro"),
    ("[Ff]orcepoint|[Ww]ebsense", "Forcepoint"),
    ("[Ii]ron[Pp]ort", "Cisco"),
    ("BitdefenderScanner|Bitdefender[^;)]*[Ss]can", "Bitdefender"),
    ("KasperskyLab|Kaspersky (Lab|[Ss]can)", "Kaspersky"),  # isbot, fixtures/crawlers.yml
    ("ClamAV", "ClamAV"),  # isbot, fixtures/crawlers.yml
    ("acunetix|Nessus|Nikto|OpenVAS|sqlmap|WPScan|Wfuzz|gobuster", "security test"),
)
# Tools and libraries that the package knows in their usual spelling only.
_OWN_BOTS = (
    ("HeadlessChrome|PhantomJS|Electron/.*[Pp]uppeteer", "headless browser"),
    ("[Ss]crapy|python-|[Pp]ython/|aiohttp|[Hh]ttpx", "Python"),
    ("^Java/|Apache-HttpClient|okhttp|Jersey/|^Dalvik/", "Java"),
    ("[Gg]o-http-client|^Go ", "Go"),
    ("^curl|^[Ww]get|libwww|[Ll]ibcurl|HTTPie|PostmanRuntime", "tool"),
    ("^(node|undici|axios|got)\\b", "Node.js"),
    ("^Guzzle", "PHP"),  # isbot, fixtures/crawlers.yml
    ("HealthChecker/|kube-probe", "health check"),  # isbot, fixtures/crawlers.yml
    ("CFNetwork/", "Apple app"),  # an app on a phone or a Mac, without a web view
)
_SAYS_ROBOT = re.compile("[Bb]ot\\b|[Cc]rawler|[Ss]pider\\b")
# Patterns of the package that also match people: a build of Android found on many phones,
# and the mark of Facebook's and Instagram's browser inside the app.
# `WhatsApp` and `Viber` stand at the end in the browser inside those apps: see ours above.
_NOT_ROBOTS = frozenset({r"AP3A\.240617\.008", "MetaIAB Facebook", "WhatsApp", "Viber"})
# Parts of user agents of people that look like a robot's name: CUBOT makes telephones, and Slack
# of the Windows store says `Sonic Slack_SSB` (isbot, fixtures/browsers.yml).
_LOOK_ALIKES = re.compile(r"CUBOT[ _]?[A-Za-z0-9 _]*|Sonic (?=Slack)")

# The browser of a person. The first that matches; many call themselves Chrome and Safari too.
_BROWSERS = tuple(
    (re.compile(pattern), family)
    for pattern, family in (
        (r"LinkedInApp|LinkedIn/", "LinkedIn app"),
        (r"Instagram", "Instagram app"),
        (r"Barcelona", "Threads app"),
        (r"FBAN|FBAV|FB_IAB|MetaIAB", "Facebook app"),
        (r"Twitter for|TwitterAndroid", "X app"),
        (r"WhatsApp/", "WhatsApp app"),
        (r"Pinterest/", "Pinterest app"),
        (r"WeChat|MicroMessenger", "WeChat app"),
        (r"Snapchat|BytedanceWebview|musical_ly|trill_|TikTok", "Video app"),
        (r"Teams/", "Teams app"),
        (r"Slack/|Slack_SSB", "Slack app"),
        (r"GSA/", "Google app"),
        (r"SamsungBrowser", "Samsung Internet"),
        (r"OPR/|Opera|OPT/", "Opera"),
        (r"Vivaldi", "Vivaldi"),
        (r"YaBrowser", "Yandex Browser"),
        (r"DuckDuckGo|Ddg/", "DuckDuckGo"),
        (r"Edg(e|A|iOS)?/", "Edge"),
        (r"Firefox/|FxiOS/", "Firefox"),
        (r"CriOS/|Chrome/|Chromium/", "Chrome"),
        (r"Trident/|MSIE ", "Internet Explorer"),
        (r"Safari/|AppleWebKit/", "Safari"),
    )
)


@dataclass(frozen=True, slots=True)
class _Group:
    """Some patterns tried together; a group that does not match is skipped at once."""

    any_of: re.Pattern[str]
    each: tuple[tuple[re.Pattern[str], Agent], ...]


def _group(entries: list[tuple[str, Agent]]) -> _Group:
    return _Group(
        re.compile("|".join(f"(?:{pattern})" for pattern, _ in entries)),
        tuple((re.compile(pattern), agent) for pattern, agent in entries),
    )


def _entries() -> list[tuple[str, Agent]]:
    """Our own patterns before the package's, since they say the kind of a click better."""
    own = [
        (pattern, Agent(kind, family))
        for kind, table in ((Kind.SCANNER, _OWN_SCANNERS), (Kind.PREVIEW, _OWN_PREVIEWS))
        for pattern, family in table
    ]
    listed = [
        (entry["pattern"], Agent(_kind(entry["tags"]), _family(entry["pattern"])))
        for entry in CRAWLER_USER_AGENTS_DATA
        if entry["pattern"] not in _NOT_ROBOTS
    ]
    return [*own, *listed, *((pattern, Agent(Kind.BOT, family)) for pattern, family in _OWN_BOTS)]


def _kind(tags: list[str]) -> Kind:
    if "social-preview" in tags:
        return Kind.PREVIEW
    return Kind.SCANNER if "scanner" in tags else Kind.BOT


def _family(pattern: str) -> str:
    """The name in a pattern of the package: of its first form, without an address."""
    plain = re.sub(r"\[(.)[^\]]*\]", r"\1", pattern).replace(r"\/", "/").partition("|")[0]
    plain = re.sub(r"\\?\(?\+?https?:.*", "", plain).rstrip("/")
    return re.sub(r"[^\w .:-]", "", plain).strip()[:MAX_FAMILY] or "robot"


_ENTRIES = _entries()
_GROUPS = [
    _group(_ENTRIES[start : start + PATTERNS_PER_GROUP])
    for start in range(0, len(_ENTRIES), PATTERNS_PER_GROUP)
]


@lru_cache(maxsize=8192)
def agent_of(user_agent: str) -> Agent:
    """The verdict, remembered per user agent. Nothing of the agent itself leaves this process."""
    text = _LOOK_ALIKES.sub("", user_agent[:MAX_LENGTH]).strip()
    if not text:
        return NAMELESS
    for group in _GROUPS:
        if group.any_of.search(text):
            return next(agent for pattern, agent in group.each if pattern.search(text))
    if _SAYS_ROBOT.search(text):
        return Agent(Kind.BOT, families.robot(text))
    for pattern, family in _BROWSERS:
        if pattern.search(text):
            return Agent(Kind.HUMAN, family)
    # A browser says Mozilla since 1994; who does not is a program.
    if not text.startswith(("Mozilla/", "Opera/")):
        return Agent(Kind.BOT, families.program(text))
    return Agent(Kind.HUMAN, families.browser(text))

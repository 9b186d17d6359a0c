"""Who is a person and who is not, for real user agents and headers."""

from __future__ import annotations

import pytest

from vaandel.links.agents import agent_of
from vaandel.links.kinds import Kind
from vaandel.links.visits import referrer_host, visit_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{WINDOWS} {WEBKIT} Chrome/142.0.0.0 Safari/537.36"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {APPLE}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
OPPO = f"Mozilla/5.0 (Linux; Android 15; CPH2557 Build/AP3A.240617.008; wv) {WEBKIT} Version/4.0"
CUBOT = f"Mozilla/5.0 (Linux; Android 12; CUBOT X50) {WEBKIT}"
ANDROID = f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {WEBKIT}"
WEBVIEW = (
    "Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv) "
    f"{WEBKIT} Version/4.0 Chrome/141.0.7390.97 Mobile Safari/537.36"
)

PEOPLE = [
    (CHROME, "Chrome"),
    (
        f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Chrome/141.0.0.0 Safari/537.36",
        "Chrome",
    ),
    (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome"),
    (f"{ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome"),
    (f"{IPHONE} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1", "Chrome"),
    (f"{CHROME} Edg/142.0.0.0", "Edge"),
    (f"{ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0", "Edge"),
    (f"{IPHONE} Version/18.0 EdgiOS/141.0.3537.99 Mobile/15E148 Safari/604.1", "Edge"),
    (f"{WINDOWS[:-1]}; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox"),
    ("Mozilla/5.0 (Android 14; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "Firefox"),
    (f"{IPHONE} FxiOS/144.0 Mobile/15E148 Safari/605.1.15", "Firefox"),
    (f"{IPHONE} Version/18.6 Mobile/15E148 Safari/604.1", "Safari"),
    (f"{MAC} {APPLE} Version/18.6 Safari/605.1.15", "Safari"),
    (f"{ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet"),
    (f"{CHROME} OPR/124.0.0.0", "Opera"),
    (f"{CHROME} Vivaldi/7.6.3797.63", "Vivaldi"),
    (f"{CHROME} YaBrowser/25.8.0.0", "Yandex Browser"),
    (f"{IPHONE} Version/18.6 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15", "DuckDuckGo"),
    (f"{IPHONE} GSA/390.0.8 Mobile/15E148 Safari/604.1", "Google app"),
    ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer"),
    (f"{IPHONE} Mobile/15E148 [LinkedInApp]/9.31.5", "LinkedIn app"),
    (f"{WEBVIEW} [LinkedInApp]", "LinkedIn app"),
    (f"{IPHONE} Mobile/22G86 [FBAN/FBIOS;FBAV/535.0.0.44.72;FBDV/iPhone15,2]", "Facebook app"),
    (f"{WEBVIEW} [FB_IAB/FB4A;FBAV/530.0.0.51.67;]", "Facebook app"),
    (f"{WEBVIEW} MetaIAB Facebook", "Facebook app"),
    (f"{IPHONE} Mobile/22G86 Instagram 399.0.0.28.89 (iPhone15,2; iOS 18_6)", "Instagram app"),
    (f"{OPPO} Chrome/142.0.0.0 Mobile Safari/537.36 Instagram 406.0.0.58.159", "Instagram app"),
    (f"{IPHONE} Mobile/22G86 Barcelona 398.0.0.40.79", "Threads app"),
    (f"{IPHONE} Mobile/15E148 Twitter for iPhone/11.10", "X app"),
    (f"{WEBVIEW} TwitterAndroid", "X app"),
    (f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.50", "WeChat app"),
    (f"{CHROME} Teams/25255.703.4000", "Teams app"),
    (
        f"{WINDOWS} {WEBKIT} Slack/4.46.96 Chrome/138.0.7204.185 Electron/37.3.1 Safari/537.36",
        "Slack app",
    ),
    (f"{CUBOT} Chrome/120.0.0.0 Mobile Safari/537.36", "Chrome"),
    ("Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18", "Opera"),
    ("Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) SomethingElse/1", "browser SomethingElse"),
]
PREVIEWS = [
    (
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "LinkedInBot",
    ),
    (
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "facebookexternalhit",
    ),
    ("facebookexternalhit/1.1 Facebot Twitterbot/1.0", "facebookexternalhit"),
    ("Twitterbot/1.0", "Twitterbot"),
    ("WhatsApp/2.23.20.0", "WhatsApp"),
    ("WhatsApp/2.2587.9 N", "WhatsApp"),
    ("TelegramBot (like TwitterBot)", "TelegramBot"),
    ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Slackbot"),
    ("Slackbot 1.0 (+https://api.slack.com/robots)", "Slackbot"),
    ("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", "Discordbot"),
    (f"{WINDOWS} {WEBKIT} SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com", "Teams"),
    ("Mozilla/5.0 (compatible; cardyb/1.1; +mailto:support@bsky.app)", "Bluesky Cardyb"),
    ("Mastodon/4.5.0 (http.rb/5.3.1; +https://mastodon.example/)", "Mastodon"),
    ("http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.example/) Bot", "Mastodon"),
    ("Pleroma 2.6.0; https://pleroma.example <admin@pleroma.example>; Bot", "Pleroma"),
    ("Akkoma 3.15.0; https://akkoma.example; Bot", "Akkoma"),
    ("RedditPreview/1.0 (+https://www.reddit.com)", "RedditPreview"),
    ("XING-contenttabreceiver/2.0", "XING"),
    ("Viber/23.4.0", "Viber"),
    ("NotionEmbedder", "Notion"),
    ("Iframely/1.3.1 (+https://iframely.com/docs/about)", "Iframely"),
    ("Mozilla/4.0 (compatible; ms-office; MSOffice 16) Microsoft Office Existence Discovery", None),
    ("Vaandel/1 (link previews and feeds; +https://vaandel.example)", "Vaandel"),
]
ROBOTS = [
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", None),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", "GPTBot"),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", None),
    ("CCBot/2.0 (https://commoncrawl.org/faq/)", "CCBot"),
    ("curl/8.5.0", None),
    ("Wget/1.21.4", None),
    ("python-requests/2.32.3", None),
    ("python-httpx/0.28.1", None),
    ("Python/3.11 aiohttp/3.10.5", None),
    ("Go-http-client/2.0", None),
    ("okhttp/4.12.0", None),
    ("Java/17.0.2", None),
    ("node", None),
    ("axios/1.7.2", None),
    ("Apache-HttpClient/4.5.14 (Java/17.0.9)", None),
    (f"{WINDOWS} {WEBKIT} HeadlessChrome/120.0.0.0 Safari/537.36", None),
    ("UptimeRobot/2.0", None),
    ("SomethingNew/1.0", "program SomethingNew"),
    ("SomethingNewBot 1.0", "robot SomethingNewBot"),
    ("", "nameless"),
    ("   ", "nameless"),
]
SCANNERS = [
    ("Barracuda Sentinel (EE)", "Barracuda"),
    (f"{WINDOWS} BarracudaCentral", "Barracuda"),
    ("Mozilla/5.0 (compatible; Proofpoint URL Defense)", "Proofpoint"),
    ("Mimecast/1.0", "Mimecast"),
    ("Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", None),
]
EVERY = [
    *((agent, Kind.HUMAN, family) for agent, family in PEOPLE),
    *((agent, Kind.PREVIEW, family) for agent, family in PREVIEWS),
    *((agent, Kind.BOT, family) for agent, family in ROBOTS),
    *((agent, Kind.SCANNER, family) for agent, family in SCANNERS),
]


@pytest.mark.parametrize(("agent", "kind", "family"), EVERY)
def test_the_user_agent_decides(agent: str, kind: Kind, family: str | None) -> None:
    verdict = agent_of(agent)

    assert verdict.kind == kind
    assert 0 < len(verdict.family) <= 40
    assert verdict.family == family or family is None


def test_the_table_is_long_enough() -> None:
    assert len({agent for agent, _, _ in EVERY}) >= 80


NAVIGATION = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document"}


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, Kind.HUMAN),
        (NAVIGATION, Kind.HUMAN),
        ({**NAVIGATION, "HTTP_SEC_FETCH_SITE": "cross-site"}, Kind.HUMAN),
        ({"REQUEST_METHOD": "HEAD"}, Kind.BOT),
        ({"HTTP_SEC_PURPOSE": "prefetch"}, Kind.PREFETCH),
        ({**NAVIGATION, "HTTP_SEC_PURPOSE": "prefetch;prerender"}, Kind.PREFETCH),
        ({"HTTP_SEC_PURPOSE": "prefetch;anonymous-client-ip"}, Kind.PREFETCH),
        ({"HTTP_PURPOSE": "prefetch"}, Kind.PREFETCH),
        ({"HTTP_X_PURPOSE": "preview"}, Kind.PREFETCH),
        ({"HTTP_X_MOZ": "prefetch"}, Kind.PREFETCH),
        ({"HTTP_SEC_PURPOSE": ""}, Kind.HUMAN),
        ({"HTTP_SEC_FETCH_MODE": "no-cors", "HTTP_SEC_FETCH_DEST": "image"}, Kind.BOT),
        ({"HTTP_SEC_FETCH_MODE": "cors", "HTTP_SEC_FETCH_DEST": "empty"}, Kind.BOT),
        ({"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "iframe"}, Kind.BOT),
        ({"HTTP_REFERER": "https://www.linkedin.com/"}, Kind.HUMAN),
        ({"HTTP_REFERER": "android-app://com.linkedin.android/"}, Kind.HUMAN),
        ({"HTTP_REFERER": "https://vaandel.example/o/acme/impact/"}, Kind.SELF),
        ({"HTTP_REFERER": "https://vaandel.example:8443/"}, Kind.HUMAN),
        ({"HTTP_REFERER": "https://[broken"}, Kind.HUMAN),
        ({"HTTP_USER_AGENT": "Twitterbot/1.0", "REQUEST_METHOD": "HEAD"}, Kind.BOT),
        ({"HTTP_USER_AGENT": "Twitterbot/1.0", "HTTP_PURPOSE": "prefetch"}, Kind.PREFETCH),
    ],
)
def test_headers_decide_for_browsers(headers: dict[str, str], kind: Kind) -> None:
    given = {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": CHROME, "HTTP_ACCEPT_LANGUAGE": "nl"}
    environ = {**given, **headers}

    assert visit_of(environ, frozenset({"vaandel.example"})).kind == kind


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        ("https://www.linkedin.com/feed/update/urn:li:activity:7/?utm=1", "www.linkedin.com"),
        ("https://user:secret@mail.example:8443/inbox#top", "mail.example"),
        ("android-app://com.linkedin.android/", "com.linkedin.android"),
        ("", ""),
        ("nonsense", ""),
        ("https://[broken", ""),
        ("https://bé.example/", ""),
        ("https://" + "a" * 200 + ".example/", "a" * 120),
    ],
)
def test_only_the_host_of_a_referrer_is_kept(referrer: str, host: str) -> None:
    assert referrer_host(referrer) == host

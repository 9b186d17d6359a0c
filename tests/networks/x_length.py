"""How X counts: https://docs.x.com/fundamentals/counting-characters, written anew from the page.

280 at most; Latin letters are 1, other signs 2, an emoji 2 however it is put together, an address
23. An address is one when its last part is known to X: the names of a company's own network are
plain text.
"""

from __future__ import annotations

import unicodedata

import regex

ADDRESS = 23
MOST = 280
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
KNOWN_TO_X = """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs
    bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee
    eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm
    hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc
    li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc
    ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa
    sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to
    tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw com org net info biz
    edu gov mil int aero jobs mobi museum name pro tel travel app blog cloud dev energy events
    global group health jobs link live media news online page shop site social store studio systems
    tech today training university work works world xyz amsterdam berlin brussels paris"""
ENDINGS = frozenset(KNOWN_TO_X.split())
FOUND = regex.compile(
    r"(?<![\w@#$./-])(?:https?://)?((?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+([a-zA-Z]{2,}))"
    r"(?![\w@.-]*\w@|\w)(?::\d+)?(?:/[\w\-./~%+&=$!*;:@,()]*[\w\-/~%+&=$])?(?:/)?"
    r"(?:\?[\w\-./~%+&=$!*;:@,()?]*[\w\-/~%+&=$])?(?:\#[\w\-/]*)?",
    regex.IGNORECASE,
)
EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|\u20e3")


def addresses(text: str) -> list[tuple[int, int]]:
    """Where each starts and ends."""
    return [found.span() for found in FOUND.finditer(text) if found[2].lower() in ENDINGS]


def length(text: str) -> int:
    text = unicodedata.normalize("NFC", text)
    spans = addresses(text)
    rest, at = [], 0
    for start, end in spans:
        rest.append(text[at:start])
        at = end
    rest.append(text[at:])
    return ADDRESS * len(spans) + sum(_plain(part) for part in rest)


def _plain(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_cluster, regex.findall(r"\X", text)))


def _cluster(cluster: str) -> int:
    if EMOJI.search(cluster) and cluster not in {"©", "®"}:
        return 2
    return sum(1 if any(low <= ord(sign) <= high for low, high in LIGHT) else 2 for sign in cluster)

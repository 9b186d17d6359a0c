"""The ends of domain names that X turns into links: all countries and the common others."""

from __future__ import annotations

from typing import Final

COUNTRIES: Final = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv
bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es
et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu
id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt
lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no
np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si
sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk
us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
OTHERS: Final = """
academy agency amsterdam app art asia berlin biz blog brussels business care careers cat cloud club
coach com community company consulting dev digital edu education energy eus events expert fund
gal gent global gov green group health house info ink int jobs law life link live ltd marketing
media mil mobi museum name net network news ngo nrw one online org page paris partners pro school
shop site social solutions space sport store studio support team tech today tools top training
university ventures video vision vlaanderen wales wien wiki work works world xyz zone
"""
TOP_LEVEL_DOMAINS: Final = frozenset(f"{COUNTRIES} {OTHERS}".split())

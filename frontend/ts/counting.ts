// How networks count: the same rules as vaandel/channels/counting.py, tested with the same table.

const URL_LENGTH = 23;
const EMOJI =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[©®\u20E3]|\p{Regional_Indicator}{2}/u;
const URL_ANYWHERE = /https?:\/\/[^\s<>"]+/giu;
const REMOTE_NAME = /(?<![\p{L}\p{N}_/])@([\p{L}\p{N}_.-]+)@[\p{L}\p{N}_.-]+[\p{L}\p{N}_]/gu;
const LINK_FOR_X =
  /(?<![@#$\p{L}\p{N}_.-])(?:https?:\/\/(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+|(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\.)+)(?<end>[a-z]{2,24})(?![a-z0-9@-])(?::\d+)?(?:\/[^\s<>"]*)?(?:\?[^\s<>"]*)?/giu;
const TRAILING = /[.,:;!?'")\]}…]+$/u;

const COUNTRIES =
  "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";
const OTHERS =
  "academy agency amsterdam app art asia berlin biz blog brussels business care careers cat cloud club coach com community company consulting dev digital edu education energy eus events expert fund gal gent global gov green group health house info ink int jobs law life link live ltd marketing media mil mobi museum name net network news ngo nrw one online org page paris partners pro school shop site social solutions space sport store studio support team tech today tools top training university ventures video vision vlaanderen wales wien wiki work works world xyz zone";
const TOP_LEVEL_DOMAINS = new Set(`${COUNTRIES} ${OTHERS}`.split(" "));

const clusters = (text: string): string[] =>
  "Segmenter" in Intl
    ? [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map((s) => s.segment)
    : [...text];

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);

export const bytes = (text: string): number => new TextEncoder().encode(text).length;

const withoutTail = (address: string): string => {
  const bare = address.replace(TRAILING, "");
  const closed = `${bare})`;
  const balanced = closed.split("(").length === closed.split(")").length;
  return address.startsWith(closed) && balanced ? closed : bare;
};

const mastodon = (text: string): number =>
  clusters(
    text
      .replace(REMOTE_NAME, "@$1")
      .replace(URL_ANYWHERE, (url) => "x".repeat(URL_LENGTH) + url.slice(withoutTail(url).length)),
  ).length;

const threads = (text: string): number =>
  sum(clusters(text).map((one) => (EMOJI.test(one) ? bytes(one) : [...one].length)));

const isLight = (point: number): boolean =>
  point < 4352 ||
  (point >= 8192 && point < 8206) ||
  (point >= 8208 && point < 8224) ||
  (point >= 8242 && point < 8248);

const weight = (text: string): number =>
  sum(
    clusters(text).map((one) =>
      EMOJI.test(one)
        ? 2
        : sum([...one].map((letter) => (isLight(letter.codePointAt(0) ?? 0) ? 1 : 2))),
    ),
  );

const x = (text: string): number => {
  const normal = text.normalize("NFC");
  let total = 0;
  let position = 0;
  for (const match of normal.matchAll(LINK_FOR_X)) {
    if (!TOP_LEVEL_DOMAINS.has((match.groups?.["end"] ?? "").toLowerCase())) continue;
    total += weight(normal.slice(position, match.index)) + URL_LENGTH;
    position = match.index + withoutTail(match[0]).length;
  }
  return total + weight(normal.slice(position));
};

export const COUNTERS: Record<string, (text: string) => number> = {
  utf16: (text) => text.length,
  graphemes: (text) => clusters(text).length,
  mastodon,
  threads,
  x,
};

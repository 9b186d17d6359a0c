"""The codes of short links: easy to type from paper, hard to guess, never a swear word."""

from __future__ import annotations

import secrets

# Lower case and digits without 0/o, 1/i/l: 31 signs, so nine of them hold 44.6 bits.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 9

# Read as letters, so that "fvck" and "4rsch" are caught too.
_READS_AS = str.maketrans("23456789v", "zeasgtbgu")

# Fragments that would offend on somebody's own post, in nl, en, fr and de. Words that need
# an i, l or o cannot come out of the alphabet and are not listed.
OFFENSIVE = (
    # Dutch
    *("kut", "neuk", "kanker", "tyfus", "trut", "teef", "reet", "gvd", "neger", "sterf", "kak"),
    # English
    *("fuck", "fuk", "fck", "cunt", "cum", "sex", "rape", "wank", "twat", "tart", "crap", "damn"),
    *("anus", "ass", "arse", "butt", "fag", "dyke", "nggr", "negr", "spaz", "suck", "turd", "porn"),
    *("dead", "death", "hate", "kkk", "stfu", "wtf", "xxx", "prn", "jap", "gay"),
    # French
    *("merd", "put", "fdp", "ntm", "encu", "pede", "pd", "batard", "baten", "negre", "caca"),
    *("salaud", "pucea", "branle", "cretn", "mrd"),
    # German
    *("arsch", "hure", "nutte", "nazs", "ss", "hh", "kacke", "schwanz", "sau", "depp", "juden"),
    *("jude", "neger", "muschy", "fresse", "hass", "tunte", "bumsen", "wchser"),
)
# Signs of the far right that are written in digits.
_OFFENSIVE_DIGITS = ("88", "444")


def new_code() -> str:
    """A code that nobody has to be ashamed of. It may be taken already; the database knows."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not offends(code):
            return code


def offends(code: str) -> bool:
    if any(digits in code for digits in _OFFENSIVE_DIGITS):
        return True
    read = code.translate(_READS_AS)
    return any(word in code or word in read for word in OFFENSIVE)

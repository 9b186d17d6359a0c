"""Numbers, shares, ranges and moments as a person reads them in the active language.

Unknown is a dash, which is something else than zero.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

UNKNOWN = "–"  # an en dash, on purpose

Number = int | float | Decimal


def locale() -> str:
    """The active language as Babel writes it; English is British."""
    language = (get_language() or "en").replace("-", "_")
    return "en_GB" if language == "en" else language


def figure(value: Number | None, decimals: int | None = None) -> str:
    """1240 becomes 1,240 (English), 1.240 (Dutch, German) or 1 240 (French)."""
    return UNKNOWN if value is None else _figure(value, decimals, locale())


@lru_cache(maxsize=8192, typed=True)
def _figure(value: Number, decimals: int | None, language: str) -> str:
    """A page with tables formats the same small numbers hundreds of times."""
    if decimals is None:
        return format_decimal(value, locale=language)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=language)


def percent(ratio: Number | None, decimals: int = 1) -> str:
    """0.085 becomes 8.5%; a whole number of percents loses its zero."""
    if ratio is None:
        return UNKNOWN
    step = Decimal(1).scaleb(-decimals - 2)
    rounded = Decimal(str(ratio)).quantize(step, rounding=ROUND_HALF_UP)
    whole = rounded * 100 == (rounded * 100).to_integral_value()
    pattern = "#,##0%" if whole or not decimals else "#,##0." + "0" * decimals + "%"
    gap = "\N{NO-BREAK SPACE}" if locale()[:2] in {"fr", "de"} else ""
    return format_percent(rounded, format=pattern, locale=locale()).replace("%", gap + "%")


def two_digits(value: Number) -> int:
    """Rounded to two significant digits: 1234 becomes 1200, 87 stays 87."""
    number = Decimal(str(value))
    if number == 0:
        return 0
    step = Decimal(1).scaleb(max(number.adjusted() - 1, 0))
    return int((number / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step)


def estimate_range(low: Number | None, high: Number | None) -> str:
    """The range without "ca.": 1,200-5,100, or one number when both round to the same."""
    if low is None or high is None:
        return UNKNOWN
    ends = [figure(two_digits(end)) for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}-{ends[1]}"


def about() -> str:
    """The words around a range, as a format with ``{range}``."""
    return pgettext("an estimated range", "ca. {range}")


def estimate(low: Number | None, high: Number | None) -> str:
    """An estimate is a range of two significant digits, and says that it is about that."""
    text = estimate_range(low, high)
    if text == UNKNOWN:
        return text
    return about().format(range=text)


def relative(moment: datetime | None, now: datetime | None = None) -> str:
    """ "3 days ago", "in 2 hours"; below a minute it is "just now"."""
    if moment is None:
        return UNKNOWN
    distance = moment - (now or timezone.now())
    if abs(distance.total_seconds()) < 60:  # a minute
        return _("just now")
    return format_timedelta(distance, add_direction=True, locale=locale(), threshold=0.95)


def local(moment: datetime) -> datetime:
    """In the time zone of the person who reads."""
    return timezone.localtime(moment)


def day(value: date | datetime | None, *, weekday: bool = False, year: bool = True) -> str:
    """24 November 2026; with ``weekday`` Tuesday 24 November 2026."""
    if value is None:
        return UNKNOWN
    calendar_day = local(value).date() if isinstance(value, datetime) else value
    german = locale().startswith("de")
    pattern = "d. MMMM" if german else "d MMMM"
    if weekday:
        pattern = ("EEEE, " if german else "EEEE ") + pattern
    if year:
        pattern += " y"
    return format_date(calendar_day, format=pattern, locale=locale())


def short_day(value: date | datetime | None) -> str:
    """24 Nov."""
    if value is None:
        return UNKNOWN
    calendar_day = local(value).date() if isinstance(value, datetime) else value
    pattern = "d. MMM" if locale().startswith("de") else "d MMM"
    return format_date(calendar_day, format=pattern, locale=locale())


def clock(moment: datetime | None) -> str:
    """10:31, in the reader's time zone."""
    if moment is None:
        return UNKNOWN
    return format_datetime(local(moment), format="HH:mm", locale=locale())

"""What somebody answers to an ask, why they get it, and whom a post reaches."""

from vaandel.delivery.views.asks import answer, answer_back, postpone, take_back
from vaandel.delivery.views.forecasts import forecast
from vaandel.delivery.views.questions import question
from vaandel.delivery.views.reasons import why, why_here

__all__ = [
    "answer",
    "answer_back",
    "forecast",
    "postpone",
    "question",
    "take_back",
    "why",
    "why_here",
]

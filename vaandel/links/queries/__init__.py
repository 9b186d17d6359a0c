"""What came through short links, from the roll-ups. Days are days in UTC."""

from __future__ import annotations

from vaandel.links.queries.rollups import Kinds, clicks_per_day, clicks_per_link, kinds

__all__ = ["Kinds", "clicks_per_day", "clicks_per_link", "kinds"]

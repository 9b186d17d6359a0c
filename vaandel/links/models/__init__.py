"""Short links and what came through them. Knows nothing of posts or shares."""

from __future__ import annotations

from vaandel.links.kinds import Kind
from vaandel.links.models.clicks import (
    AgentDay,
    CampaignHour,
    Click,
    ClickReference,
    ClicksKept,
    DayVisitor,
    LinkDay,
    OrganizationDay,
    SpoolFile,
)
from vaandel.links.models.conversions import (
    Conversion,
    ConversionAssist,
    ConversionCorrection,
    ConversionEndpoint,
    ConversionImport,
    Goal,
)
from vaandel.links.models.links import Campaign, Link, LinkSettings, Privacy

__all__ = [
    "AgentDay",
    "Campaign",
    "CampaignHour",
    "Click",
    "ClickReference",
    "ClicksKept",
    "Conversion",
    "ConversionAssist",
    "ConversionCorrection",
    "ConversionEndpoint",
    "ConversionImport",
    "DayVisitor",
    "Goal",
    "Kind",
    "Link",
    "LinkDay",
    "LinkSettings",
    "OrganizationDay",
    "Privacy",
    "SpoolFile",
]

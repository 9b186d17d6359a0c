"""Every change of this room's rows that a person or another room asks for."""

from __future__ import annotations

from vaandel.links.services.links import (
    MAX_ADDRESS,
    NotAllowed,
    NotATarget,
    aim,
    checked_target,
    create_link,
    delete_links,
    end_links,
    expire_links,
    revive_links,
    save_campaign,
    touch,
)

__all__ = [
    "MAX_ADDRESS",
    "NotATarget",
    "NotAllowed",
    "aim",
    "checked_target",
    "create_link",
    "delete_links",
    "end_links",
    "expire_links",
    "revive_links",
    "save_campaign",
    "touch",
]

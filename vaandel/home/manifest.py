"""What a browser needs to know to put Vaandel among the apps of a telephone or computer."""

from __future__ import annotations

from typing import Any, Final

from django.templatetags.static import static
from django.utils.translation import get_language, gettext

# Where a shortcut leads, in the organisation that was visited last.
SHORTCUTS: Final = {"impact": "impact:mine", "settings": "ambassadors:settings"}


def manifest() -> dict[str, Any]:
    """In the language in use."""
    return {
        "id": "/",
        "name": "Vaandel",
        "short_name": "Vaandel",
        "description": gettext("Share your work in your own words, by choice."),
        "lang": get_language() or "en",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f1f3f0",
        "theme_color": "#ffffff",
        "categories": ["business", "productivity"],
        "prefer_related_applications": False,
        "icons": [
            picture("icon-192.png", "192x192"),
            picture("icon-512.png", "512x512"),
            picture("maskable-192.png", "192x192", purpose="maskable"),
            picture("maskable-512.png", "512x512", purpose="maskable"),
            {"src": static("icons/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "shortcuts": [
            shortcut("impact", gettext("My impact")),
            shortcut("settings", gettext("Settings")),
        ],
    }


def picture(name: str, sizes: str, *, purpose: str = "any") -> dict[str, str]:
    return {"src": static(f"icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


def shortcut(to: str, name: str) -> dict[str, Any]:
    return {"name": name, "url": f"/?to={to}", "icons": [picture("icon-192.png", "192x192")]}

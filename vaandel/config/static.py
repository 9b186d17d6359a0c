"""Style sheets, scripts and fonts under names that contain a hash of their content."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Browsers may keep these files for ever: another content has another name.

    A name that has not been collected yet is used as it is: a page without its style
    sheet is then the worst that happens.
    """

    manifest_strict = False

    def hashed_name(self, name: str, *args: Any, **kwargs: Any) -> str:
        try:
            return str(super().hashed_name(name, *args, **kwargs))
        except ValueError:
            return name

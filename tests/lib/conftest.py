"""What the tests of the guarded client share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.lib.site import Site, running


@pytest.fixture
def site(settings: Any) -> Iterator[str]:
    Site.asked = []
    with running(Site) as host:
        settings.FETCH_ALLOWED_HOSTS = [host]
        yield f"http://{host}"

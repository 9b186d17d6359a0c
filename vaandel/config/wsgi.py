"""The WSGI application: trusted proxies around everything, short links, then Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaandel.config.settings")
django_application = get_wsgi_application()

from vaandel.config.environment import ENVIRONMENT  # noqa: E402 - the settings come first
from vaandel.config.proxies import TrustedProxies  # noqa: E402
from vaandel.links.redirect import short_link_app  # noqa: E402

short_links = short_link_app(django_application)
application = TrustedProxies(
    short_links,
    ENVIRONMENT.trusted_proxies,
    country_header=ENVIRONMENT.country_header,
)

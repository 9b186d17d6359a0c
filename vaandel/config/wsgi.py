"""The WSGI application: trusted proxies around everything, short links, then Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from vaandel.config.environment import ENVIRONMENT
from vaandel.config.proxies import TrustedProxies
from vaandel.links.redirect import short_link_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaandel.config.settings")
short_links = short_link_app(get_wsgi_application())
application = TrustedProxies(
    short_links,
    ENVIRONMENT.trusted_proxies,
    country_header=ENVIRONMENT.country_header,
)

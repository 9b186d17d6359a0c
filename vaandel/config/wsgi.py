"""The WSGI application: trusted proxies around everything, then Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from vaandel.config.environment import ENVIRONMENT
from vaandel.config.proxies import TrustedProxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaandel.config.settings")
application = TrustedProxies(get_wsgi_application(), ENVIRONMENT.trusted_proxies)

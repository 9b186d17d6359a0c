"""One settings file, read top to bottom. With nothing set it works on SQLite.

What can be set from outside is in `environment.py`; everything here follows from it.
"""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from vaandel.config import databases, keys, logs
from vaandel.config.environment import ENVIRONMENT

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = ENVIRONMENT.data
keys.make_private_folder(DATA_DIR)

DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.demo
# The address that people and mails use, without a final slash, and that of short links.
PUBLIC_URL = ENVIRONMENT.url
LINK_URL = ENVIRONMENT.link_url
SECRET_KEY = ENVIRONMENT.secret_key or keys.kept_secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.old_secret_keys)

# --- who is answered ------------------------------------------------------------------

_public = urlsplit(PUBLIC_URL)
_https = _public.scheme == "https"
_local = ENVIRONMENT.bind in {"127.0.0.1", "::1", "localhost"}
ALLOWED_HOSTS = [
    str(_public.hostname),
    str(urlsplit(LINK_URL).hostname),
    *ENVIRONMENT.allowed_hosts,
    *([] if _https else ["localhost", "127.0.0.1", "[::1]"]),
    # A demonstration that others in the network look at, under whatever name it has there.
    *(["*"] if DEMO and not _local else []),
]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
CSRF_COOKIE_NAME = "vaandel_csrf"
CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "vaandel_session"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
LANGUAGE_COOKIE_NAME = "vaandel_language"
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
# Decided before Django, by `proxies.py`, from a list of trusted proxies only.
SECURE_PROXY_SSL_HEADER = None
USE_X_FORWARDED_HOST = False

# `host:port` of machines that links and feeds may be fetched from though they are not public.
FETCH_ALLOWED_HOSTS = list(ENVIRONMENT.fetch_allowed_hosts)

# `LINKEDIN_CLIENT_ID` and the like: applications of the installation, at networks.
NETWORK_APPS = dict(ENVIRONMENT.network_apps)
# `LINKEDIN_API` and the like: other addresses than the networks' own, for tests.
NETWORK_ADDRESSES = dict(ENVIRONMENT.network_addresses)
PUBLISH_CONNECTIONS = ENVIRONMENT.publish_connections
# In a demonstration accounts live on a practice network, which it serves under its own name.
PRACTICE_SERVER = _public.netloc if DEMO else ""
if PRACTICE_SERVER:
    _port = _public.port or (443 if _https else 80)
    FETCH_ALLOWED_HOSTS += [PRACTICE_SERVER, f"{_public.hostname}:{_port}"]
    NETWORK_ADDRESSES.setdefault("MASTODON_SCHEME", _public.scheme)

# The whole request, enforced by `middleware.py`; then what Django holds in memory of a form.
MAX_REQUEST_BYTES = ENVIRONMENT.max_upload_mb * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640

# --- what it is made of ---------------------------------------------------------------

INSTALLED_APPS = [
    "vaandel.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "vaandel.components",
    "vaandel.clock",
    "vaandel.mailing",
    "vaandel.accounts",
    "vaandel.organizations",
    "vaandel.programmes",
    "vaandel.ambassadors",
    "vaandel.links",
    "vaandel.archive",
    "vaandel.channels",
    "vaandel.posts",
    "vaandel.sources",
    "vaandel.shares",
    "vaandel.delivery",
    "vaandel.recognition",
    "vaandel.impact",
    "vaandel.privacy",
    "vaandel.home",
    "vaandel.demo",
]

MIDDLEWARE = [
    "vaandel.config.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "vaandel.config.middleware.SecurityHeadersMiddleware",
    "vaandel.config.middleware.HealthMiddleware",
    "vaandel.config.middleware.RequestSizeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "vaandel.config.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "vaandel.accounts.middleware.PersonalSettingsMiddleware",
]

ROOT_URLCONF = "vaandel.config.urls"
WSGI_APPLICATION = "vaandel.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_template_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The second one holds our pages under allauth's names, which must win from its own.
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "accounts" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "vaandel.components.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "vaandel.components.templatetags.vaandel",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _template_loaders
                    if DEBUG
                    else [("django.template.loaders.cached.Loader", _template_loaders)],
                )
            ],
        },
    },
]

# --- where it keeps things ------------------------------------------------------------

DATABASES = databases.settings(
    ENVIRONMENT.database_url, data=DATA_DIR, durable_clicks=ENVIRONMENT.spool_sync
)
DATABASE_ROUTERS = ["vaandel.config.routers.ClicksRouter"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "vaandel.config.storage.UnguessableStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "vaandel.config.static.HashedStaticStorage"
    },
}
WHITENOISE_MAX_AGE = 60 * 60
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
SPOOL_DIR = DATA_DIR / "spool"
SPOOL_SYNC = ENVIRONMENT.spool_sync
LINK_CACHE = ENVIRONMENT.link_cache
CLICK_DAYS = ENVIRONMENT.click_days
VALKEY_URL = ENVIRONMENT.valkey_url
# As text; empty when there is none.
DATA_CENTRES = str(ENVIRONMENT.data_centres or "")
COUNTRY_HEADER = ENVIRONMENT.country_header
COUNTRY_DATABASE = str(ENVIRONMENT.country_database or "")

# --- languages ------------------------------------------------------------------------

LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [("nl", _("Dutch")), ("en", _("English")), ("fr", _("French")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
USE_THOUSAND_SEPARATOR = False

# --- signing in -----------------------------------------------------------------------

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Who may sign in is decided by invitations; allauth does the signing in.
ACCOUNT_ADAPTER = "vaandel.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Nobody signs up through allauth; it shows its password field only if sign-up has one.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "vaandel.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Signing in with a code proves the address; there is no other list of verified addresses.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# WebAuthn refuses addresses without https, except this machine's own.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https

# --- mail -----------------------------------------------------------------------------

_smtp = urlsplit(ENVIRONMENT.smtp_url)
MAIL_PROVIDER = ENVIRONMENT.mail_provider
# Without a server nothing is sent: messages wait in the table. In demo mode nothing is sent
# either, since its people are made up; the outbox page shows the mails.
if DEMO or not (_smtp.hostname or MAIL_PROVIDER):
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
elif MAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _smtp.hostname or "localhost"
EMAIL_PORT = _smtp.port or {"smtps": 465, "smtp+starttls": 587}.get(_smtp.scheme, 25)
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_SSL = _smtp.scheme == "smtps"
EMAIL_USE_TLS = _smtp.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
MAIL_PREVIEWS = "vaandel.config.mail_previews.PREVIEWS"
# Who says, right before it leaves, whether a mail of this kind is still wanted.
MAIL_JUDGES = dict.fromkeys(
    ("proposal", "digest", "urgent", "question"), "vaandel.delivery.mails.wanted.unwanted_among"
)
SERVER_EMAIL = parseaddr(ENVIRONMENT.mail_from)[1]
# Kept open by each worker; then mails a second, in all and to one domain. 0: no limit.
MAIL_CONNECTIONS = ENVIRONMENT.mail_connections
MAIL_RATE = ENVIRONMENT.mail_rate
MAIL_DOMAIN_RATES = dict(ENVIRONMENT.mail_domain_rates)
# What a provider's library reads. The same secret stands in the address that it reports to.
MAIL_WEBHOOK_SECRET = ENVIRONMENT.mail_webhook_secret
ANYMAIL: dict[str, Any] = {
    **{
        f"{MAIL_PROVIDER.upper()}_{key}": value for key, value in ENVIRONMENT.mail_provider_settings
    },
    "REQUESTS_TIMEOUT": EMAIL_TIMEOUT,
    "WEBHOOK_SECRET": MAIL_WEBHOOK_SECRET or [],
}
# Where mails return to that cannot be delivered, and the mailbox in which they arrive.
BOUNCE_ADDRESS = ENVIRONMENT.bounce_address
BOUNCE_IMAP_URL = ENVIRONMENT.bounce_imap_url

# --- logs -----------------------------------------------------------------------------

LOGGING = logs.configuration(
    ENVIRONMENT.log_format, ENVIRONMENT.log_level, time_zone=ENVIRONMENT.time_zone
)
SILENCED_SYSTEM_CHECKS: list[str] = []

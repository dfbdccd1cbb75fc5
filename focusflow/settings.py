"""Settings, read once from the environment (and from ``.env`` beside manage.py).

``.env.example`` names every variable with its meaning and default. A wrong value stops the start
with a sentence that says what to do; values that are only unwise are named by `focusflow.checks`.
"""

import hashlib
from pathlib import Path
from typing import Any  # Django's own settings are dictionaries of values of every type.
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from whitenoise.compress import Compressor

from focusflow import logs
from focusflow.postgresql import TRY_SECONDS, check

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def read_bool(name: str, default: bool) -> bool:
    """Return a switch: 1, true, yes or on against 0, false, no or off, in letters of any case."""
    text = env.str(name, default=str(default)).strip().lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}: set it to true or false.")


def read_int(name: str, default: int, lowest: int, highest: int) -> int:
    """Return a whole number within the bounds, both included."""
    text = env.str(name, default=str(default)).strip()
    if not (text.isascii() and text.isdecimal() and lowest <= int(text) <= highest):
        raise ImproperlyConfigured(
            f"{name} is {text!r}: set it to a whole number from {lowest} to {highest}."
        )
    return int(text)


def read_choice(name: str, default: str, choices: set[str]) -> str:
    """Return one of these words, in small letters."""
    text = env.str(name, default="").strip().lower() or default
    if text not in choices:
        words = ", ".join(sorted(choices))
        raise ImproperlyConfigured(f"{name} is {text!r}: set it to one of {words}.")
    return text


def read_mailers(url: str) -> dict[str, Any]:
    """Return Django's configuration of the mail server that EMAIL_URL names; empty without one."""
    if not url:
        return {}
    scheme = url.partition(":")[0]
    if scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not urlsplit(url).hostname:
        raise ImproperlyConfigured(
            f"EMAIL_URL starts with {scheme!r}: use smtp+tls://user:password@host:587, "
            "smtp+ssl://user:password@host:465 or smtp://host:25."
        )
    read: dict[str, Any] = environ.Env.email_url_config(url)
    options = {
        "host": read["EMAIL_HOST"],
        "port": read["EMAIL_PORT"],
        "username": read["EMAIL_HOST_USER"] or "",
        "password": read["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": scheme == "smtp+tls",
        "use_ssl": scheme == "smtp+ssl",
        "timeout": 20,
    }
    return {"default": {"BACKEND": read["EMAIL_BACKEND"], "OPTIONS": options}}


def read_metrics_token() -> str:
    """Return METRICS_TOKEN; empty where nobody reads metrics."""
    token = env.str("METRICS_TOKEN", default="")
    if token and len(token) < 20:
        raise ImproperlyConfigured(
            "METRICS_TOKEN is shorter than 20 characters: "
            'python -c "import secrets; print(secrets.token_urlsafe(30))"'
        )
    return token


def read_secret_key() -> str:
    """Return SECRET_KEY; under DEBUG alone a fixed one stands in for a missing one."""
    key = env.str("SECRET_KEY", default="")
    if key:
        return key
    if DEBUG:
        return "insecure-key-for-development-only-never-for-real-data-of-anyone"
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Run `make setup`, which writes one to .env, or set it yourself: "
        'python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )


def read_public_url() -> str:
    """Return the address at which people open FocusFlow, without a slash at its end."""
    url = env.str("PUBLIC_URL", default="http://localhost:8000" if DEBUG else "")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(
            f"PUBLIC_URL is {url!r}: set it to the address at which people open FocusFlow, "
            "such as https://planner.example.org (or http://192.168.1.10:8000 in a home network)."
        )
    return url.rstrip("/")


def make_folder(folder: Path) -> Path:
    """Return the folder, made if it was not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR is {str(folder)!r}, which cannot be made ({error.strerror}): set it to a "
            "folder that FocusFlow may write to."
        ) from error
    return folder


def read_database_url(url: str, source: str) -> dict[str, Any]:
    """Return Django's configuration of the database that the URL names.

    `source` is the variable or option that holds the URL. Raises ImproperlyConfigured for one that
    names none; SQLite's database in memory is none, since each connection would have its own.
    """
    scheme = url.partition(":")[0]
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{source} starts with {scheme!r}: use sqlite:///path/to/file.sqlite3 or "
            "postgres://user:password@host:5432/name."
        )
    database: dict[str, Any] = environ.Env.db_url_config(url)
    if database["NAME"] in {"", ":memory:"}:
        raise ImproperlyConfigured(f"{source} names no database: add it after the last slash.")
    ours = SQLITE if scheme == "sqlite" else POSTGRESQL
    # What the URL asks for, such as sslmode=verify-full, is no less wanted than what stands here.
    options = ours["OPTIONS"] | database.get("OPTIONS", {})
    return database | ours | {"OPTIONS": options}


DEBUG = read_bool("DEBUG", default=False)
SECRET_KEY = read_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PUBLIC_URL = read_public_url()
IS_HTTPS = PUBLIC_URL.startswith("https:")
ALLOWED_HOSTS = [
    *env.list("ALLOWED_HOSTS", default=[]),
    str(urlsplit(PUBLIC_URL).hostname),
    "localhost",
    "127.0.0.1",
    "[::1]",
]

# Where FocusFlow keeps what is not code: the embedded database.
DATA_DIR = make_folder(Path(env.str("DATA_DIR", default="") or BASE_DIR / "data"))

SQLITE: dict[str, Any] = {
    "ENGINE": "focusflow.sqlite",
    # Opening the file and saying how to read it takes longer than reading a page of it.
    "CONN_MAX_AGE": None,
    # Deferred, a transaction that reads and then writes fails instead of waiting for the lock.
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    # A file, since tests of races need several connections to one database.
    "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
}
POSTGRESQL: dict[str, Any] = {
    "ENGINE": "focusflow.postgresql",
    "CONN_HEALTH_CHECKS": True,
    # A pool rather than CONN_MAX_AGE: the server's threads come and go, the connections stay.
    "OPTIONS": {
        "pool": {
            "min_size": 0,
            "max_size": read_int("DATABASE_POOL_SIZE", default=10, lowest=1, highest=500),
            "check": check,
            "timeout": TRY_SECONDS,
            "reconnect_timeout": TRY_SECONDS,
        },
        # Of a statement that is run so often on one connection, PostgreSQL keeps the plan.
        "prepare_threshold": 5,
        # PostgreSQL's client programs take no less.
        "connect_timeout": 2,
        # Of a server that vanished (no power, no network) nothing says so: a connection would
        # wait for it for a quarter of an hour, or for ever. A request may wait twice: for a
        # thread that waits so, then itself. Milliseconds, then seconds.
        "tcp_user_timeout": 2000,
        "keepalives_idle": 1,
        "keepalives_interval": 1,
        "keepalives_count": 1,
    },
}
DATABASES = {
    "default": read_database_url(
        env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR / 'focusflow.sqlite3'}",
        "DATABASE_URL",
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks_db",
    # Last: their admin replaces what allauth registers.
    "accounts",
    "tasks",
    "habits",
    "focusflow",
]

MIDDLEWARE = [
    "focusflow.operation.RequestMiddleware",
    # Outermost, so that static files, redirects and errors have their headers too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "focusflow.middleware.HeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "focusflow.api.transport.EncryptedApiMiddleware",
    "focusflow.api.transport.MethodsMiddleware",
    "focusflow.operation.StraightMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "focusflow.api.intake.IntakeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "focusflow.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignOutMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "accounts.middleware.TemporaryPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "focusflow.urls"
WSGI_APPLICATION = "focusflow.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Maps are for those who debug the admin's scripts: compressing them took most of the time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
# What is served at the root: the icon that browsers ask for where a page names none.
WHITENOISE_ROOT = BASE_DIR / "focusflow" / "root"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- Accounts -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
        for name, options in {
            "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name")},
            "MinimumLengthValidator": {"min_length": 10},
            "NumericPasswordValidator": {},
        }.items()
    ),
    {"NAME": "accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

# What is counted against limits: in a table that evicts nothing before its time, so that neither
# a restart nor a flood of other keys forgives.
CACHES = {"default": {"BACKEND": "accounts.limits.LimitCache"}}
# Who may make an account: everybody, whoever has an invitation of the operator, or nobody.
REGISTRATION = read_choice(
    "REGISTRATION", default="invitation", choices={"open", "invitation", "closed"}
)
# Without a mail server nothing is verified by mail, and the operator hands links out.
MAILERS = read_mailers(env.str("EMAIL_URL", default=""))
DEFAULT_FROM_EMAIL = (
    env.str("EMAIL_FROM", default="") or f"FocusFlow <focusflow@{urlsplit(PUBLIC_URL).hostname}>"
)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_MAX_LENGTH = 255
ACCOUNT_EMAIL_NOTIFICATIONS = bool(MAILERS)
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[FocusFlow] "
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if MAILERS else "none"
ACCOUNT_LOGIN_METHODS = {"email"}
# What fills somebody's mailbox, or their list of failures, beside allauth's own limits.
PASSWORD_RATE_PER_PERSON = read_int("PASSWORD_RATE_PER_PERSON", default=10, lowest=1, highest=10**9)
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/h/ip,3/h/key",  # nosec B105  # a rate
    "signup": "20/h/ip",
    "reauthenticate": f"{PASSWORD_RATE_PER_PERSON}/m/user",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Without a mailer no address is ever verified, and the second factor is no less one.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# One step of 30 seconds to either side, for clocks that differ.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "FocusFlow"
# Browsers offer passkeys on localhost without https, and nowhere else.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

# For how long a link that sets a new password holds, in seconds.
PASSWORD_RESET_TIMEOUT = 24 * 3600

HEADLESS_CLIENTS = ("app",)
# What mails link to: this server by its public name, whatever name the request came by.
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/accounts/confirm-email/{{key}}/",
    "account_reset_password": f"{PUBLIC_URL}/accounts/password/reset/",
    "account_reset_password_from_key": f"{PUBLIC_URL}/accounts/password/reset/key/{{key}}/",
    "account_signup": f"{PUBLIC_URL}/accounts/signup/",
}
HEADLESS_TOKEN_STRATEGY = "accounts.tokens.RotatingTokenStrategy"  # noqa: S105  # nosec B105  # a class's path
HEADLESS_JWT_ALGORITHM = "HS256"
# A key of its own, so that what signs tokens signs nothing else; JWT_SIGNING_KEY replaces it
# without ending the sessions and links that SECRET_KEY signs.
HEADLESS_JWT_PRIVATE_KEY = (
    env.str("JWT_SIGNING_KEY", default="")
    or hashlib.sha256(f"focusflow.jwt:{SECRET_KEY}".encode()).hexdigest()
)
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 300
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True
SESSION_ENGINE = "accounts.sessions"
# From the sign-in on, whether used or not.
SESSION_COOKIE_AGE = 30 * 24 * 3600

# --- API ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # Bearer first: its challenge makes an anonymous request 401 rather than 403.
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.IsSignedIn"],
    "DEFAULT_PARSER_CLASSES": [
        "focusflow.api.parsers.StrictJSONParser",
        "focusflow.api.parsers.StrictFormParser",
        "focusflow.api.parsers.StrictMultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": [
        "focusflow.api.renderers.JSONRenderer",
        "focusflow.api.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "focusflow.api.renderers.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "focusflow.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["focusflow.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "focusflow.api.schema.ResourceSchema",
    "EXCEPTION_HANDLER": "focusflow.api.errors.problem_response",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "FocusFlow",
    "DESCRIPTION": (
        "Tasks, habits and accounts of a private planner. docs/api.md explains the rules that hold "
        "for every endpoint."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    # Else it asks a server of others whether the schema is valid.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    "POSTPROCESSING_HOOKS": ["focusflow.api.schema.describe_answers"],
}
# Requests in a minute; behind one address there may be a family.
API_RATE_PER_PERSON = read_int("API_RATE_PER_PERSON", default=600, lowest=1, highest=10**9)
API_RATE_PER_ADDRESS = read_int("API_RATE_PER_ADDRESS", default=1200, lowest=1, highest=10**9)
# Bodies of our own resources are small; a larger one is answered 413.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["focusflow.uploads.SmallUploadHandler"]

# --- Transport ----------------------------------------------------------------------------------
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# How many proxies stand before FocusFlow, each of which adds to X-Forwarded-For.
TRUSTED_PROXIES = read_int("TRUSTED_PROXIES", default=0, lowest=0, highest=10)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
# Not Strict: who follows a link from a mail would arrive signed out, and with a new CSRF cookie
# that spoils the forms in the other tabs.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# Browsers take such a name over https alone and from this very host, not from a neighbour of the
# same domain.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
# Else messages travel in a cookie whose name cannot be set.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = IS_HTTPS
# Asked by programs on this machine or in its network, which the proxy does not serve.
STRAIGHT_PATHS = {"/healthz", "/readyz", "/metrics"}
# Of the API, EncryptedApiMiddleware leads browsers to https and refuses programs.
SECURE_REDIRECT_EXEMPT = [r"^(?:healthz|readyz|metrics)$", r"^api/"]
SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
# A family's domain serves other things too: only FocusFlow's own host is bound to https.
# To do without a mail server is a choice, of which accounts.I001 says what follows.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "mail.W001"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None

# --- Headers ------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Of pages; focusflow/middleware.py has the policy of everything else, and further headers.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

# --- Operation ----------------------------------------------------------------------------------
LOGGING = logs.configuration(
    level=read_choice(
        "LOG_LEVEL", default="info", choices={"debug", "info", "warning", "error"}
    ).upper(),
    style=read_choice("LOG_FORMAT", default="text" if DEBUG else "json", choices={"json", "text"}),
    with_words=DEBUG,
)
# What is to be done after an answer waits in the database, in the transaction that wants it done,
# until `manage.py worker` does it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# For how many days the history of changes is shown and kept; 0: as long as the account.
HISTORY_DAYS = read_int("HISTORY_DAYS", default=0, lowest=0, highest=36500)
# Opens /metrics; without one there is no such address.
METRICS_TOKEN = read_metrics_token()

"""How does one installation differ from another? Everything that may differ is read from the environment here."""

import os
from pathlib import Path

from kombu.entity import Queue

from ssp import logs
from ssp.env import Environment
from ssp.ui.security_headers import *  # noqa: F403 - the header settings, kept beside the reasons for them
from ssp.ui.security_headers import MIDDLEWARE_FIRST

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

# Demo mode ---------------------------------------------------------------------------------------------------------
DEMO = env.flag("SSP_DEMO")  # invented data, test certificates, mail in a folder; refuses to mix with real settings
TESTING = env.flag("SSP_TESTING")  # set by bin/test
LOCAL_DIR = Path(env.text("SSP_LOCAL_DIR", default=str(BASE_DIR / ".local")))

# Secrets and places ------------------------------------------------------------------------------------------------
SECRET_KEY = env.text(
    "SSP_SECRET_KEY", help="Set it to at least 50 random characters, or SSP_SECRET_KEY_FILE to a file of them."
)
if SECRET_KEY and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10):
    env.problems.append("SSP_SECRET_KEY is too weak; use at least 50 random characters.")
DEBUG = False
ALLOWED_HOSTS = env.words("SSP_ALLOWED_HOSTS", default=("127.0.0.1", "localhost") if DEMO or TESTING else ())
if not ALLOWED_HOSTS:
    env.problems.append("SSP_ALLOWED_HOSTS is not set. Name the host people type, for example ssp.police.example.")
if "*" in ALLOWED_HOSTS:
    env.problems.append("SSP_ALLOWED_HOSTS must name its hosts; * is not accepted.")
PUBLIC_URL = env.text(
    "SSP_PUBLIC_URL",
    default=f"{'http' if DEMO or TESTING else 'https'}://{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else 'localhost'}",
).rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")  # only a demo or a test is served without

# Whom people may write to: about the service, and about a weakness (RFC 9116). Without one, pages name the coordinator.
CONTACT_EMAIL = env.text("SSP_CONTACT_EMAIL", default="")
SECURITY_CONTACT = env.text("SSP_SECURITY_CONTACT", default="")

DATABASES = {
    "default": env.database("SSP_DATABASE_URL", help="Give the application role's postgresql:// address."),
}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": True}
if env.raw("SSP_OWNER_DATABASE_URL"):
    # Only migrations, operator commands and the tests hold the owner's address; a web process runs without it.
    DATABASES["owner"] = env.database("SSP_OWNER_DATABASE_URL") | {"ATOMIC_REQUESTS": False}
DATABASE_ROUTERS = ["ssp.tenancy.routers.OwnerMigrates"]

REDIS_URL = env.text("SSP_REDIS_URL", help="Give the broker's redis:// address.")

# What is installed -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",  # its widget templates, found by the form renderer
    "pgtrigger",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "ssp",
    "ssp.ui",
    "ssp.tenancy",
    "ssp.accounts",
    "ssp.access",
    "ssp.audit",
    "ssp.documents",
    "ssp.notifications",
    "schools",
    "partnerships",
    "incidents",
    "officers",
]

MIDDLEWARE = [
    "ssp.health.HealthMiddleware",  # probes come by any host name, without TLS, and must not open a transaction
    *MIDDLEWARE_FIRST,
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ssp.accounts.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ssp.accounts.middleware.SessionLimits",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "ssp.access.middleware.StandingMiddleware",
    "ssp.accounts.middleware.SignInGate",
]

ROOT_URLCONF = "ssp.urls"
CSRF_FAILURE_VIEW = "ssp.ui.errors.csrf_failure"
FORM_RENDERER = "ssp.ui.forms.GovukRenderer"
WSGI_APPLICATION = "ssp.wsgi.application"
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
                "ssp.ui.context_processors.page",
            ],
        },
    }
]

# People and sign-in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "ssp.accounts.passwords.NotTooLong"},
    {"NAME": "ssp.accounts.passwords.NotCommon"},
    {"NAME": "ssp.accounts.passwords.NotTheSurroundings"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ANONYMOUS_USER_NAME = None  # guardian's anonymous row could be granted things; nobody is nobody
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "ssp.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation sent to it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 10 * 60  # between the first factor and the second
ACCOUNT_RATE_LIMITS = False  # ours count by account and by address: ssp/accounts/throttle.py
MFA_ADAPTER = "ssp.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Safer School Partnerships"
MFA_TOTP_TOLERANCE = 1
PASSWORD_RESET_TIMEOUT = 60 * 60
# What identity providers know us by: SSP_OIDC_NORTHSHIRE_POLICE_SECRET (or …_FILE), by the provider's short name.
OIDC_SECRETS = env.by_name("SSP_OIDC", ("SECRET",))
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("SSP_TRUSTED_PROXIES", default=0)  # without it X-Forwarded-For is not believed

SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_IDLE_SECONDS = 30 * 60
SESSION_WARN_SECONDS = 5 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"

# Short-lived counters ----------------------------------------------------------------------------------------------
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "ssp"},
}

# Mail --------------------------------------------------------------------------------------------------------------
NOTIFY_KEY = NOTIFY_TEMPLATE = NOTIFY_BASE_URL = NOTIFY_REPLY_TO = ""  # set below where SSP_EMAIL_URL says notify:
globals().update(
    env.email("SSP_EMAIL_URL", default="console:" if TESTING else f"file:{LOCAL_DIR}/mail" if DEMO else None)
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "SSP_EMAIL_FROM",
    default=f"Safer School Partnerships <no-reply@{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else 'localhost'}>",
)

# Time and language -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Watching ----------------------------------------------------------------------------------------------------------
LOGGING = logs.configuration(json_lines=not (DEMO or TESTING))

# Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = LOCAL_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a list of people to confirm has four fields a line
# Tests serve files by their own names: a live test server knows no hashed ones.
STORAGES = {
    "default": env.storage("SSP_MEDIA_URL", default=f"file:{LOCAL_DIR}/media"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if TESTING else "ssp.ui.storage.HashedAssets"
    },
}

# Sealing. Only the worker's environment holds SSP_SEAL_KEY; the web process verifies and never seals -----------------
SEAL_CERT = env.text("SSP_SEAL_CERT", default="")  # PEM; the force's sealing certificate
SEAL_KEY = env.text("SSP_SEAL_KEY", default="")  # PEM, or pkcs11:token=…;object=…?module-path=…&pin-source=file:…
SEAL_CHAIN = env.text(
    "SSP_SEAL_CHAIN", default=""
)  # PEM; issuing and time-stamp authorities, former sealing certificates
SEAL_ROOTS = env.text("SSP_SEAL_ROOTS", default="")  # PEM; the only roots believed, never the operating system's
SEAL_CRLS = env.text(
    "SSP_SEAL_CRLS", default=""
)  # PEM; when empty, revocation lists are fetched from where certificates say
# Where several forces share an installation, each has its own: SSP_SEAL_NORTHSHIRE_POLICE_CERT and …_KEY, by the force's slug.
SEAL_FORCES = env.by_name("SSP_SEAL", ("CERT", "KEY"))
TSA_URL = env.text("SSP_TSA_URL", default="")  # RFC 3161; without one, documents are sealed at B-B and say so

# Files put to records: the worker asks a clamd about each; without one they are kept and not handed out --------------
SCANNER = env.text("SSP_CLAMD_URL", default="")  # tcp://host:3310 or unix:/run/clamav/clamd.ctl
if SCANNER and not SCANNER.startswith(("tcp://", "unix:/")):
    env.problems.append("SSP_CLAMD_URL must be tcp://host:port or unix:/path of a clamd.")

# The worker --------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = CELERY_RESULT_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # a task's result is its row, never the broker's
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # a lost worker's task is found by its row, and a poisoned one is parked
CELERY_TASK_PUBLISH_RETRY = False  # a request does not wait for a broker that is away: the sweep tells it later
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_QUEUES = [Queue("work"), Queue("clock")]  # the sweep and the canary do not wait behind a hundred documents
CELERY_TASK_ROUTES = {"ssp.sweep": {"queue": "clock"}, "ssp.canary": {"queue": "clock"}, "ssp.tick": {"queue": "clock"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200  # the renderer keeps memory it has once used
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = (
    False  # the fence makes a second run harmless; a kill is not
)
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nobody may steer a worker through the broker
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20.0
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 210
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # keep trying: the broker comes back
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,  # longer than the time limit, or a task runs beside itself (checked at start)
    "connect_retries_timeout": 2,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
}
CELERY_IMPORTS = ["ssp.schedule"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps no state: what was done is in the database
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
SWEEP_SECONDS = env.number("SSP_SWEEP_SECONDS", default=10)
CANARY_SECONDS = env.number("SSP_CANARY_SECONDS", default=15)
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "ssp.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": 60}},
    "canary": {"task": "ssp.canary", "schedule": CANARY_SECONDS, "options": {"expires": 60}},
    "tick": {"task": "ssp.tick", "schedule": 60, "options": {"expires": 60}},
}
TASK_LEASE_SECONDS = (
    300  # longer than the time limit; a dead worker's task is taken over sooner, a hung one's only then
)
TASK_MAX_DEATHS = env.number("SSP_TASK_MAX_DEATHS", default=3)  # workers a task may take with it before it is parked

# The log -----------------------------------------------------------------------------------------------------------
AUDIT_HEADS = env.text(
    "SSP_AUDIT_HEADS", default=str(LOCAL_DIR / "audit-heads")
)  # best where the database's administrator cannot write
AUDIT_HEADS_STAMP = env.text("SSP_AUDIT_HEADS_STAMP", default="")  # dotted name of a function that time-stamps a head
CELERY_BEAT_SCHEDULE |= {
    "seal the log": {"task": "ssp.audit.seal", "schedule": 60.0},
    "months of the log": {"task": "ssp.audit.make_months", "schedule": 24 * 60 * 60.0},
}

env.check()

"""Settings: Django's order, secure by default; every variable is named in .env.example."""

import re
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def stop(sentence):
    """A bad or missing value ends the start with a sentence instead of a traceback."""
    sys.exit(f"Anteroom cannot start: {sentence}")


def read(kind, name, default):
    try:
        return getattr(env, kind)(name, default)
    except ValueError:
        stop(f"{name} must be a {kind}, not {env.str(name)!r}.")


# What this process is. Demo mode is set by `make run` and by nothing else.
DEMO = read("bool", "ANTEROOM_DEMO", False)
TESTING = read("bool", "ANTEROOM_TESTING", False)
HOME = Path(env.str("ANTEROOM_HOME", str(BASE_DIR / ".anteroom")))
DEBUG = read("bool", "DEBUG", False)

SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    stop("SECRET_KEY is not set. Put a long random value into the environment, or use `make run` for a demo.")
# Keys of before: what they signed is still read, so that a change of the key breaks no link in a letter.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where people find this site: links in letters lead there, whatever host a request has named.
SITE_ORIGIN = env.str("SITE_ORIGIN", "http://testserver" if TESTING else "").rstrip("/")
if not re.fullmatch(r"https?://[^/?#@\s]+", SITE_ORIGIN):
    stop("SITE_ORIGIN must say where people find this site, such as https://library.example.org.")

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "accounts",  # after allauth, whose admin it takes away
    "mailroom",
    "library",
    "history",
    "sources",
    "patterns",
    "partnerships",
    "readers",
    "reviews",
    "exchange",
    "reversion",
    "crispy_forms",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "library.middleware.ConfidentialAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.StaffSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "anteroom.urls"
WSGI_APPLICATION = "anteroom.wsgi.application"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

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

if not env.str("DATABASE_URL", ""):
    stop("DATABASE_URL is not set. Use `make run`, `python manage.py ...`, or point it at a PostgreSQL database.")
DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    stop("DATABASE_URL must name a PostgreSQL database (postgres://...).")
DATABASES["default"]["CONN_MAX_AGE"] = 0 if TESTING else 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTHENTICATION_BACKENDS = ["accounts.locks.LockOut", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:queue"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 60 * read("int", "SESSION_IDLE_MINUTES", 12 * 60)  # counted from the last use

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "anteroom.formats"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Django alone would tell its errors only by mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"in_service": {"()": "django.utils.log.RequireDebugFalse"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "level": "ERROR", "filters": ["in_service"]}},
    "root": {"handlers": ["terminal"]},
}

CRISPY_ALLOWED_TEMPLATE_PACKS = ["anteroom"]
CRISPY_TEMPLATE_PACK = "anteroom"
CRISPY_FAIL_SILENTLY = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
secure = not (DEMO or TESTING)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = secure
SECURE_HSTS_SECONDS = 31_536_000 if secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = secure
BEHIND_TLS_PROXY = read("bool", "BEHIND_TLS_PROXY", False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Signing in: password by allauth, locked out by axes, second factor by allauth.mfa.
SECOND_FACTOR_NEEDED = secure  # of every staff account; elsewhere it is asked of who has one
CONFIRM_AGAIN_AFTER = 60 * read("int", "CONFIRM_AGAIN_MINUTES", 10)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = CONFIRM_AGAIN_AFTER
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.PasswordForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # they need a cache that all workers share; accounts/locks.py counts
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not secure
MFA_FORMS = {
    "authenticate": "accounts.forms.CodeForm",
    "authenticate_webauthn": "accounts.forms.PasskeyForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
    "reauthenticate": "accounts.forms.ConfirmCodeForm",
    "reauthenticate_webauthn": "accounts.forms.ConfirmPasskeyForm",
    "activate_totp": "accounts.forms.AddAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
# Wrong passwords within LOCK_OUT_MINUTES that lock. For one name at one address: a person's slips. For one name from
# everywhere: more than the same person could mistype in four places, so many machines are trying one account. At one
# address for all names: each who gets in is forgiven, so this many left over are no office on a Monday morning but a
# list of names being tried. The last two do not hold up who is signed in, or signed in in this browser before.
AXES_FAILURE_LIMIT = read("int", "LOCK_OUT_AFTER", 5)
LOCK_OUT_NAME_AFTER = 4 * AXES_FAILURE_LIMIT
LOCK_OUT_ADDRESS_AFTER = 8 * AXES_FAILURE_LIMIT
AXES_COOLOFF_TIME = timedelta(minutes=read("int", "LOCK_OUT_MINUTES", 15))
AXES_HANDLER = "accounts.counting.Counting"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # what the right password forgives
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "accounts.locks.answer"
AXES_CLIENT_IP_CALLABLE = "accounts.locks.address_of"
AXES_DISABLE_ACCESS_LOG = True  # AccountEvent keeps who signed in
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# The one table from kind of item to the module that composes and applies its documents.
ITEM_KINDS = {"pattern": "patterns.composition", "partnership": "partnerships.composition"}
# The same for everything whose changes are versions; families and sources have versions but no editions.
VERSIONED_KINDS = {
    "family": "patterns.families",
    "source": "sources.composition",
    **ITEM_KINDS,
}

# What falls due, done by `manage.py tick` in this order: functions of no argument, each safe twice or at once.
# Letters come last, so that those written by what stands before go out in the same run.
TICKS = [
    "reviews.corrections.open_due",
    "reviews.schedules.publish_due",
    "reviews.corrections.open_left_out",  # what was just published or ended its schedule may have held one up
    "history.unfinished.forget_old",
    "accounts.upkeep.clear",
    "reviews.due.remind",
    "reviews.reminders.remind",
    "readers.erasure.erase_due",
    "readers.telling.write_due",
    "readers.sending.send_due",
    "mailroom.sending.gather_digests",
    "mailroom.sending.send_letters",
]
# What /healthz asks besides the database: functions that return a sentence when something is wrong.
HEALTH_CHECKS = ["mailroom.ticking.what_is_late"]

# Letters. A demo keeps them in a folder instead of sending them.
try:
    mail = env.email_url("EMAIL_URL", "smtp://localhost:25")
except (environ.ImproperlyConfigured, ValueError):
    stop("EMAIL_URL must name a mail server, such as smtp+tls://user:password@host:587.")
EMAIL_BACKEND = "mailroom.folder.EmailBackend" if DEMO else mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = HOME / "letters" if DEMO else mail["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = mail["EMAIL_HOST"], mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_USER"] or "", mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = mail.get("EMAIL_USE_TLS", False), mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", f"Anteroom <anteroom@{urlsplit(SITE_ORIGIN).hostname}>")

# The published record.
# What is built for /downloads/; may be deleted at any time.
DOWNLOADS_DIR = Path(env.str("DOWNLOADS_DIR", str(HOME / "downloads"))).absolute()
LEDGER_HEAD_FILE = Path(env.str("LEDGER_HEAD_FILE", str(HOME / "ledger-head.jsonl")))
REVIEW_EVERY_DAYS = read("int", "REVIEW_EVERY_DAYS", 365)
SIGN_OFFS_NEEDED = read("int", "SIGN_OFFS_NEEDED", 1)
REVIEW_WITHIN_DAYS = read("int", "REVIEW_WITHIN_DAYS", 7)
# Whom to tell of a weakness, for /.well-known/security.txt; addresses as RFC 9116 has them.
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=["mailto:security@example.org"] if DEMO else [])
if not all(re.fullmatch(r"(?:mailto|https|tel):[^\s]+", contact) for contact in SECURITY_CONTACT):
    stop("SECURITY_CONTACT must name addresses such as mailto:security@example.org or https://example.org/report.")
LIBRARY_LICENCE = {
    "name": "CC BY 4.0",
    "url": "https://creativecommons.org/licenses/by/4.0/",
}

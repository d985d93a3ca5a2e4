"""Outside the demo everything that Django can check about a deployment is in order, and a factor is needed."""

import os
import secrets
import subprocess
import sys

import pytest

from anteroom.cluster import BASE_DIR

UNSAFE = ("ANTEROOM_TESTING", "ANTEROOM_DEMO", "DJANGO_ALLOW_ASYNC_UNSAFE")  # what only tests and demos set


def run(*words, **variables):
    kept = {name: value for name, value in os.environ.items() if name not in UNSAFE}
    environment = {
        **kept,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "SITE_ORIGIN": "https://library.example.org",
        **variables,
    }
    command = [sys.executable, "-W", "ignore", "manage.py", *words]
    return subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True)


def test_a_deployment_with_its_secrets_has_nothing_to_warn_of():
    answer = run("check", "--deploy", "--fail-level", "WARNING", BEHIND_TLS_PROXY="1")
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_keys_of_before_are_still_read():
    told = "from django.conf import settings; print(settings.SECRET_KEY_FALLBACKS)"
    old = [secrets.token_urlsafe(60) for _ in range(2)]
    answer = run("shell", "--no-imports", "-c", told, SECRET_KEY_FALLBACKS=",".join(old))
    assert answer.stdout.strip() == repr(old), answer.stderr


SHOWN = (
    "from django.conf import settings as s; print(s.SECOND_FACTOR_NEEDED, s.SESSION_COOKIE_SECURE,"
    " s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN)"
)


@pytest.mark.drill
@pytest.mark.parametrize(("demo", "shown"), [("0", "True True True Lax False"), ("1", "False False True Lax True")])
def test_only_a_demo_is_lenient(demo, shown):
    answer = run("shell", "--no-imports", "-c", SHOWN, ANTEROOM_DEMO=demo)
    assert answer.stdout.strip() == shown, answer.stderr


def test_a_value_that_is_none_stops_the_start_with_a_sentence():
    answer = run("check", LOCK_OUT_AFTER="few")
    assert "Anteroom cannot start: LOCK_OUT_AFTER must be a int, not 'few'." in answer.stderr

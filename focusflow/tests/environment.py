"""The environment of the tests, loaded before the settings are (see ``addopts`` in pyproject.toml).

Production settings, with what a fresh clone lacks: no .env, no collected static files.
DATABASE_URL alone is taken from outside: the tests run on SQLite without it.
"""

import os

import pytest

os.environ |= {
    "DEBUG": "false",
    "SECRET_KEY": "key-of-the-tests-which-is-as-long-as-one-of-production-has-to-be",
    "SECRET_KEY_FALLBACKS": "",
    "PUBLIC_URL": "http://testserver",
    "ALLOWED_HOSTS": "",
    "JWT_SIGNING_KEY": "",
    # Tests of limits set their own.
    "API_RATE_PER_PERSON": "1000000000",
    "API_RATE_PER_ADDRESS": "1000000000",
    "LOG_LEVEL": "info",
    "LOG_FORMAT": "json",
    "METRICS_TOKEN": "",
    "PASSWORD_RATE_PER_PERSON": "10",
    "REGISTRATION": "",
    "EMAIL_URL": "",
    "EMAIL_FROM": "",
}
os.environ.setdefault("DATABASE_URL", "")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Serve static files from where they lie, by their plain names, without collectstatic."""
    from django.conf import settings

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True

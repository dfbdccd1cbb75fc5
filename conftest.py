"""What every test may use: the cast, and clients that are signed in as one of them.

Ann owns rows, Ben is somebody she shares with once there are circles, Mallory is the stranger,
Olga operates the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from rest_framework.test import APIClient

from focusflow.api.prepared import STATEMENTS
from focusflow.api.throttles import COUNTER

if TYPE_CHECKING:
    from pytest_django import Settings

    from accounts.models import User


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Hash passwords fast, where a test is not about the hash (marked `real_passwords`)."""
    if not request.node.get_closest_marker("real_passwords"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_limits_of_others() -> None:
    """Forget the requests that tests before this one sent; those in the database went with it."""
    COUNTER.counts.clear()


@pytest.fixture(autouse=True)
def _no_statements_of_others() -> None:
    """Forget reads that were prepared: a test may put something else in the place of a queryset."""
    STATEMENTS.clear()


@pytest.fixture
def mailer(db: None, settings: Settings) -> None:
    """Give the server a mail server; letters lie in pytest-django's `mailoutbox` at once.

    The database comes first: with it, Django begins another outbox.
    """
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def ann(db: None) -> User:
    """Return the owner of most rows."""
    from accounts.tests.make import make_user

    return make_user("ann@example.org", name="Ann")


@pytest.fixture
def ben(db: None) -> User:
    """Return the second person."""
    from accounts.tests.make import make_user

    return make_user("ben@example.org", name="Ben")


@pytest.fixture
def mallory(db: None) -> User:
    """Return the stranger."""
    from accounts.tests.make import make_user

    return make_user("mallory@example.org", name="Mallory")


@pytest.fixture
def olga(db: None) -> User:
    """Return the operator, a superuser."""
    from accounts.tests.make import make_user

    return make_user("olga@example.org", name="Olga", is_staff=True, is_superuser=True)


@pytest.fixture
def api() -> Callable[[User | None], APIClient]:
    """Return a function that gives a client of the API, signed in as a person or as nobody."""

    def client_of(user: User | None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user)
        return client

    return client_of

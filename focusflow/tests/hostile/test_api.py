"""Ten thousand hostile requests to the API: none crashes it, and none spoils a list for later.

The operations and their fields come from the OpenAPI document, so that a new resource joins by
itself. What is sent is the same each time.
"""

from __future__ import annotations

from itertools import count

import pytest
from django.conf import settings

from accounts.models import User
from focusflow.tests.hostile.requests import attacks, operations
from focusflow.tests.hostile.siege import Siege, besiege, by_session
from focusflow.tests.test_lists import MADE, MAKE, NAMES
from tasks.tests.make import make_daily, make_task, make_trashed

REQUESTS = 10_000
SHARE = -(-REQUESTS // len(operations()))
# Where it is yesterday and tomorrow.
ZONES = ("Etc/GMT+12", "Pacific/Kiritimati")
LANGUAGES = [code for code, _ in settings.LANGUAGES]

# Thousands of requests tell no more of which lines have tests, and take twice as long.
pytestmark = pytest.mark.no_cover


def check_list(client: Siege, name: str, size: int, query: str = "") -> None:
    """Fail unless a list answers, with all of its pages for a program and one for a browser."""
    page = first = f"/api/v1/{name}/?page_size={size}{query}"
    while page:
        answer = client.get(page)
        assert answer.status_code == 200, page
        page = answer.json()["next"]
    assert client.get(first, headers={"Accept": "text/html"}).status_code == 200, first


def make_rows(resource: str, owner: User, stranger: User) -> tuple[int, ...]:
    """Make rows of every resource for both, and some more of one; return their ids."""
    numbers = count()
    names = [*NAMES, *[resource if resource in MAKE else "tasks"] * 12]
    rows = [MAKE[name](owner, next(numbers)) for name in names]
    rows += [make_trashed(make_task(owner)), make_daily(owner)]
    rows += [MAKE[name](stranger, next(numbers)) for name in NAMES]
    return tuple(row.pk for row in rows)


@pytest.mark.parametrize("name", operations())
def test_operation_withstands_its_share(
    name: str, olga: User, mallory: User, client: Siege
) -> None:
    operation = operations()[name]
    ids = make_rows(operation.resource, olga, mallory)

    besiege(client, by_session(olga), attacks(operation, ids), SHARE)

    by_session(olga)(client)
    for zone in ZONES if operation.method != "GET" else ():
        User.objects.filter(pk=olga.pk).update(time_zone=zone)
        for listed in NAMES:
            check_list(client, listed, 200)
        check_list(client, "tasks", 200, "&list=trash")
        assert client.get("/api/v1/agenda/?days=366").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_list_answers_in_each_language(name: str, olga: User, mallory: User, client: Siege) -> None:
    # What only grows holds what was done to the others.
    resource = {"occurrences": "tasks"}.get(name, name if name in MADE else MADE[-1])
    ids = make_rows(resource, olga, mallory)
    for operation in operations().values():
        if operation.resource == resource and operation.method != "GET":
            besiege(client, by_session(olga), attacks(operation, ids), SHARE // 20)

    by_session(olga)(client)
    for language in LANGUAGES:
        User.objects.filter(pk=olga.pk).update(language=language)
        check_list(client, name, 20)

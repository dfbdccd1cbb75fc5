"""How often one person, and one address, may ask the API."""

from __future__ import annotations

from collections.abc import Callable

from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.models import User
from focusflow.api import throttles
from focusflow.api.throttles import Counter

Api = Callable[[User | None], APIClient]

ME = "/api/v1/users/me/"


def test_counter_counts_to_its_limit_within_a_window() -> None:
    now = 120.5
    counter = Counter(lambda: now)

    taken = [counter.take("person", "1", 2) for _ in range(3)]

    assert [allowed for allowed, _ in taken] == [True, True, False]
    assert [usage.remaining for _, usage in taken] == [1, 0, 0]
    assert taken[0][1].resets_in == 60
    assert taken[0][1].policy_field == '"person";q=2;w=60'
    assert taken[0][1].field == '"person";r=1;t=60'


def test_counter_counts_each_key_for_itself() -> None:
    counter = Counter(lambda: 0)
    counter.take("person", "1", 1)

    assert counter.take("person", "2", 1)[0]
    assert counter.take("address", "1", 1)[0]
    assert not counter.take("person", "1", 1)[0]


def test_counter_starts_anew_with_each_window() -> None:
    times = iter([0, 59.9, 60])
    counter = Counter(lambda: next(times))

    assert [counter.take("person", "1", 1)[0] for _ in range(3)] == [True, False, True]


def test_counter_does_not_grow_without_end(monkeypatch: object) -> None:
    counter = Counter(lambda: 0)
    counter.counts = {("address", str(number)): 1 for number in range(throttles.LARGEST_COUNT + 1)}

    counter.take("address", "new", 1)

    assert len(counter.counts) == 1


def test_person_is_refused_beyond_their_limit(ann: User, api: Api, settings: Settings) -> None:
    settings.API_RATE_PER_PERSON = 2
    client = api(ann)

    answers = [client.get(ME) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit"].partition(";t")[0] for answer in answers] == [
        '"person";r=1',
        '"person";r=0',
        '"person";r=0',
    ]
    assert answers[0].headers["RateLimit-Policy"] == '"person";q=2;w=60'
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].headers["Content-Type"] == "application/problem+json"


def test_address_is_refused_before_anything_is_looked_up(
    api: Api,
    db: None,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.API_RATE_PER_ADDRESS = 1
    client = APIClient(headers={"Authorization": "Bearer ffp_unknown"})
    client.get(ME)

    with django_assert_num_queries(0):
        answer = client.get(ME)

    assert answer.status_code == 429


def test_address_is_not_believed_from_a_header(api: Api, db: None, settings: Settings) -> None:
    settings.API_RATE_PER_ADDRESS = 1

    answers = [
        APIClient(headers={"X-Forwarded-For": f"192.0.2.{number}"}).get(ME) for number in (1, 2)
    ]

    assert [answer.status_code for answer in answers] == [401, 429]

"""Filters by the API: asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import User
from tasks.models import Filter
from tasks.tests.make import make_category, make_filter, make_task

Api = Callable[[User | None], APIClient]

TASKS = "/api/v1/tasks/"
FILTERS = "/api/v1/filters/"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@time_machine.travel(NOW, tick=False)
def test_list_shows_what_the_filter_does(ann: User, mallory: User, api: Api) -> None:
    make_task(ann, "Dig", due_date=NOW, category=make_category(ann, "Garden"))
    make_task(ann, "Call", due_date=NOW)
    make_task(mallory, "Hers", due_date=NOW, category=make_category(mallory, "Garden"))

    answer = api(ann).get(TASKS, {"filter": "today & #garden"})

    assert [row["title"] for row in answer.json()["results"]] == ["Dig"]


def test_filter_that_cannot_be_read_is_refused_with_its_column(ann: User, api: Api) -> None:
    answer = api(ann).get(TASKS, {"filter": "today & tody"})

    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == "filter"
    assert fault["detail"] == "Column 9: There is no term “tody”. Did you mean “today”?"


@pytest.mark.parametrize("method", ["post", "patch"])
def test_filter_that_cannot_be_read_is_not_kept(method: str, ann: User, api: Api) -> None:
    path = f"{FILTERS}{make_filter(ann).pk}/" if method == "patch" else FILTERS

    answer = getattr(api(ann), method)(path, {"name": "Bad", "query": "user__password: a"})

    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/query"]
    assert not Filter.objects.filter(name="Bad").exists()


def test_filters_are_in_the_order_that_they_are_put_into(ann: User, api: Api) -> None:
    first, second, third = (make_filter(ann, name).pk for name in "abc")
    client = api(ann)

    client.post(f"{FILTERS}{third}/place/", {"before": second})

    assert [row["id"] for row in client.get(FILTERS).json()["results"]] == [first, third, second]


def test_filter_has_a_name_of_its_own(ann: User, api: Api) -> None:
    make_filter(ann, "Errands")

    answer = api(ann).post(FILTERS, {"name": "Errands", "query": "overdue"})

    assert answer.status_code == 400

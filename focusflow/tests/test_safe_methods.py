"""Reading changes nothing: a link, a picture or a preview of one does nobody any harm."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Limit, User
from accounts.tests.make import PASSWORD, make_invitation, make_token
from focusflow.tests.access.routes import ROUTES
from focusflow.tests.test_headers import address
from habits.tests.make import START, make_checkin, make_group, make_habit, make_rest
from tasks.tests.make import (
    make_category,
    make_filter,
    make_occurrence,
    make_tag,
    make_task,
)

# What is counted and remembered of each visit.
OF_VISITS = {Session, UserSession, Limit}


@pytest.fixture
def browser(olga: User) -> Client:
    """Return the browser of somebody who may do everything, with a row of each kind."""
    make_occurrence(make_task(olga, category=make_category(olga)))
    make_tag(olga)
    make_filter(olga)
    make_checkin(make_habit(olga, start_date=START))
    make_group(olga)
    make_rest(olga, START)
    make_token(olga)
    make_invitation(olga)
    Group.objects.create(name="Family")
    browser = Client()
    browser.post("/accounts/login/", {"login": olga.email, "password": PASSWORD})
    # Pages of second factors open for a while.
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


def all_rows() -> dict[str, list[Any]]:
    """Return every row of every table, but those of visits."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model not in OF_VISITS
    }


def test_reading_changes_no_row(browser: Client, olga: User, subtests: pytest.Subtests) -> None:
    before = all_rows()
    for route in ROUTES:
        with subtests.test(route):
            path = address(route, olga)

            answers = [
                getattr(browser, method)(path, headers={"Accept": "text/html"})
                for method in ("get", "head", "options")
            ]

            assert max(answer.status_code for answer in answers) < 500
            assert all_rows() == before
            assert "_auth_user_id" in browser.session


def test_sign_in_by_an_address_alone_is_none(olga: User) -> None:
    browser = Client()

    browser.get("/accounts/login/", {"login": olga.email, "password": PASSWORD})

    assert "_auth_user_id" not in browser.session

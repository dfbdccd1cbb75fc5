"""Who calls: everybody who could stand at a door, and what they carry.

Ann owns a row of each kind, with words that nobody else may read. Each of the others tries to reach
them, and Ann herself by each way in, with all that has ended or may do less.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.http import SimpleCookie
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import ApiToken, Event, User
from accounts.tests.make import PASSWORD, make_event, make_invitation, make_token, make_user
from habits.tests.make import START, make_checkin, make_group, make_habit, make_rest
from tasks.tests.make import (
    make_category,
    make_daily,
    make_filter,
    make_occurrence,
    make_tag,
    make_task,
    make_trashed,
)

WORDS = "the words of Ann alone"


class World:
    """The accounts, and the rows of Ann."""

    def __init__(self) -> None:
        self.ann = make_user("ann@example.org", name="Ann")
        self.mallory = make_user("mallory@example.org", name="Mallory")
        self.sam = make_user("sam@example.org", name="Sam", is_staff=True)
        self.olga = make_user("olga@example.org", name="Olga", is_staff=True, is_superuser=True)
        category = make_category(self.ann, WORDS)
        trashed = make_trashed(make_task(self.ann, WORDS))
        done = make_occurrence(make_task(self.ann, WORDS))
        group = make_group(self.ann, WORDS)
        habit = make_habit(
            self.ann, WORDS, group=group, kind="at_least", target=1, start_date=START
        )
        make_checkin(habit, START, note=WORDS)
        # The id that stands for a row in each family of addresses, the narrower ones first.
        self.ids = {
            "api/v1/tasks/<int:pk>/skip/": make_daily(self.ann, WORDS).pk,
            "api/v1/tasks/<int:pk>/undo/": done.task_id,
            "api/v1/tasks/<int:pk>/restore/": trashed.pk,
            "api/v1/tasks/<int:pk>/purge/": trashed.pk,
            "api/v1/tokens/": make_token(self.ann, name=WORDS)[0].pk,
            "api/v1/invitations/": make_invitation(self.olga)[0].pk,
            "api/v1/history/": make_event(self.ann, after={"words": WORDS}).pk,
            "api/v1/categories/": category.pk,
            "api/v1/tags/": make_tag(self.ann, WORDS).pk,
            "api/v1/tasks/": make_task(self.ann, WORDS, category=category).pk,
            "api/v1/occurrences/": done.pk,
            "api/v1/filters/": make_filter(self.ann, WORDS).pk,
            "api/v1/habits/": habit.pk,
            "api/v1/habit-groups/": group.pk,
            "api/v1/rests/": make_rest(self.ann, START, note=WORDS).pk,
            "api/v1/users/": self.ann.pk,
            "admin/accounts/user/": self.ann.pk,
            "admin/auth/group/": Group.objects.create(name="family").pk,
        }
        self.ids["accounts/tokens/"] = self.ids["api/v1/tokens/"]
        elsewhere = UserSession.objects.create(user=self.ann, session_key="k", ip="127.0.0.1")
        self.ids["accounts/sessions/"] = elsewhere.pk
        for kind, prefix in {
            "accounts/apitoken": "api/v1/tokens/",
            "accounts/event": "api/v1/history/",
            "accounts/invitation": "api/v1/invitations/",
            "tasks/category": "api/v1/categories/",
            "tasks/tag": "api/v1/tags/",
            "tasks/task": "api/v1/tasks/",
            "tasks/occurrence": "api/v1/occurrences/",
            "tasks/filter": "api/v1/filters/",
            "habits/habit": "api/v1/habits/",
            "habits/group": "api/v1/habit-groups/",
            "habits/rest": "api/v1/rests/",
        }.items():
            self.ids[f"admin/{kind}/"] = self.ids[prefix]
        # What is sent there names a row of Ann's, too.
        self.bodies = {
            "api/v1/categories/<int:pk>/place/": {"after": make_category(self.ann, "Beside").pk},
            "api/v1/tasks/<int:pk>/place/": {"after": done.task_id},
            "api/v1/filters/<int:pk>/place/": {"after": make_filter(self.ann, "Beside").pk},
            "api/v1/habits/<int:pk>/place/": {"after": make_habit(self.ann, "Beside").pk},
            "api/v1/habit-groups/<int:pk>/place/": {"after": make_group(self.ann, "Beside").pk},
            "api/v1/habits/<int:pk>/checkins/<str:day>/add/": {},
            "api/v1/habits/<int:pk>/checkins/<str:day>/": {"value": 2},
            "api/v1/tasks/bulk/": {"ids": [done.task_id], "action": "delete"},
        }

    def traces(self) -> list[int]:
        """Return the ids of what was ever done to Ann's rows or account; empty if she is gone."""
        events = Event.objects.filter(user_id=self.ann.pk).order_by("pk")
        return list(events.values_list("pk", flat=True))


@dataclass(frozen=True)
class Visitor:
    """What somebody sends along: the cookie of a session, or a header with a token."""

    session: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, client: APIClient, method: str, path: str, body: Any) -> Any:
        """Send a request with this alone, whatever an earlier one left in the client."""
        cookies = {settings.SESSION_COOKIE_NAME: self.session} if self.session else {}
        client.cookies = SimpleCookie(cookies)
        return getattr(client, method)(path, body, headers=self.headers)


def by_session(user: User) -> Visitor:
    """Sign in by a page."""
    client = APIClient()
    client.force_login(user)
    return Visitor(session=client.cookies[settings.SESSION_COOKIE_NAME].value)


def by_access_token(user: User) -> Visitor:
    """Sign in as a program does."""
    login = {"email": user.email, "password": PASSWORD}
    answer = APIClient().post("/api/auth/app/v1/auth/login", login)
    return bearer(answer.json()["meta"]["access_token"])


def by_token(user: User, **fields: Any) -> Visitor:
    """Show a personal token."""
    return bearer(make_token(user, **fields)[1])


def bearer(secret: str) -> Visitor:
    """Show a token."""
    return Visitor(headers={"Authorization": f"Bearer {secret}"})


def ended(
    sign_in: Callable[[User], Visitor], whose: str = "ann", **fields: bool
) -> Callable[[World], Visitor]:
    """Return Ann as she signed in before her account was given these fields, or deleted."""

    def arrive(world: World) -> Visitor:
        user: User = getattr(world, whose)
        visitor = sign_in(user)
        account = User.objects.filter(pk=user.pk)
        if fields:
            account.update(**fields)
        else:
            account.delete()
        return visitor

    return arrive


def expired_access(world: World) -> Visitor:
    """Return Ann with an access token of yesterday."""
    lifetime = settings.HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN
    settings.HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = -1
    try:
        return by_access_token(world.ann)
    finally:
        settings.HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = lifetime


def revoked_token(world: World) -> Visitor:
    """Return Ann with a token that she has deleted."""
    visitor = by_token(world.ann, name="revoked")
    ApiToken.objects.filter(name="revoked").delete()
    return visitor


PEOPLE: dict[str, Callable[[World], Visitor]] = {
    "nobody": lambda _: Visitor(),
    "owner": lambda world: by_session(world.ann),
    "owner by access token": lambda world: by_access_token(world.ann),
    "owner by token": lambda world: by_token(world.ann),
    "owner by token that reads": lambda world: by_token(world.ann, scope="read"),
    "expired token": lambda world: by_token(
        world.ann, expires_at=timezone.now() - timedelta(seconds=1)
    ),
    "expired access token": expired_access,
    "revoked token": revoked_token,
    "deactivated": ended(by_session, is_active=False),
    "deactivated by access token": ended(by_access_token, is_active=False),
    "deactivated by token": ended(by_token, is_active=False),
    "deleted": ended(by_session),
    "deleted by access token": ended(by_access_token),
    "deleted by token": ended(by_token),
    "temporary password": ended(by_session, password_is_temporary=True),
    "temporary password by access token": ended(by_access_token, password_is_temporary=True),
    "temporary password by token": ended(by_token, password_is_temporary=True),
    "temporary password of staff by token": ended(by_token, "sam", password_is_temporary=True),
    "other": lambda world: by_session(world.mallory),
    "other by access token": lambda world: by_access_token(world.mallory),
    "other by token": lambda world: by_token(world.mallory),
    "staff": lambda world: by_session(world.sam),
    "staff by access token": lambda world: by_access_token(world.sam),
    "staff by token that reads": lambda world: by_token(world.sam, scope="read"),
    "superuser": lambda world: by_session(world.olga),
    "superuser by token": lambda world: by_token(world.olga),
}


def named(*beginnings: str) -> tuple[str, ...]:
    """Return the people whose names start with one of these."""
    return tuple(name for name in PEOPLE if name.startswith(beginnings))


# What has ended opens nothing.
OUT = named("nobody", "expired", "revoked", "deactivated", "deleted")
TEMPORARY = named("temporary")
OWNERS_READER, STAFFS_READER = READERS = tuple(name for name in PEOPLE if name.endswith("reads"))
OWNER = tuple(name for name in named("owner") if name not in READERS)
OTHER = named("other")
STAFF = tuple(name for name in named("staff", "superuser") if name not in READERS)

BY_SESSION = ("owner", "other", "staff", "superuser")
BY_ACCESS_TOKEN = tuple(
    f"{name} by access token" for name in ("owner", "other", "staff", "temporary password")
)
# Personal tokens, which open the API and neither pages nor the account itself.
BY_TOKEN = tuple(name for name in PEOPLE if name.endswith(("by token", "that reads")))

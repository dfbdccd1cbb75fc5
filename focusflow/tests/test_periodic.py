"""Periodic work: who does it, how often, and what it removes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import EmailChange, Invitation, Limit, RefreshToken, User
from focusflow import periodic
from focusflow.models import IdempotencyKey, PeriodicRun
from focusflow.periodic import Work, run_due_work

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

called: list[datetime] = []


def note(at: datetime) -> None:
    called.append(at)


def fail(at: datetime) -> None:
    raise RuntimeError("broken")


NOTE = Work("note", HOUR, f"{__name__}.note")
FAIL = Work("fail", HOUR, f"{__name__}.fail")


@pytest.fixture(autouse=True)
def _nothing_was_called() -> None:
    called.clear()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("later", "is_due"),
    [
        (timedelta(0), False),
        (HOUR - timedelta(seconds=1), False),
        (HOUR, True),
        (-HOUR, False),
        # It was written by a clock that ran ahead.
        (-HOUR - timedelta(seconds=1), True),
    ],
)
def test_work_is_due_when_its_time_has_passed(later: timedelta, is_due: bool) -> None:
    run_due_work(AT, (NOTE,))

    run_due_work(AT + later, (NOTE,))

    assert called == [AT, AT + later][: 1 + is_due]


@pytest.mark.django_db
def test_work_is_begun_by_its_own_name() -> None:
    PeriodicRun.objects.create(name="other", begun_at=AT - DAY)
    PeriodicRun.objects.create(name=NOTE.name, begun_at=AT)

    assert not PeriodicRun.objects.claim(NOTE.name, every=HOUR, at=AT)
    assert PeriodicRun.objects.claim("other", every=HOUR, at=AT)
    assert dict(PeriodicRun.objects.values_list("name", "begun_at")) == {NOTE.name: AT, "other": AT}


@pytest.mark.django_db
def test_work_that_is_begun_leaves_other_work_due() -> None:
    for name in ("other", NOTE.name):
        PeriodicRun.objects.create(name=name, begun_at=AT - DAY)

    assert PeriodicRun.objects.claim(NOTE.name, every=HOUR, at=AT)
    assert PeriodicRun.objects.get(name="other").begun_at == AT - DAY


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_work_is_done_by_one_of_many_workers(is_known: bool) -> None:
    if is_known:
        PeriodicRun.objects.create(name=NOTE.name, begun_at=AT - DAY)

    def work(_: int) -> None:
        try:
            run_due_work(AT, (NOTE,))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert called == [AT]


@pytest.mark.django_db
def test_work_that_fails_keeps_no_other_work_from_being_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done = run_due_work(AT, (FAIL, NOTE))

    assert done == ["note"]
    assert called == [AT]
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "Periodic work failed: fail"
    ]


@pytest.mark.django_db
def test_work_is_all_there_is() -> None:
    assert run_due_work(AT) == [work.name for work in periodic.WORK]
    assert run_due_work(AT) == []


def test_work_has_names_of_its_own() -> None:
    names = [work.name for work in periodic.WORK]

    assert len(set(names)) == len(names)


@pytest.mark.django_db
def test_sessions_past_their_time_are_removed() -> None:
    now = timezone.now()
    for key, at in {"old": now - HOUR, "new": now + HOUR}.items():
        Session.objects.create(session_key=key, session_data="", expire_date=at)

    periodic.remove_sessions(now)

    assert [session.session_key for session in Session.objects.all()] == ["new"]


def test_sessions_in_allauths_list_go_with_their_session(ann: User) -> None:
    now = timezone.now()
    Session.objects.create(session_key="kept", session_data="", expire_date=now + HOUR)
    for key, at in {"kept": now - 2 * DAY, "gone": now - 2 * DAY, "fresh": now}.items():
        row = UserSession.objects.create(user=ann, session_key=key, ip="127.0.0.1")
        UserSession.objects.filter(pk=row.pk).update(created_at=at)

    periodic.remove_sessions(now)

    keys = UserSession.objects.values_list("session_key", flat=True)
    assert sorted(keys) == ["fresh", "kept"]


def test_refresh_tokens_past_their_time_are_removed(ann: User) -> None:
    for digest, at in {"old": AT, "used": AT + HOUR}.items():
        RefreshToken.objects.create(
            user=ann, digest=digest, family="x", expires_at=at, used_at=AT - DAY
        )

    periodic.remove_refresh_tokens(AT)

    assert [token.digest for token in RefreshToken.objects.all()] == ["used"]


def test_idempotency_keys_past_their_time_are_removed(ann: User) -> None:
    for key, at in {"old": AT - DAY, "new": AT - HOUR}.items():
        IdempotencyKey.objects.create(user=ann, route="r", key=key, digest="", created_at=at)

    periodic.remove_idempotency_keys(AT)

    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


@pytest.mark.django_db
def test_limits_past_their_time_are_removed() -> None:
    for key, at in {"old": AT, "new": AT + HOUR}.items():
        Limit.objects.create(key=key, value=1, expires_at=at)

    periodic.remove_limits(AT)

    assert [limit.key for limit in Limit.objects.all()] == ["new"]


def test_invitations_past_their_time_are_removed(ann: User) -> None:
    for digest, at in {"old": AT, "new": AT + HOUR}.items():
        Invitation.objects.create(digest=digest, expires_at=at)

    periodic.remove_links(AT)

    assert [row.digest for row in Invitation.objects.all()] == ["new"]


def test_changes_of_address_past_their_time_are_removed(ann: User, ben: User) -> None:
    for user, at in {ann: AT, ben: AT + HOUR}.items():
        EmailChange.objects.create(user=user, old_digest=f"{user.pk}", expires_at=at)

    periodic.remove_links(AT)

    assert [row.user for row in EmailChange.objects.all()] == [ben]


def make_row(status: TaskResultStatus, at: datetime, path: str = "somewhere.task") -> DBTaskResult:
    """Make a row of the queue."""
    return DBTaskResult.objects.create(
        status=status,
        args_kwargs={"args": [], "kwargs": {}},
        task_path=path,
        backend_name="default",
        run_after=at,
        started_at=at,
        finished_at=None if status == TaskResultStatus.RUNNING else at,
        exception_class_path="",
        traceback="",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("status", [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED])
def test_tasks_that_ended_are_forgotten_after_two_weeks(status: TaskResultStatus) -> None:
    make_row(status, AT - 14 * DAY)
    young = make_row(status, AT - 13 * DAY)

    periodic.tidy_queue(AT)

    assert list(DBTaskResult.objects.all()) == [young]


@pytest.mark.django_db
def test_letters_that_were_sent_or_given_up_are_forgotten() -> None:
    path = "accounts.mail.deliver"
    make_row(TaskResultStatus.SUCCESSFUL, AT, path)
    make_row(TaskResultStatus.FAILED, AT, path)
    waiting = make_row(TaskResultStatus.READY, AT, path)
    other = make_row(TaskResultStatus.SUCCESSFUL, AT)

    periodic.forget_mail(AT)

    assert set(DBTaskResult.objects.all()) == {waiting, other}


@pytest.mark.django_db
def test_tasks_that_wait_are_never_forgotten() -> None:
    make_row(TaskResultStatus.READY, AT - 99 * DAY)

    periodic.tidy_queue(AT)

    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_tasks_that_never_ended_have_failed() -> None:
    lost = make_row(TaskResultStatus.RUNNING, AT - DAY)
    running = make_row(TaskResultStatus.RUNNING, AT - HOUR)

    periodic.tidy_queue(AT)

    lost.refresh_from_db()
    running.refresh_from_db()
    assert (lost.status, running.status) == (TaskResultStatus.FAILED, TaskResultStatus.RUNNING)
    assert lost.finished_at == AT

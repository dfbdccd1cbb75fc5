"""What is done again and again, by `manage.py worker`: remove rows past their time.

Whatever reads such rows hides them from that time on: this only keeps the tables small, so that
nothing goes wrong where no worker ever runs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.tasks import TaskResultStatus
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from accounts.mail import deliver
from accounts.models import EmailChange, Event, Invitation, Limit, RefreshToken
from focusflow.models import IdempotencyKey, PeriodicRun
from tasks.actions import empty_trash

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
# How long the queue remembers what was done: time enough to look at what failed.
TASKS_ARE_KEPT = timedelta(days=14)
# No task takes so long: its worker was killed.
TASK_IS_LOST = DAY


@dataclass(frozen=True)
class Work:
    """Some work: its name, how often it is done, and the path of a function of the instant."""

    name: str
    every: timedelta
    path: str

    def run(self, at: datetime) -> None:
        """Do it now."""
        cast("Callable[[datetime], None]", import_string(self.path))(at)


WORK = (
    Work("expired sessions", DAY, "focusflow.periodic.remove_sessions"),
    Work("expired refresh tokens", DAY, "focusflow.periodic.remove_refresh_tokens"),
    Work("expired idempotency keys", DAY / 24, "focusflow.periodic.remove_idempotency_keys"),
    Work("expired limits", DAY / 24, "focusflow.periodic.remove_limits"),
    Work("expired invitations and changes of address", DAY, "focusflow.periodic.remove_links"),
    Work("delivered mail", DAY / 24, "focusflow.periodic.forget_mail"),
    Work("history past its time", DAY, "focusflow.periodic.remove_history"),
    Work("tasks in the trash past their time", DAY, "focusflow.periodic.remove_trash"),
    Work("finished tasks", DAY, "focusflow.periodic.tidy_queue"),
)


def run_due_work(at: datetime, works: tuple[Work, ...] = WORK) -> list[str]:
    """Do what is due and nobody else has begun; return the names of what was done.

    What fails is in the log, and is tried again when it is due again.
    """
    done = []
    for work in works:
        if not PeriodicRun.objects.claim(work.name, every=work.every, at=at):
            continue
        try:
            work.run(at)
        except Exception:
            # One failure does not keep the other work, or the queue, from being done.
            logger.exception("Periodic work failed: %s", work.name)
        else:
            logger.info("Periodic work is done: %s", work.name)
            done.append(work.name)
    return done


def remove_sessions(at: datetime) -> None:
    """Remove sessions that have expired, and what allauth keeps of sessions that are gone."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    # A sign-in that happens now writes these rows one after the other.
    old = UserSession.objects.filter(created_at__lt=at - DAY)
    old.exclude(session_key__in=Session.objects.values("session_key")).delete()


def remove_refresh_tokens(at: datetime) -> None:
    """Remove refresh tokens that have expired; those used once are needed until then."""
    RefreshToken.objects.filter(expires_at__lte=at).delete()


def remove_idempotency_keys(at: datetime) -> None:
    """Remove idempotency keys that are no longer honoured."""
    IdempotencyKey.objects.expired(at).delete()


def remove_limits(at: datetime) -> None:
    """Remove counts against limits that no longer hold; guesses at sign-ins leave many."""
    Limit.objects.expired(at).delete()


def remove_links(at: datetime) -> None:
    """Remove invitations nobody used in time, and changes of address that came to nothing."""
    Invitation.objects.expired(at).delete()
    EmailChange.objects.expired(at).delete()


def forget_mail(at: datetime) -> None:
    """Remove letters from the queue that were sent, or given up: they are no log."""
    DBTaskResult.objects.finished().filter(task_path=deliver.module_path).delete()


def remove_history(at: datetime) -> None:
    """Remove events that are past the time for which HISTORY_DAYS keeps them."""
    Event.objects.expired(at).delete()


def remove_trash(at: datetime) -> None:
    """Delete the tasks for good that have been in the trash for its time."""
    empty_trash(at=at)


def tidy_queue(at: datetime) -> None:
    """Forget what was done long ago; call failed what a worker began and never ended."""
    DBTaskResult.objects.finished().filter(finished_at__lte=at - TASKS_ARE_KEPT).delete()
    lost = DBTaskResult.objects.running().filter(started_at__lte=at - TASK_IS_LOST)
    for task in lost:
        logger.error("Task %s was begun and never ended: %s", task.pk, task.task_path)
    lost.update(status=TaskResultStatus.FAILED, finished_at=at)

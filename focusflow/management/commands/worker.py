"""Does what waits in the queue, and the periodic work."""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Event, Thread
from time import monotonic
from typing import Any  # Options of a command hold values of every type.

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from accounts.history import Interface, coming_from
from focusflow.periodic import run_due_work

logger = logging.getLogger("focusflow.worker")

# Between two looks into the queue.
SECONDS_BETWEEN_LOOKS = 1
# Between two looks at the periodic work.
SECONDS_BETWEEN_PERIODIC = 60
# Before the next look at a database that failed.
SECONDS_AFTER_FAILURE = 5


class Command(BaseCommand):
    """Do what waits in the queue, and the periodic work, until Ctrl-C or SIGTERM."""

    help = (
        "Do what waits in the queue, and the periodic work, until Ctrl-C or SIGTERM; a task that "
        "was begun is ended first. `serve` starts one; several may run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take when to end."""
        parser.add_argument("--once", action="store_true", help="End when nothing waits.")
        parser.add_argument(
            "--until-stdin-closes", action="store_true", help="End with the program that writes."
        )

    def handle(self, *args: Any, once: bool, until_stdin_closes: bool, **options: Any) -> None:
        """Work until told to stop."""
        with coming_from(Interface.WORKER):
            if once:
                work_once()
            else:
                work_until(make_end(until_stdin_closes=until_stdin_closes))


def work_once() -> None:
    """Do all that is due and waits."""
    run_due_work(timezone.now())
    while run_next_task():
        pass


def make_end(*, until_stdin_closes: bool) -> Event:
    """Return an event that is set when the worker is told to stop."""
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    if until_stdin_closes:
        Thread(target=wait_for_end_of_input, args=(stopping,), daemon=True).start()
    return stopping


def work_until(stopping: Event) -> None:
    """Work until the event; a database that fails is tried again."""
    last_periodic = -float(SECONDS_BETWEEN_PERIODIC)
    while not stopping.is_set():
        pause: float = SECONDS_BETWEEN_LOOKS
        try:
            if monotonic() - last_periodic >= SECONDS_BETWEEN_PERIODIC:
                last_periodic = monotonic()
                run_due_work(timezone.now())
            if run_next_task():
                pause = 0
        except Error:
            logger.exception("The worker has to wait for the database.")
            pause = SECONDS_AFTER_FAILURE
        finally:
            connections.close_all()
        stopping.wait(pause)


def run_next_task() -> bool:
    """Run the task that is next in the queue; False where none waits.

    The library's worker takes SQLite's write lock to look, so that it is asked only when
    something is there.
    """
    if not DBTaskResult.objects.ready().exists():
        return False
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
    worker.run()
    return True


def wait_for_end_of_input(stopping: Event) -> None:
    """Tell to stop when whoever holds the other end of standard input has ended, or was killed."""
    # Not through sys.stdin: Python cannot end while a thread holds its lock.
    while os.read(sys.__stdin__.fileno() if sys.__stdin__ else 0, 1024):
        pass
    stopping.set()

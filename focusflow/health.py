"""Whether FocusFlow can answer: asked by load balancers, containers and `serve`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

# A check that waits longer than its caller is no answer; callers wait two seconds or more.
SECONDS = 1.5

asking = Lock()


class Schema:
    """What this process knows of the tables.

    Its code does not change, so that a database that was up to date once is asked no more.
    """

    is_current = False


def pending_migrations() -> list[str]:
    """Return the names of the migrations that the database lacks, in the order to run them."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def find_obstacle() -> str:
    """Return why FocusFlow cannot answer, in one sentence, after `SECONDS` at most; empty if ready.

    The database is asked in a thread: no timeout of a driver covers all ways not to answer. While
    one question is open no other is asked, so that a dead database does not collect threads.
    """
    end = monotonic() + SECONDS
    silence = "The database does not answer."
    if not asking.acquire(timeout=SECONDS):
        return silence
    answers: SimpleQueue[str] = SimpleQueue()
    Thread(target=answer_into, args=(answers, ask_database), daemon=True).start()
    with suppress(Empty):
        return answers.get(timeout=max(end - monotonic(), 0))
    return silence


def answer_into(answers: SimpleQueue[str], ask: Callable[[], str]) -> None:
    """Ask, leave no connection behind, and let the next one ask."""
    try:
        try:
            answer = ask()
        except Error:
            answer = "The database does not answer."
        finally:
            connection.close()
    finally:
        asking.release()
    answers.put(answer)


def ask_database() -> str:
    """Return what is wrong with the database, in one sentence; empty for nothing."""
    if not Schema.is_current:
        if pending_migrations():
            return "The database waits for `manage.py migrate`."
        Schema.is_current = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""

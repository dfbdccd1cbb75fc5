"""The worker: the queue, its start and its end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from focusflow.management.background import Background
from focusflow.management.commands import worker as command
from focusflow.models import PeriodicRun
from focusflow.periodic import WORK
from focusflow.tests.process import options, run, start
from focusflow.tests.queue_tasks import fail, write, write_slowly

# DEBUG serves pages without collected static files.
LOCAL = {"DEBUG": "true", "PUBLIC_URL": "http://localhost:8000"}

ENQUEUE = """
import django, sys
django.setup()
from focusflow.tests.queue_tasks import write_slowly
write_slowly.enqueue(sys.argv[1], float(sys.argv[2]))
"""


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "It does not happen."
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_worker_runs_what_waits(tmp_path: Path) -> None:
    file = tmp_path / "file"
    result = write.enqueue(str(file))
    waited = file.exists()

    call_command("worker", "--once")

    assert not waited
    assert file.read_text() == "done"
    assert DBTaskResult.objects.get(pk=result.id).status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db(transaction=True)
def test_worker_runs_nothing_of_a_transaction_that_failed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with transaction.atomic():
        write.enqueue(str(file))
        transaction.set_rollback(True)

    call_command("worker", "--once")

    assert not file.exists()


@pytest.mark.django_db(transaction=True)
def test_worker_goes_on_after_a_task_that_failed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    result = fail.enqueue("secret")
    write.enqueue(str(file))

    call_command("worker", "--once")

    assert file.read_text() == "done"
    assert DBTaskResult.objects.get(pk=result.id).status == TaskResultStatus.FAILED
    failures = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert failures == [f"Task id={result.id} path=focusflow.tests.queue_tasks.fail state=FAILED"]


@pytest.mark.django_db(transaction=True)
def test_worker_does_the_periodic_work() -> None:
    call_command("worker", "--once")

    names = PeriodicRun.objects.values_list("name", flat=True)
    assert set(names) == {work.name for work in WORK}


@pytest.mark.django_db(transaction=True)
def test_worker_waits_for_a_database_that_failed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping = Event()
    looks: list[None] = []

    def look() -> bool:
        looks.append(None)
        if len(looks) == 1:
            raise OperationalError("secret")
        stopping.set()
        return False

    monkeypatch.setattr(command, "run_next_task", look)
    monkeypatch.setattr(command, "SECONDS_AFTER_FAILURE", 0)

    command.work_until(stopping)

    assert len(looks) == 2
    assert "The worker has to wait for the database." in caplog.text


@pytest.mark.django_db(transaction=True)
def test_worker_holds_no_connection_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = Event()
    held = []

    def wait(seconds: float) -> bool:
        held.append(connection.connection)
        stopping.set()
        return True

    monkeypatch.setattr(stopping, "wait", wait)
    command.work_until(stopping)

    assert held == [None]


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variables of a FocusFlow whose database is ready."""
    variables = {"DATA_DIR": str(tmp_path_factory.mktemp("planner"))}
    assert run("migrate", **variables).returncode == 0
    return variables


def enqueue_slow(planner: dict[str, str], file: Path, seconds: float) -> None:
    """Put a task into the queue of that FocusFlow."""
    subprocess.run(
        [sys.executable, "-c", ENQUEUE, str(file), str(seconds)],
        **options(planner | {"DJANGO_SETTINGS_MODULE": "focusflow.settings"}),
        check=True,
        timeout=60,
    )


@pytest.mark.parametrize("end", ["SIGTERM", "SIGINT", "stdin"])
def test_worker_that_is_told_to_stop_ends_its_task_first(
    end: str, planner: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    enqueue_slow(planner, file, 1)
    program = [sys.executable, "manage.py", "worker", "--until-stdin-closes"]

    with subprocess.Popen(program, stdin=subprocess.PIPE, **options(planner)) as process:
        wait_until(lambda: file.exists() and file.read_text() == "begun")
        if end == "stdin":
            assert process.stdin is not None
            process.stdin.close()
        else:
            process.send_signal(signal.Signals[end])

    assert process.returncode == 0
    assert file.read_text() == "done"


@pytest.mark.parametrize(("option", "is_done"), [("--workers=1", True), ("--no-worker", False)])
def test_serve_has_a_worker_beside_it(
    option: str, is_done: bool, planner: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    enqueue_slow(planner, file, 0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])

    with start("serve", option, **planner, **LOCAL, PORT=port) as server:
        # Before that it may not know yet how to end.
        wait_until(lambda: is_listening(port))
        if is_done:
            wait_until(file.exists)
        else:
            # The other case takes less.
            time.sleep(5)
        server.terminate()
        assert server.stdout is not None
        # Until the last process has ended that may write to it.
        shown = server.stdout.read()

    assert file.exists() == is_done
    assert server.returncode == 0
    assert shown.count("\n") == 1
    call_worker_to_the_end(planner)


def is_listening(port: str) -> bool:
    """Say whether a server takes connections."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", int(port))) == 0


def call_worker_to_the_end(planner: dict[str, str]) -> None:
    """Leave an empty queue to the other tests of this FocusFlow."""
    assert run("worker", "--once", **planner).returncode == 0


def test_task_is_described_by_its_module() -> None:
    assert write_slowly.module_path == "focusflow.tests.queue_tasks.write_slowly"


def note_start(file: Path, then: str) -> list[str]:
    """Return a program that adds a letter to a file, and then does something."""
    code = f"open({str(file)!r}, 'a').write('x')\nimport os, sys, time, signal\n{then}"
    return [sys.executable, "-c", code]


def starts(file: Path) -> int:
    return len(file.read_text()) if file.exists() else 0


def test_background_program_that_ends_is_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "starts"
    background = Background(note_start(file, "sys.exit(3)"), pause=0.01)

    background.start()
    wait_until(lambda: starts(file) >= 3)
    background.stop(10)
    count = starts(file)
    time.sleep(0.3)

    assert starts(file) == count
    assert "The worker ended with 3 and is started again." in caplog.text


def test_background_program_is_not_started_again_at_once(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    background = Background(note_start(file, ""), pause=60)

    background.start()
    wait_until(lambda: starts(file) == 1)
    time.sleep(0.5)
    background.stop(10)

    assert starts(file) == 1


def test_background_program_is_restarted_quietly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "starts"
    then = "signal.signal(signal.SIGTERM, lambda *_: sys.exit())\nprint()\ntime.sleep(60)"
    background = Background(note_start(file, then), pause=0.01)

    with caplog.at_level(logging.ERROR):
        background.start()
        wait_until(lambda: starts(file) == 1)
        time.sleep(0.3)
        background.restart()
        wait_until(lambda: starts(file) == 2)
        time.sleep(0.3)
        background.stop(10)

    assert caplog.text == ""


def test_background_program_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "starts"
    then = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)"
    background = Background(note_start(file, then), pause=0.01)
    background.start()
    wait_until(lambda: starts(file) == 1)
    time.sleep(0.3)

    background.stop(0.1)

    assert background.process is not None
    assert background.process.returncode == -signal.SIGKILL


def test_background_program_that_was_never_started_is_stopped() -> None:
    background = Background([])

    background.restart()
    background.stop(1)

    assert background.process is None


def test_background_program_is_out_of_the_terminals_reach(tmp_path: Path) -> None:
    background = Background([sys.executable, "-c", "import time\ntime.sleep(60)"])

    background.start()
    assert background.process is not None
    group = os.getpgid(background.process.pid)
    background.stop(10)

    assert group != os.getpgrp()

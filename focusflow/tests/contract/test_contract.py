"""A running server keeps what its OpenAPI document says: no 5xx, no answer that is not in it.

Schemathesis makes the requests from the document, so that a new operation joins by itself. It runs
as its own program against a process of its own: what stands between the two is what stands between
any client and FocusFlow, the application server with its idea of HTTP included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any  # JSON

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from accounts.tests.make import PASSWORD
from focusflow.tests.contract.refusals import REFUSALS, is_accepted
from focusflow.tests.server import Server, empty_database

FOLDER = Path(__file__).parent
# Each may end the account, or the sessions, of the person who asks.
ENDING = ("users_update", "users_partial_update", "users_destroy")
# After each, the person who asked is signed out.
LEAVING = (
    "users_me_sign_out_create",
    "users_me_deactivation_create",
    "users_me_deletion_create",
)
# What gives those rows to work on.
SUPPLYING = ("users_create", "users_list")

LEAVERS = dict(zip(LEAVING, (("carl", "cora"), ("dirk", "dora"), ("emil", "emma")), strict=True))
# The first two tasks and habits are those of the document's examples; schemathesis.toml knows the
# others, and the days that habits have check-ins on.
PEOPLE = f"""
from django.utils import timezone
from accounts.models import User
from habits.models import CheckIn, Habit
from tasks.models import Task
for name in ("ann", "ben", *{sum(LEAVERS.values(), ())!r}):
    User.objects.create_user(f"{{name}}@example.org", {PASSWORD!r}, name=name)
ann = User.objects.get(email="ann@example.org")
Task.objects.create(user=ann, title="Kept")
Task.objects.create(user=ann, title="Kept, too")
for _ in range(8):
    Task.objects.create(user=ann, title="Thrown away", deleted_at=timezone.now())
for _ in range(10):
    habit = Habit.objects.create(user=ann, name="Read", frequency="daily", start_date="1900-01-02")
    for day in ("1900-01-02", "2024-02-29"):
        CheckIn.objects.create(user=ann, habit=habit, day=day)
User.objects.create_superuser("olga@example.org", {PASSWORD!r}, name="olga")
"""
UNLIMITED = {
    f"{name}_RATE_PER_{whom}": "1000000000"
    for name, whom in (("API", "PERSON"), ("API", "ADDRESS"), ("PASSWORD", "PERSON"))
}
SECONDS = 600


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Return a server with the people of people.yaml, killed at the end."""
    # Thousands of requests tell no more of which lines have tests, and take twice as long.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    with empty_database(tmp_path) as database:
        # A log that nobody reads would fill its pipe, and stop the server.
        server = Server(database | UNLIMITED | {"LOG_LEVEL": "error"})
        server.command("shell", "--command", PEOPLE)
        server.start()
        yield server
        server.kill()


@cache
def operations() -> dict[str, str]:
    """Return the document's operations: from each one's id to its method and path."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return {
        operation["operationId"]: f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def examine(server: Server, folder: Path, *options: str) -> set[str]:
    """Let Schemathesis examine a server; return the operations that did what they are for."""
    report = folder / "report.json"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli"),
            f"--config-file={FOLDER / 'schemathesis.toml'}",
            *("run", f"{server.url}/api/schema/", "--no-color"),
            *("--report=json", f"--report-json-path={report}"),
            *options,
        ],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "focusflow.tests.contract.hooks"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rates = json.loads(report.read_text())["valid_rates"]
    return {
        label
        for label, phases in rates.items()
        if any(phase["accepted"] for phase in phases.values())
    }


def test_server_keeps_its_document(server: Server, tmp_path: Path) -> None:
    left_out = (*ENDING, *LEAVING)
    done = examine(server, tmp_path, *(f"--exclude-operation-id={name}" for name in left_out))

    # Had all requests to one been refused, nothing would be known of it.
    assert done == {label for name, label in operations().items() if name not in left_out}


def test_server_keeps_its_document_to_the_end(server: Server, tmp_path: Path) -> None:
    left = set()
    for name, people in LEAVERS.items():
        by = sign_in(server, tmp_path, *people)
        left |= examine(server, tmp_path, by, f"--include-operation-id={name}")
    done = examine(
        server,
        tmp_path,
        sign_in(server, tmp_path, "ann", "ben", "olga"),
        *(f"--include-operation-id={name}" for name in (*SUPPLYING, *ENDING)),
    )

    assert left == {operations()[name] for name in LEAVING}
    assert done == {operations()[name] for name in (*SUPPLYING, *ENDING)}


def sign_in(server: Server, folder: Path, *names: str) -> str:
    """Return the option by which these people ask, in place of those of people.yaml.

    They are signed in once, since who has lost the account cannot again.
    """
    roles = ("ann", "ben", "olga")[: len(names)]
    entries = [entry(role, token_of(server, name)) for role, name in zip(roles, names, strict=True)]
    people = folder / f"{'-'.join(names)}.json"
    people.write_text(json.dumps({"auth": entries}))
    return f"--auth-wfc={people}"


def token_of(server: Server, name: str) -> str:
    """Sign a person in; return their access token."""
    return server.sign_in({"email": f"{name}@example.org", "password": PASSWORD})


def entry(role: str, token: str) -> dict[str, Any]:
    """Return an entry of people.yaml for whoever has the access token."""
    return {"name": role, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_refusal_is_of_an_operation_that_is_there(refusal: Any) -> None:
    assert any(fnmatchcase(name, refusal.operations) for name in operations())


@pytest.mark.parametrize(
    ("operation", "status", "errors", "expected"),
    [
        ("tasks_list", 400, [{"parameter": "cursor"}], True),
        ("tasks_create", 400, [{"pointer": "#/category"}], True),
        ("tasks_create", 400, [{"pointer": "#/category"}, {"pointer": "#/title"}], False),
        ("tasks_create", 400, [{"pointer": "#/title"}], False),
        ("tasks_create", 400, None, False),
        ("habits_create", 400, [{"pointer": "#/category"}], False),
        ("users_destroy", 409, None, True),
        ("tasks_destroy", 409, None, False),
        ("tasks_complete_create", 409, None, True),
        ("tasks_complete_create", 400, [{"pointer": "#/cascade"}], False),
        ("tasks_bulk_create", 400, [{"pointer": "#/cascade"}, {"pointer": "#/tags"}], True),
        ("filters_place_create", 400, [{"pointer": "#/after"}], True),
        ("filters_create", 400, [{"pointer": "#/after"}], False),
    ],
)
def test_refusal_is_accepted_at_its_place_alone(
    operation: str, status: int, errors: list[dict[str, str]] | None, expected: bool
) -> None:
    problem = {} if errors is None else {"errors": errors}

    assert is_accepted(operation, status, problem) is expected

"""Run ``manage.py`` in a process of its own, for what tests of one process cannot see."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any  # Options of subprocess are of every type.

from django.conf import settings

# All that .env.example names, so that no .env decides: a small production server.
ENVIRONMENT = {
    "DEBUG": "false",
    "SECRET_KEY": "key-of-the-tests-which-is-as-long-as-one-of-production-has-to-be",
    "SECRET_KEY_FALLBACKS": "",
    "PUBLIC_URL": "https://planner.example.org",
    "ALLOWED_HOSTS": "",
    "DATA_DIR": "",
    "DATABASE_URL": "",
    "DATABASE_POOL_SIZE": "10",
    "JWT_SIGNING_KEY": "",
    # Tests read what commands print: requests would be between.
    "LOG_LEVEL": "warning",
    "LOG_FORMAT": "",
    "REGISTRATION": "",
    "EMAIL_URL": "",
    "EMAIL_FROM": "",
    "HISTORY_DAYS": "0",
    "METRICS_TOKEN": "",
    "PORT": "8000",
    "FIRST_ACCOUNT_EMAIL": "",
    "API_RATE_PER_PERSON": "600",
    "API_RATE_PER_ADDRESS": "1200",
    "PASSWORD_RATE_PER_PERSON": "10",
    "TRUSTED_PROXIES": "0",
    "TARGET_DATABASE_URL": "",
}


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, on the embedded database unless the variables say otherwise."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        **options(variables),
        capture_output=True,
        check=False,
        timeout=120,
    )


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start a command as a terminal would: in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        **options(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0,
    )


@contextmanager
def running(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command, and tell it to stop at the end, also when a test failed meanwhile."""
    with start(*arguments, **variables) as process:
        try:
            yield process
        finally:
            process.terminate()


def options(variables: dict[str, str]) -> dict[str, Any]:
    """Return what both ways to start have in common."""
    return {
        "cwd": settings.BASE_DIR,
        "env": os.environ | ENVIRONMENT | variables,
        "text": True,
    }


def parent_of(pid: int) -> int | None:
    """Return the id of a living process's parent, on Linux; None where there is no such process."""
    with suppress(OSError):
        # The name before it, in parentheses, may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in {"Z", "X"} else int(fields[1])
    return None


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's living children, on Linux, the oldest first as a rule."""
    everybody = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return sorted(other for other in everybody if parent_of(other) == pid)

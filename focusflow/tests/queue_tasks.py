"""Tasks for tests of the queue, in a module that processes of their own can import."""

from __future__ import annotations

import time
from pathlib import Path

from django.tasks import task


@task
def write(path: str) -> None:
    """Say in a file that the task ran."""
    Path(path).write_text("done")


@task
def write_slowly(path: str, seconds: float) -> None:
    """Say in a file that the task began, and after a while that it ended."""
    Path(path).write_text("begun")
    time.sleep(seconds)
    Path(path).write_text("done")


@task
def fail(word: str) -> None:
    """Fail with words that are nobody's business."""
    raise ValueError(word)

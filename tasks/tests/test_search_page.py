"""The examples of docs/search.md do what the page says."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from accounts.models import User
from tasks.models import Task
from tasks.tests.make import make_task

PAGE = settings.BASE_DIR / "docs" / "search.md"
ROWS = re.findall(r"^\| `([^`]+)` \| (.+?)(?:, and not: (.+))? \|$", PAGE.read_text(), re.MULTILINE)


def test_page_has_examples() -> None:
    assert len(ROWS) == 10


@pytest.mark.parametrize(("text", "found", "other"), ROWS)
def test_example_of_the_page(text: str, found: str, other: str, ann: User) -> None:
    make_task(ann, found)
    make_task(ann, other or "Something else")

    assert [task.title for task in Task.objects.search(text)] == [found]

"""Tests marked ``browser`` drive Chromium: they are skipped where there is none, save in CI."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of the machine's Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here; CI has to have what it takes, and fails without."""
    if os.environ.get("CI") or find_chromium():
        return
    reason = pytest.mark.skip(reason="Chromium is missing (Debian: apt install chromium).")
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(reason)

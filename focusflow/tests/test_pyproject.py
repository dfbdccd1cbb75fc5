"""The gates know of every app and module."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any  # A TOML document holds values of every type.

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


@pytest.fixture(scope="module")
def tools() -> dict[str, Any]:
    tools: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    return tools


def test_gates_look_at_every_app(tools: dict[str, Any]) -> None:
    apps = sorted(path.parent.name for path in ROOT.glob("[!.]*/apps.py"))
    imports = tools["importlinter"]

    assert sorted(tools["pytest"]["ini_options"]["testpaths"]) == apps
    assert sorted(tools["coverage"]["run"]["source"]) == apps
    assert sorted(imports["root_packages"]) == apps
    assert sorted(imports["contracts"][1]["containers"]) == apps


def test_requirements_are_pinned_each_with_its_reason() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    named = [number for number, line in enumerate(lines) if line and not line.startswith("#")]

    assert len(named) > 10
    for number in named:
        assert re.match(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][0-9.]*(;|$)", lines[number])
        # Of its own, or with its sibling above.
        assert lines[number - 1].startswith("# ") or number - 1 in named


def test_layers_of_packages_name_every_module_that_spans_apps(tools: dict[str, Any]) -> None:
    # Import-linter's `exhaustive` sees this inside packages alone.
    layers = " ".join(tools["importlinter"]["contracts"][0]["layers"])
    files = [*ROOT.glob("focusflow/*.py"), *(ROOT / "focusflow").glob("*/__init__.py")]
    modules = {file.parent.name if file.stem == "__init__" else file.stem for file in files}

    assert modules - {"focusflow"} <= set(re.findall(r"focusflow\.(\w+)", layers))

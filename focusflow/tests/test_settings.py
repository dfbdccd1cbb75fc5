"""What is read from the environment, and what a wrong value says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from focusflow.settings import POSTGRESQL, SQLITE, read_database_url
from focusflow.tests.process import ENVIRONMENT, run

ROOT = Path(settings.BASE_DIR)
READ = re.compile(
    r"""(?:\benv\.\w+\(|\bread_(?:bool|int|choice)\(|\benviron(?:\.\w+\(|\[))\s*["']([A-Z_]+)["']"""
)
EXAMPLE = re.compile(r"^#?([A-Z_]+)=(.*)$", re.MULTILINE)


def read_example() -> dict[str, str]:
    return dict(EXAMPLE.findall((ROOT / ".env.example").read_text()))


def test_env_example_names_each_variable_that_is_read() -> None:
    files = [ROOT / "focusflow/settings.py", *ROOT.glob("*/management/commands/*.py")]

    names = {name for file in files for name in READ.findall(file.read_text())}

    assert set(read_example()) == names
    assert set(ENVIRONMENT) == names


def test_env_example_shows_defaults_that_start(tmp_path: Path) -> None:
    values = read_example() | {"SECRET_KEY": ENVIRONMENT["SECRET_KEY"], "DATA_DIR": str(tmp_path)}

    result = run("check", **values)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DEBUG", "perhaps", "DEBUG is 'perhaps': set it to true or false."),
        ("SECRET_KEY", "", "SECRET_KEY is not set. Run `make setup`"),
        ("PUBLIC_URL", "", "PUBLIC_URL is '': set it to the address"),
        ("PUBLIC_URL", "planner.example.org", "PUBLIC_URL is 'planner.example.org': set it"),
        ("PUBLIC_URL", "ftp://planner.example.org", "PUBLIC_URL is 'ftp://planner.example.org'"),
        ("DATA_DIR", "manage.py/data", "which cannot be made"),
        ("DATABASE_URL", "mysql://localhost/focusflow", "DATABASE_URL starts with 'mysql': use"),
        ("DATABASE_URL", "postgres://localhost", "DATABASE_URL names no database"),
        ("DATABASE_URL", "sqlite://:memory:", "DATABASE_URL names no database"),
        ("DATABASE_POOL_SIZE", "many", "DATABASE_POOL_SIZE is 'many': set it to a whole number"),
        ("DATABASE_POOL_SIZE", "0", "a whole number from 1 to 500"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud': set it to one of debug, error, info, warning"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is 'xml': set it to one of json, text."),
        ("METRICS_TOKEN", "short", "METRICS_TOKEN is shorter than 20 characters"),
    ],
)
def test_wrong_value_stops_the_start_with_one_sentence(
    name: str, value: str, sentence: str
) -> None:
    result = run("check", **{name: value})

    assert result.returncode == 1
    assert result.stderr.startswith("FocusFlow cannot start: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_wrong_value_shows_where_on_demand() -> None:
    result = run("check", "--traceback", DEBUG="perhaps")

    assert result.returncode == 1
    assert "Traceback" in result.stderr


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (
            "postgres://ann@db.example.org/planner?sslmode=verify-full&sslrootcert=/etc/ca.pem",
            POSTGRESQL["OPTIONS"] | {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"},
        ),
        ("postgres://ann@db.example.org/planner", POSTGRESQL["OPTIONS"]),
        ("sqlite:////srv/planner.sqlite3?timeout=3", SQLITE["OPTIONS"] | {"timeout": 3}),
    ],
)
def test_database_url_keeps_its_own_options(url: str, options: dict[str, object]) -> None:
    assert read_database_url(url, "DATABASE_URL")["OPTIONS"] == options


def test_signing_key_that_is_too_short_stops_the_start() -> None:
    result = run("check", JWT_SIGNING_KEY="short")

    assert result.returncode == 1
    assert "JWT_SIGNING_KEY is shorter than 32 bytes." in result.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS"])
def test_secret_key_that_is_too_short_stops_the_start(name: str) -> None:
    result = run("check", **{name: "short"})

    assert result.returncode == 1
    assert "is shorter than 32 bytes." in result.stderr


def test_secret_keys_before_are_read() -> None:
    before = ",".join(letter * 40 for letter in "ab")
    code = "from django.conf import settings; print(settings.SECRET_KEY_FALLBACKS)"

    result = run("shell", "--no-imports", "-c", code, SECRET_KEY_FALLBACKS=before)

    assert result.stdout.strip() == str(before.split(","))


def test_debug_is_off_unless_it_is_set() -> None:
    # Read from the source: on a developer's machine .env may set it.
    assert (
        'DEBUG = read_bool("DEBUG", default=False)'
        in (ROOT / "focusflow/settings.py").read_text().splitlines()
    )


def test_debug_needs_no_variables(tmp_path: Path) -> None:
    result = run("check", DEBUG="yes", SECRET_KEY="", PUBLIC_URL="http://localhost:8000")

    assert result.returncode == 0, result.stderr


def test_production_on_the_embedded_database_has_no_warning(tmp_path: Path) -> None:
    result = run("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path))

    assert result.returncode == 0, result.stderr

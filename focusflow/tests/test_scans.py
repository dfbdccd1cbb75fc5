"""What the gate looks for in the project itself: secrets, and licences that do not fit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

# Put together where they would be found, so that this file holds none.
RANDOM = "x7Gk2vQpLr9sT0uWzYbAc4DeFgH"
SECRETS = {
    "an Amazon key": "AKIA" + "IOSFODNN7EXAMPLE",
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "an OpenSSH key": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "a web token": "x = 'eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + RANDOM + "'",
    "a token of ours": "ffp_" + RANDOM + RANDOM,
    "SECRET_KEY in an .env": "SECRET_KEY=" + RANDOM,
    "SECRET_KEY in a module": f'SECRET_KEY = "{RANDOM}"',
    "a key in YAML": f"jwt_signing_key: '{RANDOM}'",
    "a key in JSON": f'{{"password": "{RANDOM}"}}',
    "a hexadecimal one": "METRICS_TOKEN=" + "9f86d081" + "884c7d65",
    "an address": f"postgres://focusflow:{RANDOM}@db.example.org/focusflow",
}


def run_tool(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a program of bin/."""
    command = [sys.executable, f"{settings.BASE_DIR}/bin/{name}", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_secret_is_found_and_not_shown(secret: str, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_text(f"first line\n{secret}\n")

    done = run_tool("find_secrets.py", file)

    assert done.returncode == 1
    assert f"{file}:2: " in done.stdout
    assert secret not in done.stdout


@pytest.mark.parametrize("name", [".env", "id_ed25519", "server.pem", ".pgpass"])
def test_file_that_holds_secrets_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("")

    assert run_tool("find_secrets.py", tmp_path / name).returncode == 1


def test_word_is_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "file.py"
    file.write_text(
        'password = "correct horse battery staple"\n'
        'TOKEN_STRATEGY = "accounts.tokens.RotatingTokenStrategy"\n'
        "secret = secrets.token_urlsafe(32)\n"
        "SECRET_KEY=\n"
        f"SECRET_KEY={RANDOM}  # not a secret: an example\n"
    )

    assert run_tool("find_secrets.py", file).returncode == 0


def list_licences(folder: Path, requirements: str) -> subprocess.CompletedProcess[str]:
    """List the licences of a project in a folder."""
    (folder / "requirements.txt").write_text(requirements)
    return run_tool(
        "list_licences.py", "--requirements", folder / "requirements.txt", "--project", folder
    )


def test_licences_fit() -> None:
    done = run_tool("list_licences.py")

    assert done.returncode == 0, done.stdout
    assert "psycopg-pool" in done.stdout
    assert "DOES NOT FIT" not in done.stdout


def test_licence_that_cannot_be_combined_is_refused(tmp_path: Path) -> None:
    # GPL-2.0-only: it may test FocusFlow, beside it, and not be imported by it.
    done = list_licences(tmp_path, "codespell\n")

    assert done.returncode == 1
    assert "DOES NOT FIT: codespell" in done.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Permission is hereby granted, free of charge, to any person", 0),
        ("Apache License\n   Version 2.0, January 2004", 0),
        ("All rights reserved.", 1),
        (None, 1),
    ],
)
def test_front_end_files_of_others_need_a_licence(
    text: str | None, code: int, tmp_path: Path
) -> None:
    folder = tmp_path / "focusflow" / "static" / "focusflow" / "vendor" / "htmx-2.0.8"
    folder.mkdir(parents=True)
    (folder / "htmx.min.js").write_text("")
    if text is not None:
        (folder / "LICENSE").write_text(text)

    done = list_licences(tmp_path, "")

    assert done.returncode == code
    assert "vendor/htmx-2.0.8" in done.stdout


def test_front_end_file_of_nobody_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "focusflow" / "static" / "focusflow"
    folder.mkdir(parents=True)
    (folder / "chart.min.js").write_text("")

    assert list_licences(tmp_path, "").returncode == 1

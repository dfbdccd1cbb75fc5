"""What lies in deploy/ and bin/: read, where nothing here can run it."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from focusflow.management.commands.serve import Command

ROOT = Path(settings.BASE_DIR)
UNIT = (ROOT / "deploy/focusflow.service").read_text()
COMPOSE = (ROOT / "deploy/compose.yaml").read_text()
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()


def test_setup_writes_secrets_for_their_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("bin/setup", ".env.example", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    # As most people have it.
    setup = ["sh", "-c", "umask 022; bin/setup"]

    keys = []
    for _ in range(2):
        (tmp_path / ".env").unlink(missing_ok=True)
        subprocess.run(setup, cwd=tmp_path, check=True, capture_output=True)
        assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
        keys += re.findall(r"^SECRET_KEY=(.*)$", (tmp_path / ".env").read_text(), re.MULTILINE)
    subprocess.run(setup, cwd=tmp_path, check=True, capture_output=True)

    assert len({*keys}) == len(keys) == 2
    assert min(map(len, keys)) >= 50
    # What is there already stays.
    assert keys[1] in (tmp_path / ".env").read_text()


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "PUBLIC_URL"])
def test_containers_start_with_no_secret_of_everybodys(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}(:.*?|)\}}", COMPOSE)

    # `:?` refuses to start without one.
    assert ":?" in uses
    assert set(uses) <= {":?", ""}


def test_containers_may_do_little() -> None:
    assert "cap_drop: [ALL]" in COMPOSE
    assert "no-new-privileges:true" in COMPOSE
    assert "read_only: true" in COMPOSE
    assert re.search(r"^USER focusflow$", DOCKERFILE, re.MULTILINE)
    # Of the ports, the server's alone, to this machine alone.
    assert re.findall(r"ports: \[(.*)\]", COMPOSE) == ['"127.0.0.1:8000:8000"']


def test_image_holds_what_is_named_and_nothing_else() -> None:
    lines = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]

    assert rules[0] == "*"
    assert {rule for rule in rules if rule.startswith("!")} == {
        "!accounts",
        "!focusflow",
        "!habits",
        "!tasks",
        "!journal",
        "!templates",
        "!manage.py",
        "!requirements.txt",
        "!LICENSE",
        "!.env.example",
    }
    assert "**/tests" in rules


@pytest.mark.parametrize(
    "setting",
    [
        "User=focusflow",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "StateDirectoryMode=0700",
        "UMask=0077",
        "EnvironmentFile=/etc/focusflow.env",
    ],
)
def test_service_may_do_little(setting: str) -> None:
    assert setting in UNIT.splitlines()


def test_server_listens_to_this_machine_alone() -> None:
    parser = Command().create_parser("manage.py", "serve")

    assert parser.parse_args([]).host == "127.0.0.1"


@pytest.mark.parametrize("path", [".env", ".venv/", "*.sqlite3", "/data/"])
def test_secrets_and_rows_are_kept_out_of_the_sources(path: str) -> None:
    assert path in (ROOT / ".gitignore").read_text().splitlines()

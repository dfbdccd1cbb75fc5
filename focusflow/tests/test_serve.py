"""The server's start and end."""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from focusflow.management.commands.serve import check_migrations, describe, find_free_address
from focusflow.tests.process import children_of, options, run, running, start

# DEBUG serves pages without collected static files.
LOCAL = {"DEBUG": "true", "PUBLIC_URL": "http://localhost:8000"}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def read_greeting(port: int, seconds: float = 30) -> str:
    """Return what the server answers, once its workers are up."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/") as answer:
                return str(json.load(answer)["message"])
        except OSError:
            assert time.monotonic() < end, "The server does not answer."
            time.sleep(0.1)


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variables of a FocusFlow whose database is ready."""
    variables = LOCAL | {"DATA_DIR": str(tmp_path_factory.mktemp("planner"))}
    assert run("migrate", **variables).returncode == 0
    return variables


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_until_it_is_told_to_stop(
    number: signal.Signals, port: int, planner: dict[str, str]
) -> None:
    with start("serve", **planner, PORT=str(port)) as server:
        assert server.stdout is not None
        first = server.stdout.readline()
        greeting = read_greeting(port)
        # To the whole group, as a terminal sends Ctrl-C.
        os.killpg(server.pid, number)
        rest = server.stdout.read()

    assert first == f"FocusFlow is at http://localhost:{port}/ (Ctrl-C stops it)\n"
    assert greeting == "FocusFlow API running 🚀"
    assert rest == ""
    assert server.returncode == 0


def exchange(port: int, sent: bytes) -> bytes:
    """Return all that the server answers to these bytes, until it closes or is silent."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(sent)
        with contextlib.suppress(TimeoutError):
            while block := line.recv(65536):
                received += block
    return received


# A second request is hidden in the body of the first: whoever believes the other length sees it.
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_serve_takes_a_message_for_one_message(port: int, planner: dict[str, str]) -> None:
    head = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\n"
    close = b"Connection: close\r\n\r\n"
    both = b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n" % (5 + len(HIDDEN))
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)

    with start("serve", **planner, PORT=str(port)) as server:
        read_greeting(port)
        answers = {
            "both": exchange(port, head + both + b"\r\n0\r\n\r\n" + HIDDEN),
            "chunked": exchange(port, head + b"Transfer-Encoding: chunked\r\n" + close + chunked),
            "two lengths": exchange(
                port, head + b"Content-Length: 0\r\nContent-Length: 44\r\n" + close + HIDDEN
            ),
            "strange": exchange(
                port, head + b"Transfer-Encoding: xchunked\r\n" + close + b"0\r\n\r\n" + HIDDEN
            ),
            "upgrade": exchange(
                port,
                b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                b"Connection: Upgrade, close\r\n\r\n",
            ),
            "trace": exchange(
                port, b"TRACE /admin/ HTTP/1.1\r\nHost: localhost\r\nCookie: secret\r\n" + close
            ),
        }
        os.killpg(server.pid, signal.SIGTERM)

    first = {name: answer.partition(b"\r\n")[0] for name, answer in answers.items()}
    # One answer to each, never one to what was hidden.
    assert {name: answer.count(b"HTTP/1.1 ") for name, answer in answers.items()} == dict.fromkeys(
        answers, 1
    ), answers
    assert first["both"] in {b"HTTP/1.1 400 Bad Request", b"HTTP/1.1 405 Method Not Allowed"}
    assert first["chunked"] == b"HTTP/1.1 405 Method Not Allowed"
    assert first["two lengths"] == first["strange"] == b"HTTP/1.1 400 Bad Request"
    assert first["upgrade"] == b"HTTP/1.1 200 OK"
    assert first["trace"] == b"HTTP/1.1 405 Method Not Allowed"
    assert b"secret" not in answers["trace"]


def test_serve_stops_when_its_terminal_closes(port: int, planner: dict[str, str]) -> None:
    leader, terminal = os.openpty()
    command = [sys.executable, "manage.py", "serve"]
    with subprocess.Popen(
        command, stdin=terminal, **options(planner | {"PORT": str(port)})
    ) as server:
        read_greeting(port)
        server.send_signal(signal.SIGHUP)
    os.close(terminal)
    os.close(leader)

    assert server.returncode == 0


def test_serve_keeps_a_connection_whose_request_it_refused_before_its_body_came(
    port: int, planner: dict[str, str]
) -> None:
    client = http.client.HTTPConnection("localhost", port, timeout=10)
    with running("serve", "--no-worker", **planner, PORT=str(port)), closing(client):
        read_greeting(port)
        client.putrequest("POST", "/api/v1/tasks/")
        client.putheader("Authorization", "Bearer ffp_none")
        client.putheader("Content-Length", "2")
        client.endheaders()
        time.sleep(0.2)
        client.send(b"{}")
        refused = client.getresponse()
        refused.read()
        time.sleep(0.2)
        client.request("GET", "/healthz")
        kept = client.getresponse()
        kept.read()

    assert (refused.status, kept.status) == (401, 200)


def test_serve_that_is_killed_leaves_the_port(port: int, planner: dict[str, str]) -> None:
    with start("serve", **planner, PORT=str(port)) as server:
        read_greeting(port)
        server.kill()
        # The workers hold the other end of this pipe until the last of them has ended.
        assert server.stdout is not None
        server.stdout.read()

    assert find_free_address("127.0.0.1", port) == "127.0.0.1"


def wait_for_worker(server: subprocess.Popen[str], port: int, *, not_before: int = 0) -> int:
    """Return the id of the one process that answers, once it is another one and does."""
    end = time.monotonic() + 30
    while not (found := [pid for pid in children_of(server.pid) if pid != not_before]):
        assert server.poll() is None, "The server ended."
        assert time.monotonic() < end, "No other process was started."
        time.sleep(0.05)
    read_greeting(port)
    return found[0]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the processes in /proc")
def test_serve_goes_on_when_its_process_is_killed_again_and_again(
    port: int, planner: dict[str, str]
) -> None:
    command = ("serve", "--workers", "1", "--no-worker")
    with running(*command, **planner, PORT=str(port)) as server:
        worker = wait_for_worker(server, port)
        for _ in range(3):
            os.kill(worker, signal.SIGKILL)
            worker = wait_for_worker(server, port, not_before=worker)

    assert server.returncode == 0


def test_serve_whose_application_cannot_be_loaded_ends(port: int, planner: dict[str, str]) -> None:
    broken = {"DJANGO_SETTINGS_MODULE": "focusflow.tests.broken_settings"}

    result = run("serve", "--no-worker", **planner, **broken, PORT=str(port))

    assert result.returncode == 1
    assert "No module named 'nowhere'" in result.stderr


@pytest.mark.django_db(transaction=True)
def test_serve_hands_no_connection_to_its_workers() -> None:
    connection.ensure_connection()

    check_migrations()

    assert connection.connection is None


def test_serve_on_taken_port_says_so(taken_port: int) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("serve", f"--port={taken_port}")

    assert str(caught.value) == (
        f"Port {taken_port} is taken: stop the other program or set PORT to another number."
    )


def test_serve_on_port_of_administrators_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Root may take any port.
    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(CommandError, match="Port 80 is for administrators"):
        call_command("serve", port=80)


def test_serve_on_foreign_address_says_so(port: int) -> None:
    with pytest.raises(CommandError, match=r"cannot listen at 192\.0\.2\.1"):
        call_command("serve", host="192.0.2.1", port=port)


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "65536"], ["--workers", "two"]])
def test_serve_with_wrong_number_says_so(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="is not a whole number from 1 to"):
        call_command("serve", *arguments)


def test_serve_with_wrong_port_in_the_environment_says_so() -> None:
    result = run("serve", PORT="http")

    assert result.returncode == 1
    assert result.stderr == (
        "FocusFlow cannot start: PORT is 'http': set it to a whole number from 1 to 65535.\n"
    )


def test_serve_without_static_files_says_so(port: int, settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    with pytest.raises(CommandError, match="static files are not collected"):
        call_command("serve", port=port)


def test_serve_on_empty_database_says_so(port: int, tmp_path: Path) -> None:
    result = run("serve", **LOCAL, PORT=str(port), DATA_DIR=str(tmp_path))

    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: The database lacks ")
    assert result.stderr.endswith(": run `python manage.py migrate` first.\n")


def test_serve_without_database_says_so(port: int, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/missing/focusflow.sqlite3"

    result = run("serve", **LOCAL, PORT=str(port), DATABASE_URL=url)

    assert result.returncode == 1
    assert result.stderr == "The database failed: unable to open database file\n"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("127.0.0.1", "http://localhost:8000/"),
        ("0.0.0.0", "http://localhost:8000/"),
        ("::1", "http://localhost:8000/"),
        ("192.168.1.10", "http://192.168.1.10:8000/"),
        ("fd00::10", "http://[fd00::10]:8000/"),
    ],
)
def test_address_is_shown_as_a_browser_takes_it(address: str, place: str) -> None:
    assert describe(address, 8000) == f"FocusFlow is at {place} (Ctrl-C stops it)"


def test_address_behind_a_proxy_names_both(settings: Settings) -> None:
    settings.IS_HTTPS = True
    settings.PUBLIC_URL = "https://planner.example.org"

    words = describe("127.0.0.1", 8000)

    assert words == (
        "FocusFlow is at http://localhost:8000/, for the proxy of https://planner.example.org "
        "(Ctrl-C stops it)"
    )

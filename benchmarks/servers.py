"""Compare application servers on FocusFlow: requests/s of a list of 50 tasks and of /healthz.

    SECRET_KEY=… PUBLIC_URL=http://localhost:8000 DATA_DIR=/tmp/bench python benchmarks/servers.py

Needs wrk, and gunicorn beside requirements.txt. Both serve with 2 processes of 4 threads. The
rounds alternate, since whatever else the machine does would favour one of them otherwise: read the
ratios, not the numbers.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, SECONDS = 5, 4
PORT = 8399
SERVERS = {
    "granian": [sys.executable, "manage.py", "serve", "--no-worker", "--port", str(PORT)],
    "gunicorn": [
        *(sys.executable, "-m", "gunicorn", "focusflow.wsgi", "--bind", f"127.0.0.1:{PORT}"),
        *("--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "error"),
    ],
}
PREPARE = """
import django
django.setup()
from accounts.models import User
from accounts.tests.make import make_token
from tasks.tests.make import make_task
user = User.objects.create_user("bench@example.org", "a good password", name="Bench")
for number in range(200):
    make_task(user, f"Task {number}")
print(make_token(user)[1])
"""
ENVIRONMENT = os.environ | {
    "DJANGO_SETTINGS_MODULE": "focusflow.settings",
    "DEBUG": "false",
    "LOG_LEVEL": "warning",
    "API_RATE_PER_PERSON": "1000000000",
    "API_RATE_PER_ADDRESS": "1000000000",
}


def run(*command: str) -> str:
    """Run a program to its end and return what it prints."""
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def measure(server: str, path: str, token: str) -> float:
    """Return the requests/s of a server that is started for it and warmed up."""
    url = f"http://127.0.0.1:{PORT}{path}"
    header = f"Authorization: Bearer {token}"
    process = subprocess.Popen(SERVERS[server], cwd=ROOT, env=ENVIRONMENT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", PORT)) == 0:
                    break
            time.sleep(0.1)
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        for _ in range(20):
            urllib.request.urlopen(request).read()
        shown = run("wrk", "-t1", "-c8", f"-d{SECONDS}s", "-H", header, url)
    finally:
        process.terminate()
        process.wait()
    assert "Non-2xx" not in shown, shown
    found = re.search(r"Requests/sec:\s+([\d.]+)", shown)
    assert found, shown
    return float(found[1])


def main() -> None:
    """Print requests/s of each round, and the median of the rounds' ratios."""
    run(sys.executable, "manage.py", "migrate", "--verbosity", "0")
    token = run(sys.executable, "-c", PREPARE).strip()
    for path in ("/api/v1/tasks/", "/healthz"):
        ratios = []
        for number in range(ROUNDS):
            order = list(SERVERS)[:: 1 if number % 2 else -1]
            speed = {server: measure(server, path, token) for server in order}
            ratios.append(speed["granian"] / speed["gunicorn"])
            print(path, {server: round(value) for server, value in speed.items()}, flush=True)
        print(
            f"{path} granian/gunicorn: {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )


if __name__ == "__main__":
    main()

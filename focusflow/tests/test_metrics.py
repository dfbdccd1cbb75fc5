"""What Prometheus reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from focusflow import metrics
from focusflow.tests.process import options

TOKEN = "a-token-of-prometheus-alone"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}

# A worker: it counts as many requests as its first argument says.
WORKER = """
import sys
from focusflow import metrics
metrics.share_between_processes(sys.argv[1])
for _ in range(int(sys.argv[2])):
    metrics.observe("GET", "api/v1/tasks/", 200, 0.02, 3)
if sys.argv[3:]:
    print(metrics.render().decode())
"""


@pytest.fixture
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(text: str, name: str, **labels: str) -> float:
    """Return the sum of the samples with this name and these labels."""
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def test_metrics_are_not_there_without_a_token(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer ü"])
def test_metrics_are_closed_to_who_does_not_know_the_token(header: str, client: Client) -> None:
    answer = client.get("/metrics", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert b"focusflow_" not in answer.content


@pytest.mark.usefixtures("_token")
@pytest.mark.django_db
def test_metrics_count_requests_by_route(client: Client) -> None:
    labels = {"method": "GET", "route": "api/v1/tasks/<int:pk>/"}
    before = client.get("/metrics", headers=HEADERS).content.decode()

    client.get("/api/v1/tasks/7/")
    answer = client.get("/metrics", headers=HEADERS)

    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for name in ("focusflow_requests_total", "focusflow_request_seconds_count"):
        assert read(text, name, **labels) == read(before, name, **labels) + 1
    assert read(text, "focusflow_requests_total", status="401", **labels) >= 1


@pytest.mark.usefixtures("_token")
def test_metrics_hold_no_address(client: Client) -> None:
    client.get("/nowhere/secret-key")

    text = client.get("/metrics", headers=HEADERS).content.decode()
    assert "secret-key" not in text
    assert read(text, "focusflow_requests_total", route="(none)", status="404") >= 1


@pytest.mark.django_db
def test_nothing_is_counted_without_a_token(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "observe", lambda *_: pytest.fail("counted"))

    assert client.get("/healthz").status_code == 200


def test_metrics_are_summed_over_processes(tmp_path: Path) -> None:
    def work(*arguments: str) -> str:
        command = [sys.executable, "-c", WORKER, str(tmp_path), *arguments]
        done = subprocess.run(command, **options({}), capture_output=True, check=True)
        return str(done.stdout)

    work("2")
    text = work("3", "show")

    labels = {"method": "GET", "route": "api/v1/tasks/"}
    assert read(text, "focusflow_requests_total", status="200", **labels) == 5
    assert read(text, "focusflow_queries_total", **labels) == 15
    assert read(text, "focusflow_request_seconds_bucket", le="0.025", **labels) == 5
    assert read(text, "focusflow_request_seconds_bucket", le="0.01", **labels) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="Others do not tell.")
def test_metrics_tell_the_memory_of_each_process_that_lives(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path), "1", "show"]
    first = subprocess.run(command, **options({}), capture_output=True, check=True).stdout

    text = subprocess.run(command, **options({}), capture_output=True, check=True).stdout

    assert read(first, "process_resident_memory_bytes") > 1_000_000
    assert text.count("process_resident_memory_bytes{") == 1

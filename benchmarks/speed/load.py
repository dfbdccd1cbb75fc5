"""Requests sent by wrk over a few connections, as many as are answered."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8

SCRIPT = """
local requests = {}
function init()
  local line = "([^\\n]*)\\n"
  for path, token, body in io.open("FILE"):read("a"):gmatch(line .. line .. line) do
    requests[#requests + 1] = wrk.format("METHOD", path, {
      ["Host"] = "127.0.0.1", ["Authorization"] = "Bearer " .. token,
      ["Content-Type"] = "application/json",
    }, body ~= "" and body or nil)
  end
end
local place = 0
function request()
  place = place % #requests + 1
  return requests[place]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "bytes": %d, "p50": %f, "p99": %f, "failed": %d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50),
    latency:percentile(99), errors.status + errors.connect + errors.read + errors.write
    + errors.timeout))
end
"""


@dataclass(frozen=True)
class Request:
    """What is sent: an address below the host, whose token, and a body (JSON; "" for none)."""

    path: str
    token: str
    body: str = ""


@dataclass(frozen=True)
class Load:
    """What came of it; times in milliseconds, bytes of a whole answer."""

    requests: int
    per_second: float
    p50: float
    p99: float
    bytes: float


class LoadError(Exception):
    """An answer was none, or an error: a fast wrong answer is not a result."""


def send(method: str, requests: Sequence[Request], port: int, seconds: int, folder: Path) -> Load:
    """Send the requests one after the other, from the first again after the last."""
    listed, script = folder / "requests", folder / "requests.lua"
    lines = (f"{one.path}\n{one.token}\n{one.body}\n" for one in requests)
    listed.write_text("".join(lines))
    script.write_text(SCRIPT.replace("FILE", str(listed)).replace("METHOD", method))
    shown = subprocess.run(
        [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}s",
            "-s",
            script,
            f"http://127.0.0.1:{port}",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"^\{.*\}$", shown, re.MULTILINE)
    if found is None:
        raise LoadError(f"wrk said something else than expected:\n{shown}")
    seen = json.loads(found[0])
    if seen["failed"] or not seen["requests"]:
        raise LoadError(f"{seen['failed']} of {seen['requests']} requests failed: {requests[0]}")
    return Load(
        requests=seen["requests"],
        per_second=seen["requests"] / seen["microseconds"] * 1e6,
        p50=seen["p50"] / 1000,
        p99=seen["p99"] / 1000,
        bytes=seen["bytes"] / seen["requests"],
    )

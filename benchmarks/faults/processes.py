"""Processes that this harness started: how they are found, killed and ended. Needs Linux."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from focusflow.tests.process import parent_of


def free_port() -> int:
    """Return a port at which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until[Found](look: Callable[[], Found], seconds: float, what: str) -> Found:
    """Return the first result that is true; raise TimeoutError when there is none in time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {seconds:.0f} s in vain: {what}.")
        time.sleep(0.02)
    return found


def command_of(pid: int) -> str:
    """Return a process's command line; empty where there is no such process."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return ""


def kill_child(parent: int, child: int) -> bool:
    """Kill a process at once (SIGKILL) if it is this parent's child; say whether it was.

    The descriptor stands for the process, so that no other one with the same id is ever hit.
    """
    try:
        process = os.pidfd_open(child)
    except ProcessLookupError:
        return False
    try:
        if parent_of(child) != parent:
            return False
        signal.pidfd_send_signal(process, signal.SIGKILL)
    finally:
        os.close(process)
    return True


def end(process: subprocess.Popen[str] | subprocess.Popen[bytes], seconds: float) -> bool:
    """Ask a process to end, and kill it when it has not in time; say whether it ended by itself."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True

"""A program beside the server: started with it, started again when it ends, stopped with it."""

from __future__ import annotations

import logging
import os
import subprocess
from threading import Event, Thread
from typing import Any  # Options of subprocess are of every type.

logger = logging.getLogger("focusflow.background")

# Before a program that ended is started again: one that fails at once would burn the processor.
PAUSE = 5.0


class Background:
    """A child process that is there from `start` to `stop`.

    It gets a standard input that closes when this process ends, even if killed. Signals of the
    terminal do not reach it: it is stopped from here, after what it is doing.
    """

    def __init__(self, command: list[str], *, pause: float = PAUSE) -> None:
        self.command = command
        self.pause = pause
        self.stopping = Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.watcher = Thread(target=self.watch, daemon=True)

    def start(self) -> None:
        """Start the program, and a thread that watches it."""
        self.process = self.spawn()
        self.watcher.start()

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the program once."""
        group: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
        return subprocess.Popen(self.command, stdin=subprocess.PIPE, **group)  # noqa: S603  # nosec B603  # our own command

    def watch(self) -> None:
        """Wait for the end of the program, and start it again, until told to stop."""
        while self.process is not None:
            code = self.process.wait()
            if self.process.stdin is not None:
                self.process.stdin.close()
            if self.stopping.is_set():
                return
            if code:
                logger.error("The worker ended with %s and is started again.", code)
            if self.stopping.wait(self.pause):
                return
            self.process = self.spawn()
            if self.stopping.is_set():
                self.process.terminate()

    def restart(self) -> None:
        """Let the program end what it is doing, and start it again: its code has changed."""
        if self.process is not None:
            self.process.terminate()

    def tell_to_stop(self) -> None:
        """Ask the program to end; do not wait for it."""
        self.stopping.set()
        if self.process is not None:
            self.process.terminate()

    def stop(self, seconds: float) -> None:
        """Ask the program to end, and kill it when it has not after `seconds`."""
        self.tell_to_stop()
        if not self.watcher.is_alive():
            return
        self.watcher.join(seconds)
        if self.watcher.is_alive() and self.process is not None:
            self.process.kill()
            self.watcher.join()

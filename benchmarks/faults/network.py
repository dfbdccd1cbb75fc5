"""Another machine, for what a local server cannot show: a cable that is pulled.

A network namespace of Linux with an address of its own. Cut off, it takes no packet and answers
none, unlike a program that ended, for which its machine refuses connections.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

# Of the addresses that are for such trials (RFC 2544).
NEAR, FAR = "198.18.97.1", "198.18.97.2"


def unavailable() -> str:
    """Return why there can be no other machine here; empty where there can."""
    if os.getuid():
        return "a network namespace needs root"
    return "" if shutil.which("ip") else "a network namespace needs the program ip (iproute2)"


class Machine:
    """Something that can be reached at `FAR`, and by nobody else."""

    def __init__(self) -> None:
        self.name = f"faults{os.getpid()}"
        self.near, self.far = f"fn{os.getpid()}", f"ff{os.getpid()}"

    @property
    def prefix(self) -> list[str]:
        """The words before a command line that run it there."""
        return ["ip", "netns", "exec", self.name]

    def cut(self) -> None:
        """Pull the cable: nothing arrives, and nobody is told."""
        ip("-n", self.name, "address", "flush", "dev", self.far)

    def mend(self) -> None:
        """Put the cable in."""
        ip("-n", self.name, "address", "replace", f"{FAR}/30", "dev", self.far)


def ip(*arguments: str) -> None:
    """Run `ip`."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextmanager
def another_machine() -> Iterator[Machine]:
    """Make a network namespace, with a cable to it."""
    machine = Machine()
    ip("netns", "add", machine.name)
    try:
        peer = ("peer", "name", machine.far, "netns", machine.name)
        ip("link", "add", machine.near, "type", "veth", *peer)
        ip("address", "add", f"{NEAR}/30", "dev", machine.near)
        ip("link", "set", machine.near, "up")
        ip("-n", machine.name, "link", "set", machine.far, "up")
        machine.mend()
        yield machine
    finally:
        # The pair of devices goes with it.
        ip("netns", "delete", machine.name)

"""pg_dump and pg_restore: which to run, and how, without a password that others could see."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from focusflow.transfer import TransferError

# Where Debian keeps each version besides the one on PATH.
FOLDERS = Path("/usr/lib/postgresql")


def find_tool(name: str, at_least: int) -> tuple[str, int]:
    """Return the program's path and its major version, which is `at_least` or newer.

    The one on PATH first, then those of Debian's folders from the oldest on: a dump that a newer
    pg_dump wrote needs a pg_restore as new.
    """
    versions = {path: version_of(path) for path in candidates(name)}
    for path, version in versions.items():
        if version >= at_least:
            return path, version
    found = f"is of version {max(versions.values())}" if versions else "is not there"
    raise TransferError(
        f"{name} of version {at_least} or newer is needed, and {found}: an older one cannot read "
        f"this database. Install PostgreSQL's client programs (Debian and Ubuntu: "
        f"apt install postgresql-client-{at_least}) or put their folder on PATH."
    )


def candidates(name: str) -> Iterator[str]:
    """Yield the paths at which the program may be."""
    on_path = shutil.which(name)
    if on_path is not None:
        yield on_path
    for folder in sorted(FOLDERS.glob("[0-9]*/bin"), key=lambda path: int(path.parent.name)):
        if (folder / name).is_file():
            yield str(folder / name)


def version_of(path: str) -> int:
    """Return the major version that the program tells; 0 when it tells none."""
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # nosec B603  # PostgreSQL's own program
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def run_tool(arguments: list[str], password: str) -> None:
    """Run a program to its end; it gets the password by its environment."""
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(  # noqa: S603  # nosec B603  # PostgreSQL's own program
        arguments, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise TransferError(f"{Path(arguments[0]).name} failed: {done.stderr.strip()}")


def read_output(arguments: list[str]) -> Iterator[bytes]:
    """Yield the lines that a program prints; raise TransferError at their end if it failed."""
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=errors) as process,  # noqa: S603  # nosec B603  # PostgreSQL's own program
    ):
        yield from process.stdout or ()
        process.wait()
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip()
        if process.returncode:
            raise TransferError(f"{Path(arguments[0]).name} failed: {said}")

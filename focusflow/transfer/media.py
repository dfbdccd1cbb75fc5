"""Files that people uploaded: which belong into a backup, and how they come back."""

from __future__ import annotations

import shutil
from pathlib import Path

# Inside the folder itself, which may be a volume of its own: a rename stays within one.
STAGE = ".focusflow-restore"


def list_files(folder: Path | None) -> list[tuple[Path, str]]:
    """Return the files of the folder with their paths below it, sorted; none without a folder."""
    if folder is None:
        return []
    return [
        (path, path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != STAGE
    ]


def make_stage(folder: Path) -> Path:
    """Return an empty folder inside the media folder, for the files to come."""
    stage = folder / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    return stage


def swap(folder: Path) -> None:
    """Put the staged files in place of all that the media folder holds."""
    stage = folder / STAGE
    for old in folder.iterdir():
        if old.name != STAGE:
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for new in stage.iterdir():
        new.rename(folder / new.name)
    stage.rmdir()

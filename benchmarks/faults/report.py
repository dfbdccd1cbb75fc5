"""What a scenario came to, as a row of a table and as JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.management.base import OutputWrapper

from focusflow.printing import print_table

HEADERS = (
    *("scenario", "database", "faults", "acknowledged", "answers"),
    *("slowest 503", "back after", "seconds", "verdict"),
)


@dataclass
class Result:
    """What was done, what the clients saw, and what is wrong with it (`wrong`; empty: nothing).

    `healed` holds the seconds from the end of each fault to the next acknowledged write.
    """

    scenario: str
    database: str
    faults: int = 0
    acknowledged: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    slowest: dict[str, float] = field(default_factory=dict)
    healed: list[float] = field(default_factory=list)
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    skipped: str = ""

    @property
    def verdict(self) -> str:
        """One word."""
        if self.skipped:
            return "skipped"
        return "WRONG" if self.wrong else "right"

    def row(self) -> tuple[object, ...]:
        """Return the cells of the table."""
        answers = ", ".join(f"{name}: {number}" for name, number in sorted(self.answers.items()))
        slowest = self.slowest.get("503")
        return (
            *(self.scenario, self.database, self.faults, self.acknowledged, answers),
            None if slowest is None else f"{slowest:.1f} s",
            f"{max(self.healed):.1f} s" if self.healed else None,
            *(f"{self.seconds:.0f}", self.verdict),
        )


def show(results: list[Result], path: Path | None) -> None:
    """Print the table, what is wrong and what was left out; write all of it to a file as JSON."""
    print_table(OutputWrapper(sys.stdout), HEADERS, [result.row() for result in results])
    for result in results:
        name = f"{result.scenario}, {result.database}"
        for kind, words in (
            ("note", result.notes),
            ("WRONG", result.wrong[:10]),
            ("skipped", [result.skipped] if result.skipped else []),
        ):
            for word in words:
                print(f"{kind}: {name}: {word}")
        if len(result.wrong) > 10:
            print(f"WRONG: {name}: and {len(result.wrong) - 10} more")
    if path is not None:
        path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")

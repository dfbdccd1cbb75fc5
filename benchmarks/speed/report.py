"""The numbers of a run: medians of its rounds, ratios with their spread, goals, JSON."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.management.base import OutputWrapper

from benchmarks.speed.rounds import Turn
from benchmarks.speed.systems import OURS
from focusflow.printing import print_table

Metric = Callable[[Turn], float]

HEADERS = (
    *("workload", "system", "requests/s", "p50 ms", "p99 ms", "server ms", "database ms"),
    *("statements", "bytes", "of ours", "spread"),
)


def per_second(turn: Turn) -> float:
    """Return the requests a second."""
    return turn.load.per_second


def processor_ms(turn: Turn) -> float:
    """Return the processor's milliseconds of a request, of the server and PostgreSQL together."""
    return turn.server_ms + turn.database_ms


def p50(turn: Turn) -> float:
    """Return what half of the requests took at most, in milliseconds."""
    return turn.load.p50


@dataclass
class Numbers:
    """All turns of a run, and what was measured beside them, by its name."""

    rounds: int
    # Of each turn, and of the order of turns.
    seconds: int
    seed: int
    turns: list[Turn] = field(default_factory=list)
    others: dict[str, float] = field(default_factory=dict)

    def of(self, workload: str, system: str, metric: Metric) -> list[float]:
        """Return the metric of each round, in their order."""
        found = [one for one in self.turns if (one.workload, one.system) == (workload, system)]
        return [metric(one) for one in sorted(found, key=lambda one: one.round)]

    def median(self, workload: str, system: str, metric: Metric) -> float | None:
        """Return the median of the rounds; None where none was measured."""
        found = self.of(workload, system, metric)
        return statistics.median(found) if found else None

    def ratios(
        self, one: tuple[str, str], other: tuple[str, str], metric: Metric = per_second
    ) -> list[float]:
        """Return the ratio of two, each a workload and a system, round by round.

        None are returned where one of the two was not measured.
        """
        firsts, seconds = self.of(*one, metric), self.of(*other, metric)
        if not firsts or not seconds:
            return []
        return [first / second for first, second in zip(firsts, seconds, strict=True)]

    def ratio(
        self, one: tuple[str, str], other: tuple[str, str], metric: Metric = per_second
    ) -> float | None:
        """Return the median of the rounds' ratios; None where one was not measured."""
        found = self.ratios(one, other, metric)
        return statistics.median(found) if found else None

    def describe(self) -> str:
        """Return how it was measured, so that it can be measured again."""
        return f"{self.rounds} rounds, turns of {self.seconds} s, their order by seed {self.seed}"

    def rows(self) -> list[tuple[object, ...]]:
        """Return the table's rows."""
        names = dict.fromkeys((turn.workload, turn.system) for turn in self.turns)
        return [self.row(*name) for name in sorted(names)]

    def beside(self) -> list[tuple[str, str]]:
        """Return what was measured beside the rounds, to three digits or to the unit."""
        return [
            (name, f"{value:,.0f}" if value >= 100 else f"{value:.3g}")
            for name, value in self.others.items()
        ]

    def row(self, workload: str, system: str) -> tuple[object, ...]:
        """Return one row: medians, and the ratio to FocusFlow's requests a second."""

        def shown(metric: Metric, digits: int) -> str:
            found = self.median(workload, system, metric)
            return "" if found is None else f"{found:,.{digits}f}"

        ratios = self.ratios((workload, system), (workload, OURS))
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}" if ratios else ""
        return (
            *(workload, system, shown(per_second, 0), shown(p50, 1)),
            *(shown(lambda turn: turn.load.p99, 1), shown(lambda turn: turn.server_ms, 2)),
            *(shown(lambda turn: turn.database_ms, 2),),
            *(shown(lambda turn: turn.statements or 0.0, 1),),
            *(shown(lambda turn: turn.load.bytes, 0),),
            *(f"{statistics.median(ratios):.2f}" if ratios else "", spread),
        )

    def show(self, goals: Sequence[tuple[object, ...]], path: Path | None) -> None:
        """Print the tables, and write all to a file as JSON."""
        out = OutputWrapper(sys.stdout)
        out.write(self.describe())
        print_table(out, HEADERS, self.rows())
        print_table(out, ("measured", "value"), self.beside())
        print_table(out, ("goal", "asked", "measured", "verdict"), goals)
        if path is not None:
            path.write_text(json.dumps(asdict(self) | {"goals": goals}, indent=1) + "\n")

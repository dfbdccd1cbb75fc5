"""Take each line that decides access away in turn, and count how often a test notices.

    make mutate-access                      all of it, which takes about an hour
    python -m benchmarks.mutation --list
    python -m benchmarks.mutation --only accounts/tokens.py

Mutants are made from the syntax tree by the rules of `rules.py`. Each is tried in a copy of the
project by those tests that run the changed lines, access tests first, until one fails; what a
module does while it is imported is tried by all of them. Ends with 1 below 98 %. DATABASE_URL
names a server of PostgreSQL to try them on; each job has a database of its own there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from time import monotonic

from benchmarks.mutation.equivalents import EQUIVALENTS
from benchmarks.mutation.mutants import Mutant, mutants_of, read_sources
from benchmarks.mutation.trees import Trace, Tree

ROOT = Path(__file__).resolve().parents[2]
LEAST = 98.0
# Where access is tested in few words. Among equals the quickest is asked first.
FIRST = (
    "focusflow/tests/access/test_rows.py",
    "focusflow/tests/access/test_bodies.py",
    "focusflow/tests/access/test_walk.py::test_r",
    "focusflow/tests/test_admin.py",
    "focusflow/tests/test_pages.py",
)
# Slow, and it notices most.
WALK = "focusflow/tests/access/test_walk.py"
CAUGHT = {"caught", "hung"}


def main() -> int:
    """Try all mutants and report."""
    arguments = read_arguments()
    mutants = [
        mutant
        for mutant in mutants_of(read_sources(ROOT))
        if any(text in str(mutant) for text in arguments.only or [""])
    ]
    refuse_unknown(mutants if not arguments.only else [])
    if arguments.list:
        print(*(f"{mutant}: {mutant.before} -> {mutant.after}" for mutant in mutants), sep="\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        trees = [Tree.copy(ROOT, Path(folder), number) for number in range(arguments.jobs)]
        outcomes = try_all(mutants, trees, arguments.trace or Path(folder) / "trace")
    return report(mutants, outcomes)


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", nargs="+", help="mutants whose line here holds one of these texts"
    )
    parser.add_argument("--list", action="store_true", help="list the mutants, try none")
    parser.add_argument(
        "--trace", type=Path, help="folder in which the traced run is kept for the next time"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def refuse_unknown(mutants: list[Mutant]) -> None:
    """Stop where the list of equivalent mutants names one that is no longer made."""
    keys = {mutant.key for mutant in mutants}
    gone = [key for key in EQUIVALENTS if mutants and key not in keys]
    if gone:
        raise SystemExit(f"equivalents.py names mutants that are not made: {gone}")


def try_all(mutants: list[Mutant], trees: list[Tree], kept: Path) -> dict[Mutant, str]:
    """Return what became of each mutant that is not equivalent."""
    start = monotonic()
    trace = trees[0].trace(len(trees), kept)
    print(f"{len(trace.all())} tests chosen and traced in {monotonic() - start:.0f} s", flush=True)
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        # Makes its database.
        tree.pytest("--create-db", "accounts/tests/test_querysets.py")
        free.put(tree)

    def attempt(mutant: Mutant) -> str:
        tree = free.get()
        try:
            outcome, by = tree.run(mutant.path, mutant.text, tests_for(mutant, trace))
        finally:
            free.put(tree)
        print(f"{monotonic() - start:5.0f} s {outcome:8} {mutant}  {by}", flush=True)
        return outcome

    # Those that all tests are asked about come last.
    tried = sorted(
        (mutant for mutant in mutants if mutant.key not in EQUIVALENTS),
        key=lambda mutant: not mutant.lines,
    )
    with ThreadPoolExecutor(len(trees)) as pool:
        return dict(zip(tried, pool.map(attempt, tried), strict=True))


def tests_for(mutant: Mutant, trace: Trace) -> list[str]:
    """Return the tests that run the changed lines, in the order to ask them."""
    path = Path(mutant.path)
    near = (f"/test_{path.stem}.py", *FIRST)
    order = (near, (f"{path.parts[0]}/tests/test_",), ("test_",))
    if not mutant.lines:
        order = (near, (WALK,), ("test_",))

    def rank(test: str) -> tuple[int, float, str]:
        place = next(place for place, parts in enumerate(order) if any(p in test for p in parts))
        return place, trace.times.get(test, 0.0), test

    return sorted(trace.tests_of(mutant.path, mutant.lines), key=rank)


def report(mutants: list[Mutant], outcomes: dict[Mutant, str]) -> int:
    """Print what survived, and the numbers; return the code to end with."""
    counts = Counter(outcomes.values())
    for mutant, outcome in outcomes.items():
        if outcome not in CAUGHT:
            print(f"\n{outcome}: {mutant}\n{mutant.diff((ROOT / mutant.path).read_bytes())}")
    caught = sum(counts[outcome] for outcome in CAUGHT)
    share = 100 * caught / len(outcomes) if outcomes else 0.0
    equivalent = len(mutants) - len(outcomes)
    print(
        f"\n{len(mutants)} mutants: {equivalent} equivalent by their reasons, {caught} caught "
        f"({counts['hung']} by hanging), {counts['survived']} survived, {counts['broken']} broken: "
        f"{share:.1f} % of {len(outcomes)} caught, at least {LEAST} % asked."
    )
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())

"""Every mutant of the modules that decide who may see and do what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from fnmatch import fnmatch
from pathlib import Path

from benchmarks.mutation.rules import (
    EVERYWHERE,
    WHERE_DECIDED,
    Rule,
    Site,
    Source,
    filter_removed,
    narrowing_methods,
    sites_of,
)

APPS = ("accounts", "focusflow", "habits", "tasks")
# What no request reaches: programs of the operator, and the database's own business.
APART = (
    "*/tests/*",
    "*/migrations/*",
    "*/management/*",
    "*/loop/*",
    "*/todoist/*",
    "focusflow/demo/*",
    "focusflow/sqlite/*",
    "focusflow/transfer/*",
)
# Where each condition and each step is about who may see and do what. What becomes of people's own
# tasks and habits, in the other actions, is none of it: there the filters alone are taken away.
DECIDING = (
    "accounts/actions/*",
    "accounts/adapter.py",
    "accounts/admin/*",
    "accounts/authentication.py",
    "accounts/limits.py",
    "accounts/middleware.py",
    "accounts/ownership.py",
    "accounts/permissions.py",
    "accounts/querysets.py",
    "accounts/receivers.py",
    "accounts/tokens.py",
    "*/api/serializers.py",
    "*/api/views.py",
    "focusflow/api/access.py",
    "focusflow/api/addresses.py",
    "focusflow/api/fields.py",
    "focusflow/api/filters.py",
    "focusflow/api/throttles.py",
    "focusflow/views.py",
    "habits/api/checkins.py",
    "habits/api/statistics/views.py",
    "*/admin.py",
    "*/querysets.py",
    "tasks/actions/todoist.py",
    "tasks/api/*",
    "tasks/filtering.py",
    "tasks/models/*",
)


@dataclass(frozen=True)
class Mutant:
    """A module with one small change."""

    path: str
    line: int
    # Of the whole statement, which tests may run without running its last line; none for what runs
    # while the module is imported, by whichever test is the first to need it.
    lines: range
    where: str
    rule: str
    before: str
    after: str
    text: bytes

    def __str__(self) -> str:
        moment = "" if self.lines else " while imported"
        return f"{self.path}:{self.line} {self.where}: {self.rule}{moment}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the mutant when the lines around it have moved."""
        return (self.path, self.where, self.before, self.after)

    def diff(self, original: bytes) -> str:
        """Return the change as a person reads it."""
        before, after = (text.decode().splitlines() for text in (original, self.text))
        return "\n".join(unified_diff(before, after, self.path, self.path, lineterm="", n=1))


def read_sources(root: Path) -> list[Source]:
    """Return the modules that requests reach."""
    paths = sorted(path for app in APPS for path in (root / app).rglob("*.py"))
    names = [path.relative_to(root).as_posix() for path in paths]
    return [
        Source.read(name, (root / name).read_bytes())
        for name in names
        if not any(fnmatch(name, pattern) for pattern in APART)
    ]


def mutants_of(sources: list[Source]) -> list[Mutant]:
    """Return each different mutant, in the order of files and lines."""
    everywhere = (filter_removed(narrowing_methods(sources)), *EVERYWHERE)
    found: dict[tuple[str, bytes], Mutant] = {}
    for source in sources:
        decides = any(fnmatch(source.path, pattern) for pattern in DECIDING)
        rules = (*everywhere, *WHERE_DECIDED) if decides else everywhere
        for mutant in mutate(source, rules):
            found.setdefault((mutant.path, mutant.text), mutant)
    return sorted(found.values(), key=lambda mutant: (mutant.path, mutant.line, mutant.after))


def mutate(source: Source, rules: tuple[Rule, ...]) -> Iterator[Mutant]:
    """Yield what the rules make of a module."""
    for site in sites_of(source):
        for rule in rules:
            for node, after in rule(site):
                yield replaced(site, node, rule, after)


def replaced(site: Site, node: ast.AST, rule: Rule, after: str) -> Mutant:
    """Return the module with a text in the place of a node."""
    source = site.source
    start, end = source.span(node)
    statement = site.nearest(ast.stmt) or node
    first, last = statement.lineno, node.end_lineno  # type: ignore[attr-defined]
    is_called = any(isinstance(outer, ast.FunctionDef) for outer in site.around)
    return Mutant(
        path=source.path,
        line=node.lineno,  # type: ignore[attr-defined]
        lines=range(first, last + 1) if is_called else range(0),
        where=site.where,
        rule=(rule.__name__ if rule.__name__ != "rule" else "filter_removed").replace("_", " "),
        before=" ".join(source.of(node).split()),
        after=" ".join(after.split()),
        text=source.text[:start] + after.encode() + source.text[end:],
    )

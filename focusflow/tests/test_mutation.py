"""The mutants by which `make mutate-access` measures the tests."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.conf import settings

from benchmarks.mutation.equivalents import EQUIVALENTS
from benchmarks.mutation.mutants import DECIDING, Mutant, mutants_of, read_sources
from benchmarks.mutation.rules import Source

QUERYSET = "class TaskQuerySet:\n    def shared_with(self, user) -> Self:\n        ...\n"


def mutate(text: str, path: str = "accounts/permissions.py") -> list[str]:
    """Return what the mutants of a module replace, and by what."""
    source = Source.read(path, (QUERYSET + text).encode())
    return [f"{mutant.before} -> {mutant.after}" for mutant in mutants_of([source])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.filter(x=1).first()", ["a.filter(x=1) -> a.all()"]),
        ("a.shared_with(ann)", ["a.shared_with(ann) -> a.all()"]),
        ("a.values('pk')", []),
        (
            "a.exclude(x=1, y=2)",
            [
                "a.exclude(x=1, y=2) -> a.all()",
                "a.exclude(x=1, y=2) -> a.exclude(x=1)",
                "a.exclude(x=1, y=2) -> a.exclude(y=2)",
            ],
        ),
        (
            "permission_classes = (IsStaff,)",
            ["(IsStaff,) -> ()", "permission_classes = (IsStaff,) -> pass"],
        ),
        ("read_only_fields = ('a', 'b')", ["('a', 'b') -> ('a',)", "('a', 'b') -> ('b',)"]),
        ("fields = ('a', 'b')", []),
        ("MIDDLEWARE = ['a']", ["['a'] -> []"]),
        ("def has_permission():\n    return ok", ["ok -> True"]),
        ("def has_permission():\n    return True", []),
        ("def f():\n    return ok", []),
        ("CharField(max_length=9, write_only=True)", ["-> CharField(max_length=9)"]),
        ("admin.login = secure_admin_login(login)", ["secure_admin_login(login) -> login"]),
        ("@require_safe\ndef f(): ...", ["require_safe -> (lambda function: function)"]),
        ("names - {'user'}", ["names - {'user'} -> names"]),
        ("if refused:\n    raise Refused", ["refused -> False", "refused -> True"]),
        ("a and b", ["a and b -> ((a))", "a and b -> ((b))"]),
        ("def f():\n    check(user)", ["check(user) -> pass"]),
        ("def f():\n    logger.info('x')", []),
    ],
)
def test_rule_opens(text: str, expected: list[str]) -> None:
    found = mutate(text)

    assert len(found) == len(expected)
    assert all(end in line for line, end in zip(found, expected, strict=True))


def test_switch_of_the_settings_is_turned() -> None:
    assert mutate("IS_CHECKED = True", "focusflow/settings.py") == ["True -> False"]


def test_condition_elsewhere_is_left() -> None:
    assert mutate("if a:\n    b", "focusflow/logs.py") == []


def test_pattern_of_what_decides_names_a_module_that_is_there() -> None:
    paths = [source.path for source in read_sources(Path(settings.BASE_DIR))]

    # A module that became a package would lose most of its mutants, and nobody would see it.
    assert [p for p in DECIDING if not any(fnmatch(path, p) for path in paths)] == []


@pytest.fixture(scope="module")
def mutants() -> list[Mutant]:
    """Return the mutants of FocusFlow."""
    return mutants_of(read_sources(Path(settings.BASE_DIR)))


def test_mutant_is_a_module_that_differs(mutants: list[Mutant]) -> None:
    assert len(mutants) > 400
    for mutant in mutants:
        assert mutant.text != (settings.BASE_DIR / mutant.path).read_bytes()
        compile(mutant.text, mutant.path, "exec")


def test_equivalent_mutant_is_one_that_is_made(mutants: list[Mutant]) -> None:
    assert EQUIVALENTS.keys() <= {mutant.key for mutant in mutants}

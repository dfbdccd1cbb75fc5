"""Small changes of source text, each of which opens something or lets it happen.

A rule looks at one node of the syntax tree with those around it, and yields texts that may stand
in a node's place. Nothing here names a line of FocusFlow.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

# What a request has to pass, by the names under which Django, DRF and FocusFlow keep it.
GUARDING = frozenset(
    {
        "CLOSED",
        "DEFAULT_AUTHENTICATION_CLASSES",
        "DEFAULT_PERMISSION_CLASSES",
        "MIDDLEWARE",
        "OPEN_ROUTES",
        "OPERATORS_KINDS",
        "STRAIGHT_PATHS",
        "get_readonly_fields",
        "http_method_names",
        "permission_classes",
        "read_only_fields",
        "readonly_fields",
        "secret_fields",
    }
)
DECORATORS = frozenset({"receiver", "require_safe"})
WRAPPERS = frozenset({"require_safe", "secure_admin_login"})
FLAGS = {("write_only", True), ("read_only", True), ("editable", False)}
PREDICATE = re.compile(r"has_\w*permission|has_\w+_password|may_\w+|is_open\w*|is_usable\w*")
NARROWING = frozenset({"filter", "exclude", "none"})

Replacement = tuple[ast.AST, str]


@dataclass(frozen=True)
class Source:
    """A module: its path from the top of the repository, its text and its syntax tree."""

    path: str
    text: bytes
    tree: ast.Module

    @classmethod
    def read(cls, path: str, text: bytes) -> Source:
        """Parse a module."""
        return cls(path, text, ast.parse(text))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node's text starts and ends, in bytes."""
        lines = self.text.splitlines(keepends=True)

        def offset(line: int, column: int) -> int:
            return sum(map(len, lines[: line - 1])) + column

        return (
            offset(node.lineno, node.col_offset),  # type: ignore[attr-defined]
            offset(node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )

    def of(self, node: ast.AST) -> str:
        """Return a node's text."""
        start, end = self.span(node)
        return self.text[start:end].decode()


@dataclass(frozen=True)
class Site:
    """A node with those around it, the outermost first."""

    source: Source
    node: ast.AST
    around: tuple[ast.AST, ...]

    def nearest(self, *kinds: type[ast.AST]) -> ast.AST | None:
        """Return the innermost node around, or this one, that is of one of these kinds."""
        return next((n for n in (self.node, *reversed(self.around)) if isinstance(n, kinds)), None)

    @property
    def function(self) -> str:
        """The name of the function around; empty outside of one."""
        found = self.nearest(ast.FunctionDef)
        return found.name if isinstance(found, ast.FunctionDef) else ""

    @property
    def where(self) -> str:
        """The names of the classes and functions around."""
        scopes = (ast.ClassDef, ast.FunctionDef)
        chain = (*self.around, self.node)
        return ".".join(node.name for node in chain if isinstance(node, scopes)) or "(module)"

    @property
    def guards(self) -> bool:
        """Whether this collection is kept under one of the guarding names."""
        return any(name in GUARDING for name in self.names())

    def names(self) -> Iterator[str]:
        """Yield the names that the value of this node is given or returned by."""
        inner = self.node
        for outer in reversed(self.around):
            if isinstance(outer, ast.Assign):
                yield from (t.id for t in outer.targets if isinstance(t, ast.Name))
            elif isinstance(outer, ast.AnnAssign) and isinstance(outer.target, ast.Name):
                yield outer.target.id
            elif isinstance(outer, ast.Dict) and inner in outer.values:
                key = outer.keys[outer.values.index(inner)]
                yield str(key.value) if isinstance(key, ast.Constant) else ""
            elif isinstance(outer, ast.Return):
                yield self.function
            if isinstance(outer, ast.stmt):
                return
            inner = outer


Rule = Callable[[Site], Iterable[Replacement]]


def sites_of(source: Source) -> Iterator[Site]:
    """Yield each node of a module."""
    pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(source.tree, ())]
    while pending:
        node, around = pending.pop()
        yield Site(source, node, around)
        pending.extend((child, (*around, node)) for child in ast.iter_child_nodes(node))


def narrowing_methods(sources: Iterable[Source]) -> frozenset[str]:
    """Return the names of the methods of our querysets that return some of their rows."""
    return NARROWING | {
        method.name
        for source in sources
        for kind in ast.walk(source.tree)
        if isinstance(kind, ast.ClassDef) and kind.name.endswith("QuerySet")
        for method in kind.body
        if isinstance(method, ast.FunctionDef)
        and isinstance(method.returns, ast.Name)
        and method.returns.id == "Self"
    }


def listed(parts: Iterable[str], brackets: str) -> str:
    """Write a tuple, list or set of these parts."""
    inner = ", ".join(parts)
    if brackets == "{}" and not inner:
        return "set()"
    return f"{brackets[0]}{inner}{',' if inner and brackets == '()' else ''}{brackets[1]}"


def without[T](items: list[T]) -> Iterator[list[T]]:
    """Yield the list without each of its items."""
    for index in range(len(items)):
        yield items[:index] + items[index + 1 :]


# --- Everywhere ----------------------------------------------------------------------------------
def filter_removed(narrowing: frozenset[str]) -> Rule:
    """Return the rule that takes a filter, `visible_to` and the like out of a chain."""

    def rule(site: Site) -> Iterator[Replacement]:
        node = site.node
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in narrowing
        ):
            yield node, f"{site.source.of(node.func.value)}.all()"

    return rule


def condition_removed(site: Site) -> Iterator[Replacement]:
    """Take one of several conditions out of a filter or a Q."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name not in {"filter", "exclude", "Q"}:
        return
    for kept in without([*node.args, *node.keywords]):
        if kept:
            arguments = ", ".join(map(site.source.of, kept))
            yield node, f"{site.source.of(node.func)}({arguments})"


def member_removed(site: Site) -> Iterator[Replacement]:
    """Take one of the members out of a collection that guards."""
    node = site.node
    if isinstance(node, ast.Tuple | ast.List | ast.Set) and site.guards:
        brackets = {ast.Tuple: "()", ast.List: "[]", ast.Set: "{}"}[type(node)]
        for kept in without(node.elts):
            yield node, listed(map(site.source.of, kept), brackets)


def permission_classes_removed(site: Site) -> Iterator[Replacement]:
    """Leave a view to the permissions that hold where nothing is said."""
    node = site.node
    if isinstance(node, ast.Assign) and site.source.of(node).startswith("permission_classes"):
        yield node, "pass"


def permission_granted(site: Site) -> Iterator[Replacement]:
    """Let a question of access be answered by yes."""
    node = site.node
    if not (isinstance(node, ast.Return) and node.value and PREDICATE.fullmatch(site.function)):
        return
    if site.source.of(node.value) != "True":
        yield node.value, "True"


def flag_removed(site: Site) -> Iterator[Replacement]:
    """Let a field be written, or shown, that is not to be."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    for keyword in node.keywords:
        value = keyword.value
        if isinstance(value, ast.Constant) and (keyword.arg, value.value) in FLAGS:
            others = [*node.args, *(other for other in node.keywords if other is not keyword)]
            arguments = ", ".join(map(site.source.of, others))
            yield node, f"{site.source.of(node.func)}({arguments})"


def wrapper_removed(site: Site) -> Iterator[Replacement]:
    """Take away what a view is wrapped in."""
    node = site.node
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRAPPERS:
        yield node, site.source.of(node.args[0])
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            name = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(name, ast.Name) and name.id in DECORATORS:
                # The at sign stays; any callable may follow it.
                yield decorator, "(lambda function: function)"


def set_difference_removed(site: Site) -> Iterator[Replacement]:
    """Leave in a set what was taken out of it."""
    node = site.node
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Sub)
        and isinstance(node.right, ast.Set)
    ):
        yield node, site.source.of(node.left)


def switch_turned(site: Site) -> Iterator[Replacement]:
    """Turn over a switch of the settings."""
    node = site.node
    if (
        isinstance(node, ast.Assign)
        and site.source.path.endswith("settings.py")
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, bool)
    ):
        yield node.value, str(not node.value.value)


# --- In modules that decide ----------------------------------------------------------------------
def condition_forced(site: Site) -> Iterator[Replacement]:
    """Let a condition hold always, or never."""
    node = site.node
    if isinstance(node, ast.If | ast.IfExp) and site.source.of(node.test) != "TYPE_CHECKING":
        yield node.test, "True"
        yield node.test, "False"
    if isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield test, "True"


def operand_removed(site: Site) -> Iterator[Replacement]:
    """Take one operand out of an `and` or an `or`."""
    node = site.node
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        for kept in without(node.values):
            yield node, f"({word.join(f'({site.source.of(value)})' for value in kept)})"


def step_removed(site: Site) -> Iterator[Replacement]:
    """Leave out a statement that is there for its effect."""
    node = site.node
    if not site.function or site.function == "__init__":
        return
    text = site.source.of(node) if isinstance(node, ast.stmt) else ""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if not text.startswith(("logger.", "super().__init__")):
            yield node, "pass"
    elif isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)
    ):
        yield node, "pass"


EVERYWHERE: tuple[Rule, ...] = (
    condition_removed,
    member_removed,
    permission_classes_removed,
    permission_granted,
    flag_removed,
    wrapper_removed,
    set_difference_removed,
    switch_turned,
)
WHERE_DECIDED: tuple[Rule, ...] = (condition_forced, operand_removed, step_removed)

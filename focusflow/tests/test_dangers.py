"""What FocusFlow's own code never does: there is no door where nothing of the kind is built.

Ruff knows some of it; these tests are what docs/threat-model names, and what fails when the first
such thing comes in, so that its row there is written anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("accounts", "focusflow", "habits", "tasks")

RUNS_TEXT = {"call eval", "call exec", "call compile", "call __import__", "call Template"} | {
    "call django.template.Template",
    "call engine.from_string",
    "call engines.from_string",
}
RUNS_A_SHELL = {"call os.system", "call os.popen", "call subprocess.getoutput", "keyword shell"}
WRITES_SQL = {"call RawSQL", "method raw", "method extra"}
MARKS_AS_SAFE = {"call mark_safe", "call SafeString", "keyword is_safe", "call format_html_join"}
READS_OBJECTS = {f"import {name}" for name in ("pickle", "marshal", "shelve", "dill", "yaml")}
READS_MARKUP = {f"import {name}" for name in ("xml", "lxml", "html5lib", "bs4", "markdown")}
ASKS_OTHERS = {
    f"import {name}"
    for name in ("urllib.request", "http.client", "requests", "httpx", "aiohttp", "ftplib")
}
SENDS_MAIL = {f"import {name}" for name in ("smtplib", "imaplib", "poplib")}
HAS_NO_TYPES = {f"import {name}" for name in ("ctypes", "cffi")}
WEAK = {
    "call hashlib.md5",
    "call hashlib.sha1",
    "call hashlib.new",
    "import random",
    "import crypt",
}
PATTERNS = {"pattern of words", "format of words", "lookup by pattern"}
# Whole technologies, by the packages that bring them.
OTHERS = {
    f"import {name}"
    for name in (
        *("ldap", "ldap3", "pylatex", "jinja2", "memcache", "pymemcache", "pylibmc"),
        *("graphene", "strawberry", "ariadne", "channels", "websockets", "aiortc"),
        *("saml2", "onelogin", "authlib", "oauthlib", "twilio", "jpype"),
        *("allauth.socialaccount", "allauth.idp"),
    )
}


class Dangers(ast.NodeVisitor):
    """Collects what a module imports and calls, and what it makes of words at run time."""

    def __init__(self, source: str) -> None:
        self.found: set[str] = set()
        self.visit(ast.parse(source))

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.note_import(alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.note_import(node.module or "")
        for alias in node.names:
            self.note_import(f"{node.module}.{alias.name}")

    def note_import(self, name: str) -> None:
        parts = name.split(".")
        self.found |= {f"import {'.'.join(parts[:length])}" for length in range(1, len(parts) + 1)}

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        self.found.add(f"call {name}")
        self.found |= {f"keyword {keyword.arg}" for keyword in node.keywords}
        if any(re.search("__i?regex$", keyword.arg or "") for keyword in node.keywords):
            self.found.add("lookup by pattern")
        if isinstance(node.func, ast.Attribute):
            self.found.add(f"method {node.func.attr}")
            if node.func.attr == "format" and not is_written(node.func.value):
                self.found.add("format of words")
        if name.startswith("re.") and name != "re.escape" and not is_written(node.args[0]):
            self.found.add("pattern of words")
        self.generic_visit(node)


def is_written(node: ast.expr) -> bool:
    """Say whether the text stands in the source: there, or under a name in capitals."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


@cache
def dangers() -> dict[str, set[str]]:
    """Return what each module of FocusFlow does, by its path; tests and migrations aside."""
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return {
        str(path.relative_to(ROOT)): Dangers(path.read_text()).found
        for path in [*paths, ROOT / "manage.py"]
        if not {"tests", "migrations"} & set(path.parts)
    }


def who(does: set[str]) -> set[str]:
    """Return the modules that do any of it."""
    return {path for path, found in dangers().items() if found & does}


def test_code_is_looked_at() -> None:
    assert len(dangers()) > 100
    assert who({"import django.db"}) >= {"accounts/models.py", "focusflow/health.py"}


@pytest.mark.parametrize(
    ("source", "danger"),
    [
        ("eval(words)", "call eval"),
        ("Template(words)", "call Template"),
        ("os.system(words)", "call os.system"),
        ("subprocess.run(words, shell=True)", "keyword shell"),
        ("rows.extra(where=[words])", "method extra"),
        ("mark_safe(words)", "call mark_safe"),
        ("import pickle", "import pickle"),
        ("from xml.etree import ElementTree", "import xml"),
        ("from urllib.request import urlopen", "import urllib.request"),
        ("from urllib import request", "import urllib.request"),
        ("from allauth import socialaccount", "import allauth.socialaccount"),
        ("hashlib.md5(words)", "call hashlib.md5"),
        ("re.compile(words)", "pattern of words"),
        ("re.search(f'{words}x', text)", "pattern of words"),
        ("words.format(self)", "format of words"),
        ("rows.filter(name__iregex=words)", "lookup by pattern"),
    ],
)
def test_danger_is_seen(source: str, danger: str) -> None:
    assert danger in Dangers(source).found


def test_code_runs_no_text() -> None:
    assert who(RUNS_TEXT) == set()


def test_code_calls_programs_without_a_shell() -> None:
    assert who(RUNS_A_SHELL) == set()
    assert who({"import subprocess"}) == {
        "focusflow/management/background.py",
        "focusflow/transfer/tools.py",
    }


def test_code_leaves_sql_to_the_orm() -> None:
    assert who(WRITES_SQL) == set()
    # Of the database itself: its tables, its settings, its health. No word of anybody is in it.
    assert who({"method execute", "method executemany"}) == {
        "focusflow/api/writes.py",
        "focusflow/bulk.py",
        "focusflow/catalogue.py",
        "focusflow/health.py",
        "focusflow/postgresql/base.py",
        "focusflow/sqlite/base.py",
        "focusflow/transfer/move.py",
        # What Django compiled, with its parameters.
        "focusflow/saving.py",
        "focusflow/statements.py",
        "focusflow/transfer/postgresql.py",
        "focusflow/transfer/sqlite.py",
        # Reads of tables and columns of fixed names, in a file that somebody brings.
        "habits/loop/database.py",
        # A rule in SQL; what it is about are ids in a parameter.
        "habits/rebuilding/parts.py",
        "tasks/indexing.py",
    }


def test_code_marks_no_words_as_safe() -> None:
    assert who(MARKS_AS_SAFE) == set()


def test_code_reads_no_objects_and_no_markup() -> None:
    assert who(READS_OBJECTS | READS_MARKUP) == set()


def test_code_asks_no_other_server() -> None:
    assert who(ASKS_OTHERS) == set()


def test_code_speaks_to_no_mail_server_itself() -> None:
    # By Django; it knows smtplib's errors.
    assert who(SENDS_MAIL) == {"accounts/mail.py"}


def test_code_reaches_no_memory() -> None:
    # One yes or no that the server's processes share, kept by multiprocessing.
    assert who(HAS_NO_TYPES) == {
        "focusflow/management/commands/serve.py",
        "focusflow/management/server.py",
    }


def test_code_takes_no_weak_hash_and_no_guessable_number() -> None:
    # Rows of the demo, and how long two that met wait for each other.
    assert who(WEAK) == {
        "focusflow/api/writes.py",
        "focusflow/demo/habits.py",
        "focusflow/demo/tasks.py",
        "focusflow/demo/words.py",
        "focusflow/management/demo_accounts.py",
    }


def test_code_makes_no_pattern_and_no_format_of_words() -> None:
    # Statements that differ between the databases, psycopg's own composer, and sentences of
    # tables that stand beside: what somebody wrote is put into them, and never what is filled.
    assert who(PATTERNS) == {
        "focusflow/bulk.py",
        "focusflow/transfer/postgresql.py",
        "habits/rebuilding/statements.py",
        "tasks/actions/quick_add.py",
        "tasks/quick_add/problems.py",
        "tasks/recurrence/description.py",
    }


def test_code_uses_nothing_of_these_kinds() -> None:
    assert who(OTHERS) == set()


# --- Templates and scripts ------------------------------------------------------------------------
UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|\bautoescape\s+off\b|\{%\s*debug\b")
# What makes markup or code of words, lets other windows in, or leaves rows on somebody's disk.
UNSAFE = re.compile(
    r"\binnerHTML\b|\bouterHTML\b|\binsertAdjacentHTML\b|\bdocument\.write|\beval\s*\(|"
    r"\bnew Function\b|\bpostMessage\b|\bonmessage\b|\blocalStorage\b|\bsessionStorage\b|"
    r"\bindexedDB\b|\bdocument\.cookie\b|\b__proto__\b"
)


def lines_with(pattern: re.Pattern[str], *globs: str) -> Iterator[str]:
    """Yield where the pattern stands in the files."""
    for glob in globs:
        for path in sorted(ROOT.glob(glob)):
            if pattern.search(path.read_text()):
                yield str(path.relative_to(ROOT))


def test_templates_escape_all_they_show() -> None:
    assert len(list(lines_with(re.compile("block"), "templates/**/*.html"))) > 5
    assert list(lines_with(UNESCAPED, "templates/**/*.html", "*/templates/**/*.html")) == []


def test_scripts_make_no_markup_and_keep_no_rows() -> None:
    # What others wrote and is served with it lies in a folder `vendor`.
    own = (f"{app}/static/{app}/*.js" for app in APPS)

    assert list(lines_with(UNSAFE, *own)) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (UNESCAPED, "{{ words|safe }}"),
        (UNESCAPED, "{% autoescape off %}"),
        (UNSAFE, "row.innerHTML = words"),
        (UNSAFE, "localStorage.setItem('row', words)"),
        (UNSAFE, "window.addEventListener('message', f); w.postMessage(words, '*')"),
    ],
)
def test_danger_of_pages_is_seen(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)

"""The pool of PostgreSQL's connections, while PostgreSQL comes and goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from copy import deepcopy

import pytest
from django.db import OperationalError, connection, transaction
from psycopg_pool import ConnectionPool, PoolTimeout

from focusflow import postgresql
from focusflow.postgresql import PATIENCE_SECONDS, TRY_SECONDS, Outage, base
from focusflow.tests.relay import Relay

ALIAS = "relayed"
PATIENCE = 1.0
# What a busy machine may add.
SLACK = 1.0

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="needs PostgreSQL: set DATABASE_URL"
)


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(postgresql, "monotonic", clock)
    return clock


def test_no_outage_lets_everybody_through(clock: Clock) -> None:
    outage = Outage()

    assert [outage.lets_through(), outage.lets_through()] == [True, True]


def test_outage_lets_one_through_at_a_time(clock: Clock) -> None:
    outage = Outage()
    outage.begin()

    at_once = outage.lets_through()
    clock.now += TRY_SECONDS
    later = [outage.lets_through(), outage.lets_through()]

    assert (at_once, later) == (False, [True, False])


def test_outage_that_ended_lets_everybody_through(clock: Clock) -> None:
    outage = Outage()
    outage.begin()
    outage.end()

    assert outage.lets_through()


class Planner:
    """The tests' database by a way that can be cut, and a pool of its own."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.settings = deepcopy(connection.settings_dict)
        self.settings |= {"HOST": "127.0.0.1", "PORT": str(relay.port)}
        self.settings["OPTIONS"]["pool"]["max_size"] = 4

    def connect(self) -> base.DatabaseWrapper:
        """Open a connection, as each thread of a server does."""
        opened = base.DatabaseWrapper(self.settings, ALIAS)
        opened.ensure_connection()
        return opened

    def ask(self) -> float:
        """Use a connection; return the seconds it took."""
        began = time.monotonic()
        with closing(self.connect()) as opened, opened.cursor() as cursor:
            cursor.execute("SELECT 1")
        return time.monotonic() - began

    def ask_in_vain(self) -> float:
        """Return the seconds until there was an error instead of a connection."""
        began = time.monotonic()
        with pytest.raises(OperationalError):
            self.ask()
        return time.monotonic() - began

    def ask_until_there(self, seconds: float = 10) -> float:
        """Return the seconds until there was a connection."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            with suppress(OperationalError):
                self.ask()
                break
        return time.monotonic() - began


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Planner]:
    monkeypatch.setattr(base, "PATIENCE_SECONDS", PATIENCE)
    relay = Relay(connection.settings_dict["HOST"], int(connection.settings_dict["PORT"]))
    planner = Planner(relay)
    yield planner
    base.DatabaseWrapper(planner.settings, ALIAS).close_pool()
    with suppress(OSError):
        relay.cut()


@on_postgresql
def test_first_to_find_it_away_waits_and_the_others_do_not(planner: Planner) -> None:
    planner.ask()
    planner.relay.cut()

    first = planner.ask_in_vain()
    second = planner.ask_in_vain()

    assert PATIENCE - TRY_SECONDS < first < PATIENCE + TRY_SECONDS + SLACK
    assert second < PATIENCE / 2


@on_postgresql
def test_all_who_come_meanwhile_are_answered_in_time(planner: Planner) -> None:
    planner.relay.cut()

    # Four threads, as those of a worker; what they do not get to has to wait for them.
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(planner.ask_in_vain) for _ in range(40)]
    assert all(answer.result() is not None for answer in answers)

    assert time.monotonic() - began < 2 * PATIENCE + SLACK


@on_postgresql
def test_short_outage_is_waited_for(planner: Planner) -> None:
    planner.ask()
    planner.relay.cut()
    with ThreadPoolExecutor(1) as threads:
        asking = threads.submit(planner.ask)
        time.sleep(PATIENCE / 4)
        planner.relay.mend()

        assert asking.result() < PATIENCE + TRY_SECONDS + SLACK


@on_postgresql
def test_long_outage_ends_at_once(planner: Planner) -> None:
    """The pool alone tries to connect ever more rarely: here after 1, 3 and 7 seconds."""
    planner.relay.cut()
    until = time.monotonic() + 4
    while time.monotonic() < until:
        planner.ask_in_vain()
    planner.relay.mend()

    assert planner.ask_until_there() < 2 * TRY_SECONDS + SLACK
    assert planner.ask() < SLACK


@on_postgresql
def test_connections_that_died_in_the_pool_are_replaced_in_time(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool drops two of them in each try."""
    monkeypatch.setattr(base, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    planner.settings["OPTIONS"]["pool"]["max_size"] = 10
    opened = [planner.connect() for _ in range(10)]
    for each in opened:
        each.close()
    planner.relay.cut()
    planner.relay.mend()

    times = [planner.ask() for _ in range(10)]

    assert max(times) < PATIENCE_SECONDS + TRY_SECONDS


@on_postgresql
def test_living_connection_of_the_pool_is_not_asked(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner.ask()
    asked: list[object] = []
    monkeypatch.setattr(ConnectionPool, "check_connection", asked.append)

    planner.ask()

    assert asked == []


@on_postgresql
def test_connection_that_was_ended_is_asked_and_replaced(planner: Planner) -> None:
    with closing(planner.connect()) as opened:
        ended = opened.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])

    with closing(planner.connect()) as opened:
        assert opened.connection.info.backend_pid != ended


@on_postgresql
def test_transaction_that_lost_its_connection_waits_for_no_other(
    planner: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = planner.connect()
    lost = 0.0

    def lose_it(patched: pytest.MonkeyPatch) -> None:
        nonlocal lost
        patched.setattr(transaction, "get_connection", lambda using: opened)
        with transaction.atomic(), opened.cursor() as cursor:
            cursor.execute("SELECT 1")
            planner.relay.cut()
            lost = time.monotonic()
            cursor.execute("SELECT 1")

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        lose_it(patched)
    ended = time.monotonic()
    planner.relay.mend()

    assert ended - lost < PATIENCE / 2
    with closing(opened), opened.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert opened.get_autocommit()


@on_postgresql
@pytest.mark.parametrize(("name", "value"), [("idle", "10"), ("interval", "5"), ("count", "2")])
def test_postgresql_notices_that_the_planner_vanished(
    name: str, value: str, planner: Planner
) -> None:
    with closing(planner.connect()) as opened, opened.cursor() as cursor:
        cursor.execute(f"SHOW tcp_keepalives_{name}")
        assert cursor.fetchone() == (value,)


@on_postgresql
def test_pool_that_is_in_use_is_no_outage(planner: Planner) -> None:
    opened = [planner.connect() for _ in range(4)]

    with pytest.raises(OperationalError) as caught:
        planner.connect()
    for each in opened:
        each.close()

    assert isinstance(caught.value.__cause__, PoolTimeout)
    assert planner.ask() < SLACK

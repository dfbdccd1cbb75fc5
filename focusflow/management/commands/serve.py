"""The one way to run the server, in development and in production."""

from __future__ import annotations

import argparse
import errno
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import c_bool
from functools import partial
from ipaddress import ip_address
from typing import Any  # Options of a command hold values of every type.

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import get_internal_wsgi_application
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

from focusflow import metrics
from focusflow.health import pending_migrations
from focusflow.management.background import Background
from focusflow.management.database import close_database
from focusflow.management.server import Server
from focusflow.settings import read_int

HIGHEST_PORT = 65535
# Of each worker: while one waits for the database, the others answer.
THREADS = 4
# Of a worker that is told to stop while it answers; Docker waits as long before it kills.
SECONDS_TO_STOP = 10
WORKER = (str(settings.BASE_DIR / "manage.py"), "worker", "--until-stdin-closes")


class Command(BaseCommand):
    """Serve FocusFlow until Ctrl-C or SIGTERM."""

    help = (
        "Serve FocusFlow until Ctrl-C or SIGTERM, with a `worker` beside it. SIGHUP restarts the "
        "processes one by one; in a terminal it stops the server, as closing the terminal does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where to listen, and how many processes answer."""
        parser.add_argument(
            "--port",
            type=whole_number(HIGHEST_PORT),
            help="Default: PORT from the environment or .env, else 8000.",
        )
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="Address to listen at. Default: 127.0.0.1, this machine alone; 0.0.0.0 is all.",
        )
        parser.add_argument(
            "--workers", type=whole_number(64), default=2, help="Processes. Default: 2."
        )
        parser.add_argument(
            "--no-worker",
            action="store_false",
            dest="with_worker",
            help="Start no `manage.py worker`: one runs elsewhere.",
        )

    def handle(
        self, *args: Any, host: str, workers: int, with_worker: bool, **options: Any
    ) -> None:
        """Check that everything is in place, then serve."""
        port = options["port"] or read_int("PORT", default=8000, lowest=1, highest=HIGHEST_PORT)
        address = find_free_address(host, port)
        check_static_files()
        check_migrations()
        server = Server(
            "focusflow.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            websockets=False,
            workers_kill_timeout=SECONDS_TO_STOP,
            # What granian says besides errors is for its own developers.
            log_level=LogLevels.error,
        )

        def announce() -> None:
            stop_with_the_terminal(server.signal_handler_interrupt)
            self.stdout.write(describe(address, port))
            self.stdout.flush()

        server.on_startup(announce)
        with metrics_folder(), worker_beside(server if with_worker else None):
            server.serve(
                target_loader=partial(load_application, server.has_loaded), wrap_loader=False
            )


@contextmanager
def metrics_folder() -> Iterator[None]:
    """Give the workers a folder for their metrics, where anybody reads them."""
    if not settings.METRICS_TOKEN:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="focusflow-metrics-") as folder:
        metrics.share_between_processes(folder)
        yield


@contextmanager
def worker_beside(server: AbstractServer | None) -> Iterator[None]:
    """Run `manage.py worker` as long as the server."""
    if server is None:
        yield
        return
    worker = Background([sys.executable, *WORKER])
    interrupt = server.signal_handler_interrupt

    def stop(*args: Any) -> None:
        # At once, so that it ends what it is doing while the server's processes do.
        worker.tell_to_stop()
        interrupt(*args)  # type: ignore[no-untyped-call]  # granian's own

    server.signal_handler_interrupt = stop  # type: ignore[method-assign]  # its only hook so early
    server.on_startup(worker.start)
    server.on_reload(worker.restart)
    try:
        yield
    finally:
        worker.stop(SECONDS_TO_STOP)


def whole_number(highest: int) -> Callable[[str], int]:
    """Return a reader of an option: a whole number from 1 to `highest`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= highest):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {highest}.")
        return int(text)

    return read


def find_free_address(host: str, port: int) -> str:
    """Return the IP address of `host`, when a server can listen there on `port`.

    The workers share their port (SO_REUSEPORT), so that a second FocusFlow would start beside the
    first, and each would get some of the requests: this probe does not share, and fails.
    """
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name == "posix":
                # Connections of a server that just stopped are no server.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"Port {port} is taken: stop the other program or set PORT to another number."
        elif error.errno == errno.EACCES:
            reason = f"Port {port} is for administrators: set PORT to a number from 1024."
        else:
            reason = f"FocusFlow cannot listen at {host} ({error.strerror}): use another --host."
        raise CommandError(reason) from error
    return str(place[0])


def check_static_files() -> None:
    """Refuse to serve pages without their style: each would fail on the missing manifest."""
    storage = staticfiles_storage
    if isinstance(storage, ManifestFilesMixin) and storage.read_manifest() is None:
        raise CommandError(
            "The static files are not collected: run `python manage.py collectstatic --noinput`."
        )


def check_migrations() -> None:
    """Refuse to serve on tables of another release; leave no connection to the database open."""
    try:
        lacking = pending_migrations()
    finally:
        # A forked worker would share its socket and its locks.
        close_database()
    if lacking:
        names = ", ".join(lacking[:3])
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        raise CommandError(
            f"The database lacks {names}{more}: run `python manage.py migrate` first."
        )


def describe(address: str, port: int) -> str:
    """Return the sentence that tells where people find FocusFlow."""
    host = f"[{address}]" if ":" in address else address
    ip = ip_address(address)
    if ip.is_loopback or ip.is_unspecified:
        host = "localhost"
    here = f"http://{host}:{port}/"
    proxy = f", for the proxy of {settings.PUBLIC_URL}" if settings.IS_HTTPS else ""
    return f"FocusFlow is at {here}{proxy} (Ctrl-C stops it)"


def stop_with_the_terminal(stop: Callable[..., None]) -> None:
    """Stop when the terminal closes; SIGHUP from elsewhere restarts the workers."""
    if hasattr(signal, "SIGHUP") and sys.stdin is not None and sys.stdin.isatty():
        signal.signal(signal.SIGHUP, stop)


def load_application(  # pragma: no cover  # workers keep no record of it
    has_loaded: c_bool,
) -> WSGIHandler:
    """Return the application, in a worker, and note that it could be loaded.

    Ctrl-C in a terminal reaches every process of its group. The main process tells the workers to
    stop, so they leave the group: one that stopped by itself would count as failed. A forked
    worker has the main process's handlers until granian sets its own, and would miss SIGTERM.
    """
    if hasattr(os, "setpgrp"):
        os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=stop_with_the_main_process, daemon=True).start()
    application = get_internal_wsgi_application()
    has_loaded.value = True
    return application


def stop_with_the_main_process() -> None:  # pragma: no cover  # see above
    """Stop this worker when the main process was killed: it would keep the port for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

"""Mail: sealed in the queue, sent by the worker, tried again while the mail server is away."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from cryptography.fernet import InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.tasks import TaskResultStatus
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accounts import mail
from accounts.models import User
from accounts.sealing import seal, unseal
from accounts.tests.test_registration import link_in
from focusflow.settings import read_mailers


class Listener(socketserver.StreamRequestHandler):
    """As much of a mail server as one letter needs (RFC 5321)."""

    letters: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.letters.append(b"".join(lines).decode())
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def mail_server(db: None, settings: Settings) -> Iterator[list[str]]:
    """Run a mail server that FocusFlow uses; yield the letters that it takes."""
    Listener.letters.clear()
    with socketserver.TCPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.MAILERS = read_mailers(f"smtp://127.0.0.1:{server.server_address[1]}")
        yield Listener.letters
        server.shutdown()
        thread.join()


@pytest.fixture
def away(db: None, settings: Settings) -> None:
    """Configure a mail server that does not listen."""
    settings.MAILERS = read_mailers("smtp://127.0.0.1:9")


def refuse(monkeypatch: Any, error: Exception) -> None:
    """Let each letter be refused by this error."""

    def send(_: EmailMessage) -> int:
        raise error

    monkeypatch.setattr(EmailMessage, "send", send)


@pytest.mark.django_db(transaction=True)
def test_letter_reaches_the_mail_server(mail_server: list[str]) -> None:
    mail.post(to="ann@example.org", subject="Grüße", body="A link")
    before = list(mail_server)

    call_command("worker", "--once")

    assert before == []
    (letter,) = mail_server
    assert "To: ann@example.org" in letter
    assert "From: FocusFlow <focusflow@testserver>" in letter
    assert "A link" in letter


def test_letter_in_the_queue_is_sealed(db: None) -> None:
    mail.post(to="ann@example.org", subject="Subject", body="A link that opens an account")

    stored = str(DBTaskResult.objects.values())
    assert "accounts.mail.deliver" in stored
    for word in ("ann@example.org", "Subject", "opens an account"):
        assert word not in stored


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("mailer")
def test_link_that_resets_is_never_in_the_queue_in_the_clear(
    ann: User, settings: Settings, mailoutbox: list[Any]
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    Client().post("/accounts/password/reset/", {"email": ann.email})
    stored = str(DBTaskResult.objects.values())
    call_command("worker", "--once")

    assert link_in(mailoutbox[0]).rstrip("/").rpartition("/")[2] not in stored


@pytest.mark.django_db(transaction=True)
def test_letter_is_tried_again_while_the_mail_server_is_away(
    away: None, time_machine: Any, caplog: pytest.LogCaptureFixture
) -> None:
    mail.post(to="ann@example.org", subject="s", body="b")

    for pause in (*mail.PAUSES, timedelta(0)):
        call_command("worker", "--once")
        time_machine.move_to(timezone.now() + pause + timedelta(seconds=1))

    # Letters that were passed on to the next attempt are forgotten meanwhile.
    assert caplog.text.count("did not take a letter: ConnectionRefusedError") == len(mail.PAUSES)
    assert DBTaskResult.objects.latest("finished_at").status == TaskResultStatus.FAILED
    assert not DBTaskResult.objects.ready().exists()


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (ConnectionRefusedError(), 2),
        (TimeoutError(), 2),
        (smtplib.SMTPServerDisconnected(), 2),
        (smtplib.SMTPAuthenticationError(535, b"no"), 2),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"later")}), 2),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"never")}), 1),
        (smtplib.SMTPDataError(451, b"later"), 2),
        (smtplib.SMTPDataError(554, b"never"), 1),
    ],
)
def test_letter_is_tried_again_unless_it_is_refused_for_good(
    error: Exception, tries: int, monkeypatch: Any, db: None
) -> None:
    refuse(monkeypatch, error)
    sealed = seal('{"to": "a@b.c", "subject": "s", "body": "b"}', purpose="mail")

    if tries == 1:
        with pytest.raises(type(error)):
            mail.deliver.call(sealed)
    else:
        mail.deliver.call(sealed)

    assert DBTaskResult.objects.count() == tries - 1


def test_seal_of_one_purpose_opens_no_other() -> None:
    sealed = seal("word", purpose="mail")

    assert unseal(sealed, purpose="mail") == "word"
    with pytest.raises(InvalidToken):
        unseal(sealed, purpose="mfa")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost:25", ("localhost", 25, "", "", False, False)),
        ("smtp+tls://u:p%40ss@mail.org:587", ("mail.org", 587, "u", "p@ss", True, False)),
        ("smtp+ssl://u:p@mail.org:465", ("mail.org", 465, "u", "p", False, True)),
    ],
)  # fmt: skip
def test_mail_server_is_read_from_its_url(url: str, expected: tuple[Any, ...]) -> None:
    options = read_mailers(url)["default"]["OPTIONS"]

    names = ("host", "port", "username", "password", "use_tls", "use_ssl")
    assert tuple(options[name] for name in names) == expected


@pytest.mark.parametrize("url", ["mail.example.org", "https://mail.example.org", "smtp://", "x"])
def test_mail_server_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        read_mailers(url)


def test_mail_server_is_none_by_default() -> None:
    assert read_mailers("") == {}
    assert not mail.is_configured()

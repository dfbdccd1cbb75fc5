"""Mail to people: written while a request is answered, sent by the worker afterwards.

A letter waits in the queue of tasks, in the transaction that wants it sent, and encrypted: it may
hold a link that opens an account. Nothing waits for the mail server, so that an answer takes as
long for an address that has an account as for one that has none.
"""

from __future__ import annotations

import json
import logging
import smtplib
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.utils import timezone

from accounts.sealing import seal, unseal

logger = logging.getLogger("focusflow.mail")

PURPOSE = "mail"
# After each failure, how long the mail server gets before the next attempt.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))


def is_configured() -> bool:
    """Say whether there is a mail server; without one nothing may claim that mail was sent."""
    return bool(settings.MAILERS)


def write(name: str, to: str, **context: object) -> None:
    """Let the worker send one of FocusFlow's own letters (templates/account/email)."""
    get_adapter().send_mail(f"account/email/{name}", to, context)


def post(*, to: str, subject: str, body: str) -> None:
    """Let the worker send a letter of plain text."""
    letter = json.dumps({"to": to, "subject": subject, "body": body})
    deliver.enqueue(seal(letter, purpose=PURPOSE))


@task
def deliver(sealed: str, failures: int = 0) -> None:
    """Send a letter; try again later where the mail server is away.

    A letter that the server refuses for good, or for the last time, is a failed task in the log.
    """
    letter = json.loads(unseal(sealed, purpose=PURPOSE))
    message = EmailMessage(letter["subject"], letter["body"], to=[letter["to"]])
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        if is_final(error) or failures == len(PAUSES):
            raise
        logger.warning("The mail server did not take a letter: %s", type(error).__name__)
        later = deliver.using(run_after=timezone.now() + PAUSES[failures])
        later.enqueue(sealed, failures + 1)


def is_final(error: Exception) -> bool:
    """Say whether the server refused the recipient or the letter, rather than being away."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500

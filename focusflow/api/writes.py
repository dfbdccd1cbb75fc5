"""Requests that change rows: run once for each key, and again after a deadlock."""

from __future__ import annotations

import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import orjson
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from focusflow.api.errors import KeyInUse, KeyReused, SecretNotRepeated
from focusflow.api.outages import is_locked, is_transient
from focusflow.api.patterns import KEY
from focusflow.api.renderers import JSONRenderer
from focusflow.models import KEY_LENGTH, IdempotencyKey

Handler = Callable[[], Response]

PAUSES = (0.05, 0.2)  # Seconds before the second and the third attempt, each made up to twice it.
WAIT_SECONDS = 5


def run_again(handler: Handler) -> Response:
    """Run a request's handler; after a deadlock or a serialization failure, up to three times."""
    for pause in PAUSES:
        try:
            return handler()
        except OperationalError as error:
            # A transaction around this one is lost with it: only whoever began it can repeat it.
            if connection.in_atomic_block or not is_transient(error):
                raise
        time.sleep(pause * random.uniform(1, 2))  # noqa: S311  # nosec B311  # to part two that met
    return handler()


def run_once(request: Request, route: str, handler: Handler, *, is_secret: bool) -> Response:
    """Run a POST once for its Idempotency-Key, and answer its repetitions as the first.

    https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07

    The key is the person's own for one route, for a day. Its row and the change are one
    transaction, so that an error leaves neither. A repetition that comes meanwhile waits for the
    first, `WAIT_SECONDS` at most. Raises KeyReused for a key that came with another body, KeyInUse
    where the first is not done in time, and SecretNotRepeated where the answer held a secret,
    which is not stored.
    """
    key = read_key(request)
    if key is None:
        return handler()
    # Read before the parsers do: the digest is of the body as it was sent.
    digest = digest_of(request.content_type or "", request.body)
    try:
        with short_waits(), transaction.atomic():
            return run_keyed(request, route, key, digest, handler, is_secret=is_secret)
    except OperationalError as error:
        if is_locked(error):
            raise KeyInUse from error
        raise


def run_keyed(
    request: Request, route: str, key: str, digest: str, handler: Handler, *, is_secret: bool
) -> Response:
    """Claim the key and run, or replay what the first request with it was answered."""
    at = timezone.now()
    user_id = cast(int, request.user.pk)
    own = IdempotencyKey.objects.filter(user_id=user_id, route=route, key=key)
    own.expired(at).delete()
    # Of two requests at once, the database lets one insert and the other wait for its outcome.
    row, is_first = own.get_or_create(
        defaults={"digest": digest, "created_at": at},
        user_id=user_id,
        route=route,
        key=key,
    )
    if not is_first:
        return replay(row, digest, is_secret=is_secret)
    response = handler()
    keep(own, response, is_secret=is_secret)
    return response


def replay(row: IdempotencyKey, digest: str, *, is_secret: bool) -> Response:
    """Return the stored answer."""
    if row.digest != digest:
        raise KeyReused
    if is_secret:
        raise SecretNotRepeated(orjson.loads(row.body))
    headers = {"Location": row.location} if row.location else None
    return Response(orjson.loads(row.body or "null"), status=row.status, headers=headers)


def keep(own: models.QuerySet[IdempotencyKey], response: Response, *, is_secret: bool) -> None:
    """Store an answer with its key; of one that holds a secret only the row's id.

    Who deleted their account has no keys any more, and nothing is stored.
    """
    data = {"id": response.data["id"]} if is_secret else response.data
    own.update(
        status=response.status_code,
        body=JSONRenderer().render(data).decode(),
        location=response.headers.get("Location", ""),
    )


def read_key(request: Request) -> str | None:
    """Return the key, with or without the quotes of a structured field; None without the header."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if match := re.fullmatch(KEY, key.strip()):
        return match[1]
    raise ParseError(
        f"Send an Idempotency-Key of 1 to {KEY_LENGTH} printable ASCII characters, such as a UUID."
    )


def digest_of(content_type: str, body: bytes) -> str:
    """Return the SHA-256 of a body and its type."""
    return hashlib.sha256(content_type.encode() + b"\n" + body).hexdigest()


@contextmanager
def short_waits() -> Iterator[None]:
    """Let the transaction inside wait for locks as long as a repetition may wait."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        before = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {before}")

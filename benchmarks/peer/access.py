"""Whose request it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, HTTPException, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.peer.database import make_session
from benchmarks.peer.models import Token, User

READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Bearer:
    """A token that was sent, and whether it is to read alone."""

    secret: str
    is_reading: bool

    @contextmanager
    def signed_in(self) -> Iterator[tuple[User, Session]]:
        """Give whose token it is, with a session; 401 or 403 where it does not open anything."""
        with make_session() as session:
            yield self.find_user(session), session

    def find_user(self, session: Session) -> User:
        """Return whose token it is, as the database says now."""
        digest = hashlib.sha256(self.secret.encode()).hexdigest()
        columns = select(User, Token.scope, Token.expires_at).join(Token.user)
        found = session.execute(columns.where(Token.digest == digest)).one_or_none()
        if found is None:
            raise HTTPException(401, "The token is unknown.")
        user, scope, expires_at = found
        if not user.is_active or (expires_at is not None and expires_at <= datetime.now(UTC)):
            raise HTTPException(401, "The token expired, or its account is closed.")
        if not self.is_reading and scope != "write":
            raise HTTPException(403, "The token may only read.")
        return user


async def get_bearer(request: Request, authorization: Annotated[str, Header()] = "") -> Bearer:
    """Return what was sent.

    Not a thread's work, as each dependency is that asks the database: the endpoint's own does that.
    """
    return Bearer(authorization.removeprefix("Bearer "), request.method in READS)


Caller = Annotated[Bearer, Depends(get_bearer)]


def today_of(user: User) -> date:
    """Return the day of somebody, which may start hours after midnight."""
    clock = datetime.now(ZoneInfo(user.time_zone)).replace(tzinfo=None)
    return (clock - timedelta(hours=user.day_starts_at)).date()

"""Whose request it is."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, HTTPException, Request
from sqlalchemy import select

from benchmarks.peer.database import Database
from benchmarks.peer.models import Token, User

READS = frozenset({"GET", "HEAD", "OPTIONS"})


def get_user(
    request: Request, session: Database, authorization: Annotated[str, Header()] = ""
) -> User:
    """Return whose token it is."""
    secret = authorization.removeprefix("Bearer ")
    digest = hashlib.sha256(secret.encode()).hexdigest()
    found = session.execute(
        select(User, Token.scope, Token.expires_at).join(Token.user).where(Token.digest == digest)
    ).one_or_none()
    if found is None:
        raise HTTPException(401, "The token is unknown, expired or revoked.")
    user, scope, expires_at = found
    if not user.is_active or (expires_at is not None and expires_at <= datetime.now(UTC)):
        raise HTTPException(401, "The token is unknown, expired or revoked.")
    if request.method not in READS and scope != "write":
        raise HTTPException(403, "The token may only read.")
    return user


Reader = Annotated[User, Depends(get_user)]


def today_of(user: User) -> date:
    """Return the day of somebody, which may start hours after midnight."""
    clock = datetime.now(ZoneInfo(user.time_zone)).replace(tzinfo=None)
    return (clock - timedelta(hours=user.day_starts_at)).date()

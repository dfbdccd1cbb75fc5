"""The peer's connections and sessions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

# As many as uvicorn's threads can use at once.
CONNECTIONS = 40

engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1),
    pool_size=CONNECTIONS,
    max_overflow=0,
    # The one that was used last is the one whose statements are prepared.
    pool_use_lifo=True,
    connect_args={"options": "-c timezone=UTC"},
)
make_session = sessionmaker(engine, expire_on_commit=False)


def get_session() -> Iterator[Session]:
    """Give a session for a request."""
    with make_session() as session:
        yield session


Database = Annotated[Session, Depends(get_session)]

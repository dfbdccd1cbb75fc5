"""The peer's connections and sessions."""

from __future__ import annotations

import os

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

# As many as there are threads in which requests are answered.
CONNECTIONS = 40

engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1),
    pool_size=CONNECTIONS,
    max_overflow=0,
    # The one that was used last is the one whose statements are prepared.
    pool_use_lifo=True,
    # Reading by an index costs less than PostgreSQL takes for granted: the disk does not turn.
    connect_args={"options": "-c timezone=UTC -c random_page_cost=1.1"},
)
make_session = sessionmaker(engine, expire_on_commit=False)

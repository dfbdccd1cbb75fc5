"""The stack of FocusFlow's source documents, with which the benchmarks compare it.

FastAPI, SQLAlchemy 2's ORM and psycopg 3 under uvicorn, as somebody who knows them would write the
same endpoints. What was chosen in its favour:

- its tables (`tables.py`) are in the same database, with the same rows and ids, and with those
  indexes alone that its own queries use: no triggers, no checks, fewer indexes to keep;
- its sign-in is one query by the token's digest, joined with the account; the time of the last use
  is not written;
- category and tags come by `joinedload` and `selectinload`, two statements for a page; a page asks
  for one row more than it shows instead of a COUNT; connections stay open without being asked
  whether they still live; psycopg prepares what is repeated; rows that are committed are not read
  again;
- bodies are Pydantic models in and out, which FastAPI writes as JSON without a detour;
- it has no limits of requests, no history, no versions, no idempotency keys, no time zones of
  people, no strict bodies, no security headers and no log of requests.
"""

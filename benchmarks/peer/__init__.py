"""The stack of FocusFlow's source documents, with which the benchmarks compare it.

FastAPI, SQLAlchemy 2's ORM and psycopg 3 under uvicorn, as somebody who knows them well would write
the same endpoints: at the same addresses, with the same bodies and members. Whose token it is, the
database says at each request. Paging is by OFFSET and searching by ILIKE, as is usual there. What
was chosen in its favour:

- its tables (`tables.py`) are in the same database, with the same rows and ids, and of the indexes
  those alone that serve these lists, equal to FocusFlow's: no triggers, no checks, less to keep;
- the token comes with its account by one query; the time of its last use is not written;
- an endpoint signs in, asks and answers in one thread, where FastAPI would enter one for each
  dependency that asks the database and for the end of its session: that costs a list a seventh of
  its processor's time;
- category and tags come by `joinedload` and `selectinload`, two statements for a page; deep down,
  where a join would be made for each row that is skipped, both by `selectinload`; a page asks for
  one row more than it shows instead of a COUNT;
- PostgreSQL is told that reading by an index is cheap, without which it sorts all of a person's
  tasks for a deep page (in four to ten times the time);
- connections stay open, without being asked whether they still live, and the one that was used last
  comes first: psycopg prepares what is repeated; what was written is not read again;
- bodies are Pydantic models in and out, which FastAPI writes as JSON without a detour;
- what is said of a habit is made by FocusFlow's own pure rules, so that the stacks alone differ; a
  check-in counts the streaks of a daily habit, done or not, and leaves its strength as it is;
- it has no series, no list of what was completed when, no undoing, no limits of requests, no
  history, no conditions such as If-Match, no idempotency keys, no strict bodies, no checks of whole
  rows, no security headers and no log of requests.
"""

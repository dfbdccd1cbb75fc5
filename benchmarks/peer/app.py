"""The peer's endpoints, at FocusFlow's addresses.

DATABASE_URL=postgres://… python -m uvicorn benchmarks.peer.app:app --workers 2 --no-access-log
"""

from fastapi import FastAPI

from benchmarks.peer import habits, tasks

app = FastAPI(title="Peer")
app.include_router(tasks.router)
app.include_router(habits.router)

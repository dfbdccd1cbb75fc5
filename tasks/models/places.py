"""Where the migrations that made the tables of tasks find what fills their column of places."""

from accounts.places import next_place

__all__ = ["next_place"]

"""Settings with which commands run, and no process of the server can load the application."""

from focusflow.settings import *  # noqa: F403

MIDDLEWARE = [*MIDDLEWARE, "nowhere.Middleware"]  # noqa: F405

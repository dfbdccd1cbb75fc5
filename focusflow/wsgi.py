"""The WSGI application for a server process."""

import os
from typing import Any  # An environment holds values of every type.

import django
from django.core.handlers.wsgi import WSGIHandler
from django.http.response import HttpResponseBase

from focusflow.api.content_types import readable_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")


class Application(WSGIHandler):
    """Django's, given only what it can make a request of."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        """Answer a request."""
        if kind := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = readable_type(kind)
        return super().__call__(environ, start_response)


django.setup(set_prefix=False)
application = Application()

"""The ASGI application for a server process."""

import os
from typing import Any  # A scope holds values of every type.

import django
from django.core.handlers.asgi import ASGIHandler

from focusflow.api.content_types import readable_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")


class Application(ASGIHandler):
    """Django's, given only what it can make a request of."""

    def create_request(self, scope: Any, body_file: Any) -> Any:
        """Make the request."""
        headers = [
            (name, readable_type(value.decode("latin-1")).encode("latin-1"))
            if name == b"content-type"
            else (name, value)
            for name, value in scope["headers"]
        ]
        return super().create_request({**scope, "headers": headers}, body_file)


django.setup(set_prefix=False)
application = Application()

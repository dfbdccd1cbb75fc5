"""The ASGI application for a server process."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")

application = get_asgi_application()

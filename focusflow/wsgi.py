"""The WSGI application for a server process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")

application = get_wsgi_application()

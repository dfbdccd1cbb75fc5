"""The settings of production, without static files to collect first: no page is asked for."""

from focusflow.settings import *  # noqa: F403

STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# A folder that is there: WhiteNoise would miss it at each start.
STATIC_ROOT = BASE_DIR / "focusflow" / "static"  # noqa: F405

"""FocusFlow's own Django app: its commands, static files and system checks."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from focusflow.logs import note_sign_in


class FocusFlowConfig(AppConfig):
    """What spans the apps."""

    name = "focusflow"

    def ready(self) -> None:
        """Register the system checks, and let the log name who signs in."""
        from focusflow import checks  # noqa: F401  # importing registers them

        user_logged_in.connect(note_sign_in, dispatch_uid="focusflow.note_sign_in")

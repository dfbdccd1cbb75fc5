"""FocusFlow's own Django app: its commands, static files and system checks."""

from django.apps import AppConfig


class FocusFlowConfig(AppConfig):
    """What spans the apps."""

    name = "focusflow"

    def ready(self) -> None:
        """Register the system checks."""
        from focusflow import checks  # noqa: F401  # importing registers them

"""The Django app of tasks."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """See the package's docstring."""

    name = "tasks"

    def ready(self) -> None:
        """Register the system checks."""
        from tasks import checks  # noqa: F401  # importing registers them

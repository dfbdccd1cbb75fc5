"""The Django app of tasks."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """See the package's docstring."""

    name = "tasks"

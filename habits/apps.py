"""The Django app of habits."""

from django.apps import AppConfig


class HabitsConfig(AppConfig):
    """See the package's docstring."""

    name = "habits"

#!/usr/bin/env python
"""Run FocusFlow's commands: ``manage.py help`` lists them."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, with FocusFlow's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
        from django.db import OperationalError
    except ImportError as error:
        sys.exit(
            f"{error}.\nDjango is not installed for {sys.executable}: run `make setup`, "
            "or `pip install -r requirements.txt` in an activated virtual environment."
        )
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        if "--traceback" in sys.argv:
            raise
        is_database = isinstance(error, OperationalError)
        sys.exit(f"{'The database failed' if is_database else 'FocusFlow cannot start'}: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

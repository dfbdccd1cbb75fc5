#!/usr/bin/env python
"""Run FocusFlow's commands: ``manage.py help`` lists them."""

import os
import sys


def main() -> None:
    """Hand the command line to Django, with FocusFlow's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "focusflow.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        sys.exit(
            f"{error}.\nDjango is not installed for {sys.executable}: run `make setup`, "
            "or `pip install -r requirements.txt` in an activated virtual environment."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

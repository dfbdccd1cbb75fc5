"""Let the database delete what other apps keep of an account.

Django's and allauth's foreign keys to `users` cascade in Python alone, so that a plain
``DELETE FROM users`` would be refused. The models stay theirs: only the database's rule changes.
A later migration of theirs may rebuild a table without it; the test of every foreign key to
`users` fails then, and this operation is repeated in a new migration.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any  # Historical models have no types.

from django.db import migrations, models

KEYS = (
    ("account", "EmailAddress", "user"),
    # Written by allauth only without ACCOUNT_EMAIL_CONFIRMATION_HMAC; a row would stop the cascade.
    ("account", "EmailConfirmation", "email_address"),
    ("admin", "LogEntry", "user"),
    ("mfa", "Authenticator", "user"),
    ("usersessions", "UserSession", "user"),
)


def set_rule(on_delete: Any) -> Callable[[Any, Any], None]:
    """Return an operation's function that gives each of the keys this rule."""

    def alter(apps: Any, schema_editor: Any) -> None:
        user = apps.get_model("accounts", "User")
        fields = [
            apps.get_model(app_label, model)._meta.get_field(name)
            for app_label, model, name in KEYS
        ] + [
            user._meta.get_field(name).remote_field.through._meta.get_field("user")
            for name in ("groups", "user_permissions")
        ]
        for old in fields:
            new = deepcopy(old)  # Fields copy themselves, and their relation, but not the models.
            new.remote_field.on_delete = on_delete
            schema_editor.alter_field(old.model, old, new)

    return alter


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(set_rule(models.DB_CASCADE), set_rule(models.CASCADE)),
    ]

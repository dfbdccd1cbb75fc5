"""Take the addresses of all accounts as verified: until now, the operator alone made accounts.

Else those people would have to read mail before their next sign-in, once there is a mail server,
and the address of the first account is one that no mail reaches.
"""

from typing import Any

from django.db import migrations


def vouch(apps: Any, editor: Any) -> None:
    """One statement: there are as many rows as a server has people."""
    addresses = apps.get_model("account", "EmailAddress").objects.using(editor.connection.alias)
    addresses.filter(primary=True, verified=False).update(verified=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_account_life"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(vouch, migrations.RunPython.noop)]

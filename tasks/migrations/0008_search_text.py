"""Add the column that searches read; the next migration fills it."""

import tasks.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tasks", "0007_owners")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="search_text",
            field=tasks.fields.SearchField(db_default="", default="", editable=False),
        ),
    ]

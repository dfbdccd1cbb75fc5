"""What the operator does not see of FocusFlow itself."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

# Its page shows what tasks were called with and the words of their errors. The log names each task
# that failed, without either.
admin.site.unregister(DBTaskResult)

"""Todoist's CSV export of one project: read strictly, then turned into drafts of tasks.

`export` reads the file and refuses what can only come from a broken or edited one with a
`TodoistError`. `plan` drafts categories and tasks; what they have no place for is no reason to
stop: it becomes a `Loss` that names its line, in the report of `losses`. `labels` reads the labels
in titles, `schedule` the dates of a row, and `dates` a single one.
"""

from tasks.todoist.dates import Reader
from tasks.todoist.drafts import CategoryDraft, Limits, Loss, Plan, TaskDraft
from tasks.todoist.export import Export, TodoistError, read_export
from tasks.todoist.plan import plan_import

__all__ = [
    "CategoryDraft",
    "Export",
    "Limits",
    "Loss",
    "Plan",
    "Reader",
    "TaskDraft",
    "TodoistError",
    "plan_import",
    "read_export",
]

"""Todoist's CSV export of one project: read strictly, then turned into drafts of plain tasks.

`export` reads the file and refuses what can only come from a broken or edited one with a
`TodoistError`. `plan` drafts categories and tasks; what they have no place for is no reason to
stop: it becomes a `Loss` that names its line. `dates` reads the dates.
"""

from tasks.todoist.export import Export, TodoistError, read_export
from tasks.todoist.plan import CategoryDraft, Limits, Loss, Plan, TaskDraft, plan_import

__all__ = [
    "CategoryDraft",
    "Export",
    "Limits",
    "Loss",
    "Plan",
    "TaskDraft",
    "TodoistError",
    "plan_import",
    "read_export",
]

"""Tasks, the categories and tags that they are sorted by, and what was done of them."""

from tasks.models.category import Category
from tasks.models.occurrence import Occurrence
from tasks.models.saved_filter import QUERY_LENGTH, Filter
from tasks.models.tag import Tag, TaskTag
from tasks.models.task import DESCRIPTION_LENGTH, LEVELS, NO_DAY, NO_DUE, Task

__all__ = [
    "DESCRIPTION_LENGTH",
    "LEVELS",
    "NO_DAY",
    "NO_DUE",
    "QUERY_LENGTH",
    "Category",
    "Filter",
    "Occurrence",
    "Tag",
    "Task",
    "TaskTag",
]

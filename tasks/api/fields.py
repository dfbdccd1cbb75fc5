"""Serializer fields of tasks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Final  # A field's input is whatever the body holds.

from django.db.models import F
from rest_framework import serializers

from focusflow.api.rows import JoinedField
from focusflow.statements import Among, IdsSlot, Statement
from tasks.actions import MOST_TAGS
from tasks.models import TaskTag
from tasks.models.tag import TAG_LENGTH

TAG_NAMES: Final = Statement(
    TaskTag.objects.filter(Among(F("task_id"), IdsSlot("ids")))
    .order_by("tag__name", "tag_id")
    .values_list("task_id", "tag__name")
)


class TagsField(JoinedField, serializers.ListField):
    """The names of a task's tags, by the alphabet."""

    default_error_messages: ClassVar = {
        "max_length": f"A task has at most {MOST_TAGS} tags.",
    }

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.CharField(max_length=TAG_LENGTH)
        super().__init__(child=child, max_length=MOST_TAGS, **kwargs)

    def read(self, ids: Collection[int]) -> Mapping[int, list[str]]:
        """Return the names by the tasks' ids."""
        names: defaultdict[int, list[str]] = defaultdict(list)
        for task_id, name in TAG_NAMES.run({"ids": ids}):
            names[task_id].append(name)
        return names

    def nothing(self) -> list[str]:
        """Return no names."""
        return []

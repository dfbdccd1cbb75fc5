"""Tags, and which tasks have them."""

from __future__ import annotations

import unicodedata
from typing import Any, ClassVar  # Options of a save are of every type.

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.ownership import OwnedModel
from tasks.models.task import Task
from tasks.querysets import TagQuerySet, TaskTagQuerySet

# What folding makes of a character is up to 18 characters long.
TAG_LENGTH = 50
KEY_LENGTH = 18 * TAG_LENGTH


def key_of(name: str) -> str:
    """Return what all ways to write a tag's name have in common: large and small letters alike."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class Tag(OwnedModel):
    """A word that tasks of every category may have, such as where they can be done."""

    name = models.CharField(max_length=TAG_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH, editable=False)

    derived_fields = frozenset({"key"})
    derived_from: ClassVar = {"key": frozenset({"name"})}

    objects = TagQuerySet.as_manager()

    class Meta(OwnedModel.Meta):
        default_related_name = "tags"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OwnedModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "key"],
                name="%(app_label)s_%(class)s_key",
                violation_error_message="You have a tag with this name already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="%(app_label)s_%(class)s_name",
                violation_error_message="A tag has a name.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "name", "id"], name="tag_by_name"),
            models.Index(fields=["user", "created_at", "id"], name="tag_by_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the tag; what is searched of its tasks follows its name."""
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        with self.stored().folding_tasks():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the tag, also from what is searched of its tasks."""
        with self.stored().folding_tasks():
            return super().delete(*args, **kwargs)

    def stored(self) -> TagQuerySet:
        """Return the tag as it is stored, if it is."""
        return Tag.objects.filter(pk=self.pk)

    def derive(self) -> None:
        """Fill the key."""
        self.key = key_of(self.name)

    def clean(self) -> None:
        """Refuse a name of another tag, in letters of any case."""
        super().clean()
        self.derive()
        if not self.name.strip():
            raise ValidationError({"name": "A tag has a name."})


class TaskTag(models.Model):
    """A tag of a task. Both have one owner, who stands here as well."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DB_CASCADE, db_index=False)
    task = models.ForeignKey(Task, on_delete=models.DB_CASCADE, db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.DB_CASCADE)

    objects = TaskTagQuerySet.as_manager()

    owner_column = "user_id"
    # A task is shown with the names of its tags.
    part_of = "task"

    class Meta:
        db_table = "tasks_task_tag"
        default_permissions = ()
        default_related_name = "task_tags"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Its index also serves the tags of a task.
            models.UniqueConstraint(fields=["task", "tag"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Serves the removal of an account.
            models.Index(fields=["user"], name="tasktag_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.tag_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the tag to the task."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            TaskTag.objects.refold([self.task_id])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Take the tag from the task."""
        with transaction.atomic(savepoint=False):
            deleted = super().delete(*args, **kwargs)
            TaskTag.objects.refold([self.task_id])
        return deleted

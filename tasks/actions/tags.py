"""The tags of tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from django.db import transaction

from accounts import history
from accounts.actions.locks import lock_account
from accounts.history import Action, Change
from accounts.models import User
from tasks.models import Tag, Task, TaskTag
from tasks.models.tag import key_of

MOST_TAGS: Final = 50


class TooManyTagsError(Exception):
    """A task would have more tags than any may."""

    def __init__(self) -> None:
        super().__init__(f"A task has at most {MOST_TAGS} tags: nothing was changed.")


@transaction.atomic
def set_tags(*, task: Task, names: Iterable[str], expected: int | None = None) -> bool:
    """Give a task these tags and no others, and say whether that changed something.

    Tags that the person does not have yet are made. Raises TooManyTagsError; and with `expected`,
    StaleVersionError unless the task has that version.
    """
    wanted = find_tags(task.user, names)
    check_number([wanted])
    Task.objects.select_for_update(no_key=True).only("pk").get(pk=task.pk)
    before = {row.tag.key: row for row in task.task_tags.select_related("tag").order_by("pk")}
    if wanted.keys() == before.keys():
        return False
    task.write({"version"}, expected=expected)
    gone = [row.pk for key, row in before.items() if key not in wanted]
    TaskTag.objects.filter(pk__in=gone).delete()
    link([task.pk], [tag for key, tag in wanted.items() if key not in before], task.user_id)
    names_before = names_of(row.tag for row in before.values())
    note(task.user_id, {task.pk: (names_before, names_of(wanted.values()))})
    return True


def check_number(tags: Iterable[Collection[object]]) -> None:
    """Raise TooManyTagsError where a task would have more tags than any may."""
    if any(len(those) > MOST_TAGS for those in tags):
        raise TooManyTagsError


def names_of(tags: Iterable[Tag]) -> list[str]:
    """Return the names of tags, sorted."""
    return sorted(tag.name for tag in tags)


def find_tags(user: User, names: Iterable[str]) -> dict[str, Tag]:
    """Return a person's tags of these names by their keys; those that are not there are made."""
    keyed = {key_of(name): name for name in names}
    own = Tag.objects.visible_to(user).filter(key__in=keyed)
    found = {tag.key: tag for tag in own}
    if found.keys() == keyed.keys():
        return found
    # Who makes tags in an account waits for others who do: nobody makes the same one meanwhile.
    lock_account(user.pk)
    found = {tag.key: tag for tag in own.all()}
    new = [Tag(user=user, name=name) for key, name in keyed.items() if key not in found]
    return found | {tag.key: tag for tag in Tag.objects.bulk_create(new)}


def link(tasks: Collection[int], tags: Collection[Tag], user_id: int) -> None:
    """Give each of these tasks each of these tags, which it has not."""
    TaskTag.objects.bulk_create(
        TaskTag(user_id=user_id, task_id=pk, tag=tag) for pk in tasks for tag in tags
    )


def note(user_id: int, changes: dict[int, tuple[list[str], list[str]]]) -> None:
    """Add an event for each task whose tags changed, with their names before and after."""
    history.write(
        Action.CHANGED,
        Task,
        (
            Change(user_id, pk, {"tags": before}, {"tags": after})
            for pk, (before, after) in changes.items()
        ),
    )

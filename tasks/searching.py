"""Searches of tasks: what holds a text, what fits best, and keeping the text that is searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import batched
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast  # Any: a column's value

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import StrIndex
from django.db.models.lookups import LessThan

from accounts.ownership import OwnedQuerySet
from focusflow.bulk import write_texts
from tasks.fields import BigInteger
from tasks.folding import join_parts, split_search

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from tasks.models import Task

Row = TypeVar("Row", bound="Task")

# So many hits are put into an order by how well they fit; of more nobody reads them all.
MOST_RANKED: Final = 200
# Tasks that are folded at once.
PART: Final = 2_000

SEARCHED: Final = frozenset({"title", "description"})

# An empty condition would vanish from "this or every task".
EVERY_TASK: Final = Q(pk__isnull=False)

IN_TITLE: Final = 3
IN_TAGS: Final = 2
IN_DESCRIPTION: Final = 1


def holding(text: str) -> Q:
    """Return the condition that a task holds each word of a search, wherever it stands.

    Words in double quotes are one. Every task holds a text without anything to look for. Raises
    SearchError for too many words.
    """
    parts = split_search(text)
    return Q(*(("search_text__holds", part) for part in parts)) if parts else EVERY_TASK


class SearchedQuerySet(OwnedQuerySet[Row]):
    """Tasks that can be searched."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the tasks of `user`, as PostgreSQL's index of searches can: it starts with them."""
        return self.filter(user_id=BigInteger(user.pk))

    def matching(self, text: str) -> Self:
        """Keep the tasks that hold each word of the search, as `holding` says."""
        return self.filter(holding(text))

    def with_weight(self, text: str) -> Self:
        """Add `weight`: 3 where all words are in the title, 2 in title and tags, else 1."""
        parts = split_search(text)
        in_title = [stands_before("\n", part) for part in parts]
        in_tags = [stands_before("\n\n", part) for part in parts]
        weight = Case(
            When(Q(*in_title), then=Value(IN_TITLE)),
            When(Q(*in_tags), then=Value(IN_TAGS)),
            default=Value(IN_DESCRIPTION),
        )
        return self.annotate(weight=weight if parts else Value(IN_DESCRIPTION))

    def are_many(self) -> bool:
        """Say whether these are more tasks than are ranked.

        Asked for in an order that has an index: PostgreSQL would read the whole table otherwise.
        """
        beyond = slice(MOST_RANKED, MOST_RANKED + 1)
        return bool(self.order_by("-created_at", "-id").values_list("pk")[beyond])

    def search(self, text: str) -> Self:
        """Return the tasks that match a search in order: the best first, of equals the newest.

        More than 200 come newest first.
        """
        hits = self.matching(text)
        if hits.are_many():
            return hits.order_by("-created_at", "-id")
        return hits.with_weight(text).order_by("-weight", "-created_at", "-id")

    def update(self, **values: Any) -> int:
        """Change tasks as `VersionedQuerySet.update` does, and what is searched of them."""
        if "search_text" in values or not SEARCHED.intersection(values):
            return super().update(**values)
        with transaction.atomic(savepoint=False):
            # By id, since tasks that come to fit the filter meanwhile would not be folded.
            ids = list(self.values_list("pk", flat=True))
            values |= {"search_text": F("search_text")}
            parts = cast("Iterator[Self]", self.parts(ids))
            changed = sum(OwnedQuerySet.update(some, **values) for some in parts)
            refold(self.model, ids)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]  # read by templates

    def refold(self) -> None:
        """Write anew what is searched of these tasks, where it differs."""
        refold(self.model, self.values_list("pk", flat=True))


def refold(model: type[Task], ids: Iterable[int]) -> None:
    """Write anew what is searched of the tasks of these ids, where it differs.

    Tasks are locked before their tags are read: who changes them meanwhile folds them after that.
    """
    for some in batched(sorted(ids), PART):
        with transaction.atomic(savepoint=False):
            rows = model._base_manager.filter(pk__in=some).order_by("pk")
            columns = ("pk", "title", "description", "search_text")
            found = list(rows.select_for_update(no_key=True).values_list(*columns))
            tags = tags_of(model, some)
            new = {pk: join_parts(title, tags[pk], text) for pk, title, text, _ in found}
            old = {pk: folded for pk, *_, folded in found}
            changed = {pk: text for pk, text in new.items() if text != old[pk]}
            write_texts(model, "search_text", changed)


def tags_of(model: type[Task], ids: Collection[int]) -> defaultdict[int, list[str]]:
    """Return the names of the tasks' tags by the tasks' ids, and lock the tags.

    A foreign key locks what it refers to at the end of the transaction alone, after the name of a
    tag that is renamed meanwhile was read.
    """
    link: Any = model._meta.get_field("task_tags").related_model
    links = link.objects.filter(task__in=ids)
    tag = link._meta.get_field("tag").related_model
    rows = tag.objects.filter(pk__in=links.values("tag")).order_by("pk")
    names = dict(rows.select_for_update(no_key=True).values_list("pk", "name"))
    found: defaultdict[int, list[str]] = defaultdict(list)
    for pk, tag_id in links.values_list("task_id", "tag_id"):
        if tag_id in names:
            found[pk].append(names[tag_id])
    return found


def stands_before(breaks: str, part: str) -> LessThan:
    """Return the condition that a part of a search is found before these breaks."""
    text: Combinable = F("search_text")
    return LessThan(StrIndex(text, Value(part)), StrIndex(text, Value(breaks)))

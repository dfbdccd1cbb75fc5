"""Tags: names in letters of any case, and tasks that show them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import Event, User
from accounts.tests.threads import client_of
from accounts.versioning import StaleVersionError
from tasks.actions import TooManyTagsError, set_tags
from tasks.models import Tag, Task, TaskTag
from tasks.models.tag import KEY_LENGTH, TAG_LENGTH, key_of
from tasks.tests.make import make_tag, make_task

TASKS = "/api/v1/tasks/"
TAGS = "/api/v1/tags/"


def names_of(task: Task) -> list[str]:
    """Return the names of a task's tags, sorted."""
    return sorted(row.tag.name for row in task.task_tags.select_related("tag"))


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("errand", "ERRAND"),
        ("Straße", "STRASSE"),
        ("café", "cafe\N{COMBINING ACUTE ACCENT}"),
        ("ﬁle", "FILE"),
        ("ΌΣΟΣ", "όσος"),
        ("\N{FULLWIDTH DIGIT ONE}", "1"),
    ],
)
def test_names_that_read_alike_are_one_tag(one: str, other: str, ann: User) -> None:
    make_tag(ann, one)

    assert key_of(one) == key_of(other)
    with pytest.raises(IntegrityError):
        make_tag(ann, other)


@pytest.mark.parametrize(("one", "other"), [("cafe", "café"), ("a", "ab"), ("a b", "ab")])
def test_names_that_differ_are_two_tags(one: str, other: str, ann: User) -> None:
    assert key_of(one) != key_of(other)


def test_key_of_the_longest_name_has_room(ann: User) -> None:
    # The character that folding makes the longest.
    name = "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * TAG_LENGTH

    assert len(make_tag(ann, name).key) == KEY_LENGTH


def test_names_of_other_people_are_theirs(ann: User, ben: User) -> None:
    make_tag(ann, "errand")

    assert make_tag(ben, "errand").pk


def test_tag_without_a_name_is_refused_by_the_database(ann: User) -> None:
    with pytest.raises(IntegrityError):
        make_tag(ann, "")


def test_tag_of_blanks_is_refused_in_words(ann: User) -> None:
    with pytest.raises(ValidationError, match="A tag has a name"):
        Tag(user=ann, name=" \t").full_clean()


@pytest.mark.parametrize("method", ["post", "patch"])
def test_api_refuses_a_name_that_is_used_in_other_letters(method: str, ann: User) -> None:
    make_tag(ann, "Errand")
    path = TAGS if method == "post" else f"{TAGS}{make_tag(ann, 'other').pk}/"

    answer = getattr(client_of(ann), method)(path, {"name": "eRRAND"})

    assert answer.status_code == 400
    fault = answer.json()["errors"][0]
    assert fault["detail"] == "You have a tag with this name already."
    assert fault["pointer"] == "#/name"


def test_api_changes_the_letters_of_a_name(ann: User) -> None:
    tag = make_tag(ann, "errand")

    answer = client_of(ann).patch(f"{TAGS}{tag.pk}/", {"name": "Errand"})

    assert (answer.status_code, answer.json()["name"]) == (200, "Errand")


# --- Of a task ----------------------------------------------------------------------------------


def test_set_tags_makes_takes_and_leaves(ann: User) -> None:
    task, other = make_task(ann), make_tag(ann, "Other")
    set_tags(task=task, names=["a", "b"])
    kept = TaskTag.objects.get(tag__name="b").pk

    changed = set_tags(task=task, names=["B", "c", "OTHER"])

    assert changed
    assert names_of(task) == ["Other", "b", "c"]
    assert TaskTag.objects.get(tag__name="b").pk == kept
    assert {tag.name for tag in Tag.objects.all()} == {"a", "b", "c", other.name}


def test_set_tags_of_the_same_changes_nothing(ann: User) -> None:
    task = make_task(ann)
    set_tags(task=task, names=["a", "b"])

    assert not set_tags(task=task, names=["B", "A", "a"])

    assert Task.objects.get().version == 2


def test_set_tags_of_another_version_changes_nothing(ann: User) -> None:
    task = make_task(ann)
    Task.objects.update(title="theirs")

    with pytest.raises(StaleVersionError):
        set_tags(task=task, names=["a"], expected=1)

    assert not TaskTag.objects.exists()
    assert not Tag.objects.exists()


def test_set_tags_of_more_than_a_task_has_changes_nothing(ann: User) -> None:
    with pytest.raises(TooManyTagsError):
        set_tags(task=make_task(ann), names=[f"{number}" for number in range(51)])

    assert not Tag.objects.exists()


def test_set_tags_is_in_the_history(ann: User) -> None:
    task = make_task(ann)
    set_tags(task=task, names=["b", "a"])

    set_tags(task=task, names=["c"])

    event = Event.objects.filter(kind="task").latest("id")
    assert (event.action, event.row_id, event.user) == ("changed", task.pk, ann)
    assert (event.before, event.after) == ({"tags": ["a", "b"]}, {"tags": ["c"]})


@pytest.mark.parametrize("method", ["post", "patch", "put"])
def test_api_writes_and_reads_tags_by_the_alphabet(method: str, ann: User) -> None:
    client, path = client_of(ann), TASKS
    body: dict[str, Any] = {"title": "x", "tags": ["b", " a ", "C", "B"]}
    if method != "post":
        path = f"{TASKS}{make_task(ann).pk}/"
        body = client.get(path).json() | body

    answer = getattr(client, method)(path, body)

    assert answer.status_code in {200, 201}, answer.content
    row = answer.json()
    assert row["tags"] == sorted(row["tags"])
    assert sorted(name.lower() for name in row["tags"]) == ["a", "b", "c"]
    assert client.get(f"{TASKS}{row['id']}/").json() == row
    assert client.get(TASKS).json()["results"] == [row]


@pytest.mark.parametrize(
    ("tags", "where"),
    [
        ([f"{number}" for number in range(51)], "#/tags"),
        (["x" * 51], "#/tags/0"),
        (["a", ""], "#/tags/1"),
        (["a", "  "], "#/tags/1"),
        (["a", None], "#/tags/1"),
        (["a", 1], "#/tags"),
        (["a", ["b"]], "#/tags"),
        ("a", "#/tags"),
        (None, "#/tags"),
    ],
)
def test_api_refuses_what_are_no_tags(tags: Any, where: str, ann: User) -> None:
    answer = client_of(ann).post(TASKS, {"title": "x", "tags": tags})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == where
    assert not Task.objects.exists()
    assert not Tag.objects.exists()


def test_api_takes_fifty_tags_of_fifty_characters(ann: User) -> None:
    tags = [f"{number:02}" + "x" * 48 for number in range(50)]

    answer = client_of(ann).post(TASKS, {"title": "x", "tags": tags})

    assert answer.json()["tags"] == tags


def test_api_makes_tags_of_the_person_alone(ann: User, mallory: User) -> None:
    make_tag(ann, "secret")

    client_of(mallory).post(TASKS, {"title": "x", "tags": ["secret"]})

    assert Tag.objects.filter(name="secret").count() == 2
    assert ann.tags.get().task_tags.count() == 0


def test_api_leaves_tags_that_are_not_named(ann: User) -> None:
    task = make_task(ann)
    set_tags(task=task, names=["a"])
    client = client_of(ann)

    client.patch(f"{TASKS}{task.pk}/", {"title": "new"})
    kept = names_of(task)
    client.patch(f"{TASKS}{task.pk}/", {"tags": []})

    assert (kept, names_of(task)) == (["a"], [])
    assert Tag.objects.exists()


@pytest.mark.parametrize(("match", "status", "names"), [(1, 412, []), (2, 200, ["a"])])
def test_api_writes_tags_of_the_version_that_if_match_names(
    match: int, status: int, names: list[str], ann: User
) -> None:
    task = make_task(ann)
    task.change(title="theirs")
    headers = {"If-Match": f'"{match}"'}

    answer = client_of(ann).patch(f"{TASKS}{task.pk}/", {"tags": ["a"]}, headers=headers)

    assert (answer.status_code, names_of(task)) == (status, names)


def test_api_finds_tasks_by_a_tag_in_any_letters(ann: User, mallory: User) -> None:
    for owner in (ann, mallory):
        set_tags(task=make_task(owner, "with"), names=["Errand", "other"])
        make_task(owner, "without")

    rows = client_of(ann).get(f"{TASKS}?tag=eRRAND").json()["results"]

    assert [row["title"] for row in rows] == ["with"]


# --- Versions -----------------------------------------------------------------------------------


def rename(tag: Tag) -> None:
    tag.change(name="new")


def rename_many(tag: Tag) -> None:
    Tag.objects.filter(pk=tag.pk).update(name="new", key="new")


def delete(tag: Tag) -> None:
    tag.delete()


def delete_many(tag: Tag) -> None:
    Tag.objects.filter(pk=tag.pk).delete()


@pytest.mark.parametrize("act", [rename, rename_many, delete, delete_many])
def test_what_happens_to_a_tag_changes_the_tasks_that_show_it(act: Any, ann: User) -> None:
    tagged, trashed, other = (make_task(ann) for _ in range(3))
    for task in (tagged, trashed):
        set_tags(task=task, names=["old", "other"])
    before = Task.objects.get(pk=tagged.pk)

    act(Tag.objects.get(name="old"))

    versions = dict(Task.objects.values_list("pk", "version"))
    assert versions == {tagged.pk: 3, trashed.pk: 3, other.pk: 1}
    assert Task.objects.get(pk=tagged.pk).updated_at >= before.updated_at
    assert ("new" in names_of(tagged)) == (act in {rename, rename_many})
    assert "old" not in names_of(tagged)


def test_key_is_written_with_the_name(ann: User) -> None:
    tag = make_tag(ann, "Old")

    tag.change(name="New")

    assert Tag.objects.get().key == "new"
    with pytest.raises(TypeError, match="key"):
        Tag.objects.update(name="x")


def test_tags_of_a_task_go_with_it(ann: User) -> None:
    task = make_task(ann)
    set_tags(task=task, names=["a"])

    task.delete()

    assert not TaskTag.objects.exists()
    assert Tag.objects.exists()

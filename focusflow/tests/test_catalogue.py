"""The catalogue, and what it has to say of the schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import EmailChange, User
from accounts.tests.make import PASSWORD, make_event, make_invitation, make_token
from focusflow.catalogue import Column, describe_table, describe_tables, table_names
from focusflow.models import IdempotencyKey
from habits.tests.make import make_checkin, make_group, make_habit, make_rest
from tasks.actions import set_tags
from tasks.models import Task, TaskTag
from tasks.tests.make import make_category, make_filter, make_occurrence, make_task

Api = Callable[[User | None], APIClient]

IS_SQLITE = connection.vendor == "sqlite"

# What the documents call a type or default, in the words of PostgreSQL and of SQLite.
SERIAL = ("bigint", "integer")
BIGINT = ("bigint", "bigint")
INTEGER = ("integer", "integer")
VARCHAR = ("character varying", "varchar")
TEXT = ("text", "text")
BOOLEAN = ("boolean", "bool")
TIMESTAMP = ("timestamp with time zone", "datetime")
NOW = (
    "statement_timestamp()",
    "REPLACE(STRFTIME('%Y-%m-%d %H:%M:%f000', 'NOW'), '.000000', '')",
)
FALSE = ("false", "0")
ZERO = ("0", "0")
EMPTY = ("''::text", "''")
USERS = ("users", "CASCADE")
CATEGORIES = ("categories", "SET NULL")
TASKS = ("tasks", "CASCADE")

Words = tuple[str, str]


def varchar(length: int) -> Words:
    """Return the type of a text of limited length."""
    return f"character varying({length})", f"varchar({length})"


# Table, column, type, nullable, default, reference with its ON DELETE rule.
SCHEMA: list[tuple[str, str, Words, bool, Words | None, Words | None]] = [
    ("users", "id", SERIAL, False, None, None),
    ("users", "email", varchar(255), False, None, None),
    ("users", "hashed_password", varchar(255), False, None, None),
    ("users", "created_at", TIMESTAMP, False, NOW, None),
    ("users", "name", VARCHAR, False, None, None),
    ("users", "first_access", TIMESTAMP, True, None, None),
    ("categories", "id", SERIAL, False, None, None),
    ("categories", "name", varchar(100), False, None, None),
    ("categories", "user_id", BIGINT, False, None, USERS),
    ("tasks", "id", SERIAL, False, None, None),
    ("tasks", "title", varchar(255), False, None, None),
    ("tasks", "description", TEXT, False, EMPTY, None),
    ("tasks", "completed", BOOLEAN, False, FALSE, None),
    ("tasks", "due_date", TIMESTAMP, True, None, None),
    ("tasks", "user_id", BIGINT, False, None, USERS),
    ("tasks", "category_id", BIGINT, True, None, CATEGORIES),
    ("tasks", "parent_id", BIGINT, True, None, TASKS),
    ("tasks_task_tag", "task_id", BIGINT, False, None, TASKS),
    ("tasks_task_tag", "tag_id", BIGINT, False, None, ("tasks_tag", "CASCADE")),
    ("tasks_occurrence", "task_id", BIGINT, False, None, TASKS),
    ("habits", "id", SERIAL, False, None, None),
    ("habits", "name", varchar(100), False, None, None),
    ("habits", "frequency", varchar(50), False, None, None),
    ("habits", "streak", INTEGER, False, ZERO, None),
    ("habits", "user_id", BIGINT, False, None, USERS),
    ("habits", "group_id", BIGINT, True, None, ("habits_group", "SET NULL")),
    ("habits_checkin", "habit_id", BIGINT, False, None, ("habits", "CASCADE")),
    ("habits_checkin", "user_id", BIGINT, False, None, USERS),
    ("habits_rest", "habit_id", BIGINT, True, None, ("habits", "CASCADE")),
    ("habits_rest", "user_id", BIGINT, False, None, USERS),
]


def execute(sql: str, *parameters: int) -> None:
    """Run one statement as a client of the database does, past the models."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def column_of(table: str, name: str) -> Column:
    """Return one column as the catalogue describes it."""
    return next(column for column in describe_table(table).columns if column.name == name)


def foreign_keys() -> dict[tuple[str, str], tuple[str, str]]:
    """Return table and rule of every reference of the database, by table and column."""
    return {
        (table.name, column.name): (column.references, column.on_delete)
        for table in describe_tables()
        for column in table.columns
        if column.references and column.on_delete
    }


def rows_of(user_id: int) -> Counter[str]:
    """Return how many rows of each table refer to the account."""
    counts = Counter[str]()
    with connection.cursor() as cursor:
        for (table, column), (target, _) in foreign_keys().items():
            if target == "users":
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = {user_id}')  # noqa: S608
                counts[table] += cursor.fetchone()[0]
    return counts


def fill(user: User) -> None:
    """Give the account a row in every table that refers to it."""
    answer = APIClient().post(
        "/api/auth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.content  # a session and a refresh token
    address = EmailAddress.objects.get(user=user)
    EmailConfirmation.objects.create(email_address=address, key=f"key of {user.pk}")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    user.groups.add(Group.objects.get_or_create(name="family")[0])
    user.user_permissions.add(Permission.objects.order_by("id")[0])
    LogEntry.objects.create(user=user, object_repr="a row", action_flag=ADDITION)
    make_token(user)
    make_invitation(user)
    EmailChange.objects.create(
        user=user, email="new@example.org", old_digest=f"{user.pk}", expires_at=timezone.now()
    )
    task = make_task(user, category=make_category(user))
    make_task(user, parent=task)
    set_tags(task=task, names=["errand"])
    make_occurrence(make_task(user))
    make_filter(user)
    habit = make_habit(user, group=make_group(user))
    make_checkin(habit)
    make_rest(user, habit.start_date)
    make_event(user)
    IdempotencyKey.objects.create(user=user, route="/", key="k", created_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "name", "kind", "nullable", "default", "reference"),
    SCHEMA,
    ids=[f"{table}.{name}" for table, name, *_ in SCHEMA],
)
def test_schema_is_as_documented(
    table: str,
    name: str,
    kind: Words,
    nullable: bool,
    default: Words | None,
    reference: Words | None,
) -> None:
    assert column_of(table, name) == Column(
        name=name,
        type=kind[IS_SQLITE],
        nullable=nullable,
        default=default and default[IS_SQLITE],
        generated=False,
        references=reference and reference[0],
        on_delete=reference and reference[1],
    )


def test_schema_holds_each_address_once(ann: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(email=ann.email)])


@pytest.mark.django_db
def test_references_to_users_all_cascade() -> None:
    to_users = {key: rule for key, (target, rule) in foreign_keys().items() if target == "users"}

    assert len(to_users) >= 11
    assert set(to_users.values()) == {"CASCADE"}, to_users


@pytest.mark.django_db
def test_references_to_rows_of_accounts_stop_no_cascade() -> None:
    keys = foreign_keys()
    reached = {"users"}
    while more := {table for (table, _), key in keys.items() if key[0] in reached} - reached:
        reached |= more

    stops = {
        key: (target, rule)
        for key, (target, rule) in keys.items()
        if target in reached and rule not in {"CASCADE", "SET NULL"}
    }

    assert "account_emailconfirmation" in reached
    assert stops == {}


@pytest.mark.django_db(transaction=True)
def test_user_deleted_by_sql_takes_every_row_along(ann: User) -> None:
    fill(ann)
    assert all(rows_of(ann.pk).values()), "fill() makes no row in one of these tables"

    execute("DELETE FROM users WHERE id = %s", ann.pk)

    assert not any(rows_of(ann.pk).values())
    assert not EmailConfirmation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_user_deleted_by_sql_leaves_the_rows_of_others(ann: User, ben: User) -> None:
    fill(ann)
    fill(ben)
    before = rows_of(ben.pk)

    execute("DELETE FROM users WHERE id = %s", ann.pk)

    assert rows_of(ben.pk) == before
    assert EmailConfirmation.objects.get().email_address.user == ben


@pytest.mark.django_db(transaction=True)
def test_user_deleted_by_sql_is_signed_out(ann: User, api: Api) -> None:
    client = api(ann)
    assert client.get("/api/v1/users/me/").status_code == 200

    execute("DELETE FROM users WHERE id = %s", ann.pk)

    # The session's row names nobody in a column: it stays until it expires, and opens nothing.
    assert Session.objects.exists()
    assert client.get("/api/v1/users/me/").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_task_deleted_by_sql_takes_along_what_is_below_it(ann: User) -> None:
    task, other = make_task(ann), make_task(ann, "kept")
    make_task(ann, parent=make_task(ann, parent=task))
    for one in (task, other):
        set_tags(task=one, names=["errand"])

    execute("DELETE FROM tasks WHERE id = %s", task.pk)

    assert list(Task.objects.values_list("title", flat=True)) == ["kept"]
    assert [row.task_id for row in TaskTag.objects.all()] == [other.pk]


@pytest.mark.django_db(transaction=True)
def test_category_deleted_by_sql_leaves_its_tasks(ann: User) -> None:
    category = make_category(ann)
    task = make_task(ann, category=category)

    execute("DELETE FROM categories WHERE id = %s", category.pk)

    assert Task.objects.get(pk=task.pk).category is None


@pytest.mark.django_db
def test_table_names_leave_out_views_and_the_databases_own() -> None:
    execute("CREATE VIEW open_tasks AS SELECT * FROM tasks WHERE NOT completed")
    execute("ANALYZE tasks")

    names = table_names()

    assert names == sorted(names)
    assert {"users", "categories", "tasks", "habits"} <= set(names)
    assert not [
        name for name in names if name == "open_tasks" or name.startswith(("sqlite_", "pg_"))
    ]


@pytest.mark.django_db
def test_table_names_leave_out_other_schemas() -> None:
    if IS_SQLITE:
        pytest.skip("SQLite has one schema")
    execute("CREATE SCHEMA other")
    execute("CREATE TABLE other.habits (only_there integer)")
    execute("CREATE TABLE other.elsewhere (id integer)")

    names = table_names()

    assert names.count("habits") == 1
    assert "elsewhere" not in names
    assert "only_there" not in {column.name for column in describe_table("habits").columns}


@pytest.mark.django_db
def test_table_counts_its_rows(ann: User) -> None:
    make_task(ann)
    make_task(ann)

    assert describe_table("tasks").rows == 2


@pytest.mark.django_db
def test_table_with_quotes_in_its_name_is_described() -> None:
    execute('CREATE TABLE "Odd ""name""" ("user" integer NOT NULL DEFAULT 7)')

    table = describe_table('Odd "name"')

    assert table.columns == [Column("user", "integer", False, "7", False, None, None)]


@pytest.mark.django_db
def test_column_that_is_generated_has_no_default() -> None:
    column = column_of("tasks", "due_order")

    assert column.generated
    assert column.default is None


@pytest.mark.django_db
def test_column_of_a_composite_key_shows_the_reference() -> None:
    execute("CREATE TABLE pairs (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b))")
    execute(
        "CREATE TABLE triples (a integer, b integer,"
        " FOREIGN KEY (a, b) REFERENCES pairs (a, b) ON DELETE SET NULL)"
    )

    columns = describe_table("triples").columns

    assert [(column.references, column.on_delete) for column in columns] == [
        ("pairs", "SET NULL"),
        ("pairs", "SET NULL"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("is_first", [True, False])
def test_column_of_two_keys_shows_its_own(is_first: bool) -> None:
    own = "FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE"
    shared = "FOREIGN KEY (user_id, b) REFERENCES pairs (a, b) ON DELETE SET NULL"
    keys = f"{own}, {shared}" if is_first else f"{shared}, {own}"
    execute("CREATE TABLE pairs (a bigint NOT NULL, b bigint NOT NULL, PRIMARY KEY (a, b))")
    execute(f"CREATE TABLE triples (user_id bigint, b bigint, {keys})")

    column = column_of("triples", "user_id")

    assert (column.references, column.on_delete) == ("users", "CASCADE")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "nullable"),
    [
        ("a integer PRIMARY KEY, b integer", [False, True]),
        ("a text PRIMARY KEY, b integer", [IS_SQLITE, True]),
        ("a integer, b integer, PRIMARY KEY (a, b)", [IS_SQLITE, IS_SQLITE]),
        ("a text NOT NULL PRIMARY KEY, b integer", [False, True]),
    ],
)
def test_column_of_a_primary_key_is_nullable_where_the_database_takes_null(
    key: str, nullable: list[bool]
) -> None:
    execute(f"CREATE TABLE keyed ({key})")

    columns = describe_table("keyed").columns

    assert [column.nullable for column in columns] == nullable


@pytest.mark.django_db
def test_column_of_an_index_of_words_is_not_shown() -> None:
    if not IS_SQLITE:
        pytest.skip("PostgreSQL has no virtual tables")
    execute("CREATE VIRTUAL TABLE words USING fts5(title)")

    assert [column.name for column in describe_table("words").columns] == ["title"]

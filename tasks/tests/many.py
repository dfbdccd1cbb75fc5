"""Many tasks, made by the database itself in a fraction of the time that the models take.

Of PostgreSQL alone. Indexes are dropped while rows are written and made again after.
"""

from __future__ import annotations

from django.db import connection, transaction

from accounts.models import User

# One task in so many is of the one who has many.
SHARE = 20
# One in so many, a multiple of it, has a rare word.
RARE = 50_000
CATEGORIES = 20

ACCOUNTS = """
    INSERT INTO users (email, name, hashed_password)
    SELECT 'p' || n || '@example.org', 'P', '' FROM generate_series(1, %s) n
"""
CATEGORY_ROWS = """
    INSERT INTO categories (user_id, name, archived_at)
    SELECT id, 'Category ' || n, CASE WHEN n = 1 THEN now() END
    FROM users CROSS JOIN generate_series(1, %s) n
"""
# A twentieth of a thousandth has a rare word, all of them of the one who has many. A tenth is in no
# category, a sixth is due never, two thirds are completed, and one in thirty is in
# the trash; due dates lie within a year of today.
TASK_ROWS = """
    WITH people AS (
        SELECT id AS user_id, row_number() OVER (ORDER BY id) - 1 AS place FROM users
        WHERE id <> %(heavy)s
    ), groups AS (
        SELECT id AS category_id, user_id, row_number() OVER (PARTITION BY user_id ORDER BY id)
            AS place
        FROM categories
    ), numbers AS (
        SELECT n, CASE WHEN n %% %(share)s = 0 THEN %(heavy)s ELSE user_id END AS user_id,
            hashint4(n::int) AS a, hashint4((n + 7)::int) AS b, hashint4((n + 77)::int) AS c
        FROM generate_series(%(first)s, %(last)s) n JOIN people ON people.place = n %% %(others)s
    ), drawn AS (
        SELECT n, user_id, abs(a::bigint) AS a, abs(b::bigint) AS b, abs(c::bigint) AS c,
            CASE WHEN n %% %(rare)s = 0 THEN 'Quixotic ' ELSE 'Water ' END || 'plants ' || n
                AS title,
            CASE WHEN a %% 6 <> 0
                THEN date_trunc('day', now()) + (b %% 365) * interval '1 day'
                    + abs(c %% 24) * interval '1 hour' END AS due_date
        FROM numbers
    )
    INSERT INTO tasks (user_id, title, description, completed, completed_at, priority, due_date,
        due_day, all_day, time_zone, category_id, position, deleted_at, created_at, updated_at,
        search_text)
    SELECT drawn.user_id, title, '', b %% 3 <> 0,
        CASE WHEN b %% 3 <> 0 THEN now() - (c %% 100000) * interval '1 minute' END, a %% 10,
        due_date, (due_date AT TIME ZONE 'UTC')::date, c %% 24 = 0, 'UTC',
        CASE WHEN a %% 10 <> 0 THEN category_id END, n, CASE WHEN c %% 30 = 0 THEN now() END,
        now() - (n %% 500000) * interval '1 minute', now(), ' ' || lower(title) || E'\n \n\n '
    FROM drawn JOIN groups ON groups.user_id = drawn.user_id AND groups.place = 1 + a %% %(each)s
"""


def make_people(others: int) -> None:
    """Make so many accounts more, and the categories of all that there are."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(ACCOUNTS, [others])
        cursor.execute(CATEGORY_ROWS, [CATEGORIES])
        # Of tables that were empty when they were last looked at, a loop in a loop seems cheap.
        cursor.execute("ANALYZE users, categories")


def make_tasks(heavy: User, first: int, last: int) -> None:
    """Make the tasks of these numbers, of all accounts in turn, and every twentieth of one."""
    others = User.objects.exclude(pk=heavy.pk).count()
    numbers = {"heavy": heavy.pk, "share": SHARE, "rare": RARE, "others": others}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tasks' AND indexname "
            "NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'tasks'::regclass)"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("ALTER TABLE tasks DISABLE TRIGGER USER")
        cursor.execute(TASK_ROWS, numbers | {"first": first, "last": last, "each": CATEGORIES})
        # What waits for the end of the transaction would keep the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tasks ENABLE TRIGGER USER")
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET LOCAL enable_nestloop = on")
        cursor.execute("ANALYZE users, categories, tasks")

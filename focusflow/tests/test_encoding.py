"""Words are stored as they were typed, and become nothing else where they are shown or sought."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.make import make_user
from focusflow.tests.test_headers import InlineCode
from tasks.models import Category, Task
from tasks.tests.make import make_category, make_task

Api = Callable[[User | None], APIClient]

# Markup, an end of what it may stand in, a template, Markdown, an address that is code.
WORDS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onfocus=alert(1) autofocus x='",
    "{{ 7|add:42 }}{% debug %}",
    "[click](javascript:alert(1)) <svg/onload=alert(1)>",
    "javascript:alert(1)",
    "%3Cscript%3E &lt;b&gt; \\u003cb\\u003e +%2B",
]


class Words(HTMLParser):
    """Collects what a page shows: its text and the values of its inputs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.text += f" {values.get('value') or ''} "
        self.links += [str(values.get(name)) for name in ("href", "src") if values.get(name)]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def pages(olga: User) -> Callable[[str], list[str]]:
    """Return a function that gives the pages which show these words, of an operator's rows."""

    def read(words: str) -> list[str]:
        User.objects.filter(pk=olga.pk).update(name=words)
        category = make_category(olga, words)
        task = make_task(olga, words, description=words, category=category)
        browser = Client()
        browser.force_login(olga)
        paths = [
            "/api/v1/tasks/",
            f"/api/v1/tasks/{task.pk}/",
            f"/api/v1/tasks/?search={quote(words)}",
            "/api/v1/categories/",
            "/api/v1/users/me/",
            "/api/v1/users/",
            reverse("admin:tasks_task_changelist"),
            reverse("admin:tasks_task_changelist") + f"?q={quote(words)}",
            reverse("admin:tasks_task_change", args=[task.pk]),
            reverse("admin:tasks_task_delete", args=[task.pk]),
            reverse("admin:tasks_category_changelist"),
            reverse("admin:accounts_user_changelist"),
        ]
        answers = [browser.get(path, headers={"Accept": "text/html"}) for path in paths]
        assert {answer.status_code for answer in answers} == {200}
        return [answer.content.decode() for answer in answers]

    return read


@pytest.mark.parametrize("words", WORDS)
def test_words_are_only_words_on_every_page(words: str, pages: Callable[[str], list[str]]) -> None:
    for page in pages(words):
        shown = Words(page)

        # A field may hold what an address may not.
        assert [code for code in InlineCode(page).found if "input value=" not in code] == []
        assert not any(link.lower().startswith("javascript:") for link in shown.links)
        # The browsable API shows JSON, in which a quote has a backslash before it.
        plain = shown.text.replace('\\"', '"').replace("\\\\", "\\")
        assert words in plain or words in shown.text


@pytest.mark.parametrize("kind", ["json", "multipart"])
@pytest.mark.parametrize("words", WORDS)
def test_words_are_stored_as_they_were_typed(words: str, kind: str, ann: User, api: Api) -> None:
    api(ann).post("/api/v1/tasks/", {"title": words, "description": words}, format=kind)

    row = Task.objects.get()
    assert (row.title, row.description) == (words, words)
    answer = api(ann).get("/api/v1/tasks/")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["results"][0]["title"] == words


@pytest.mark.parametrize(
    "words",
    [
        "%",
        "_",
        "50 %",
        "a_c",
        "' OR '1'='1",
        "'; DROP TABLE tasks; --",
        '" OR ""="',
        "\\",
        "%25",
        "^a.*",
        "(a|b)+$",
    ],
)
def test_words_are_looked_for_as_they_were_typed(words: str, ann: User, api: Api) -> None:
    make_task(ann, "abc and more")
    found = make_task(ann, f"before {words} after")
    admin = Client()
    admin.force_login(make_user("olga@example.org", is_staff=True, is_superuser=True))

    by_api = api(ann).get("/api/v1/tasks/", {"search": words}).json()["results"]
    page = admin.get(reverse("admin:tasks_task_changelist"), {"q": f'"{words}"'})

    assert [row["id"] for row in by_api] == [found.pk]
    assert page.status_code == 200
    assert Task.objects.count() == 2


def test_words_in_an_address_are_decoded_once(ann: User, api: Api) -> None:
    make_task(ann, "50%41")
    make_task(ann, "50A")

    def titles(query: str) -> list[str]:
        rows = api(ann).get(f"/api/v1/tasks/?{query}").json()["results"]
        return [row["title"] for row in rows]

    assert titles("search=50%41") == ["50A"]
    assert titles("search=50%2541") == ["50%41"]


def test_words_in_the_link_to_the_next_page_are_encoded(ann: User, api: Api) -> None:
    words = "a&page_size=200#<\"'>"
    for _ in range(2):
        make_task(ann, words)
    query = {"search": words, "page_size": "1"}

    answer = api(ann).get("/api/v1/tasks/", query)

    link = urlsplit(answer.json()["next"])
    asked: Any = parse_qs(link.query, strict_parsing=True)
    assert link.fragment == ""
    assert asked.pop("cursor")
    assert asked == {name: [value] for name, value in query.items()}


def test_words_of_a_category_are_only_words_in_a_list_of_choices(ann: User, api: Api) -> None:
    Category.objects.create(user=ann, name="</option></select><script>alert(1)</script>")

    page = api(ann).get("/api/v1/tasks/", headers={"Accept": "text/html"}).content.decode()

    assert InlineCode(page).found == []
    assert "&lt;/option&gt;" in page

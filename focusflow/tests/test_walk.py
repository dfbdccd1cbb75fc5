"""The documents' walk, against a server process of its own that is killed and started again."""

from __future__ import annotations

import json
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from focusflow.tests.chromium import find_chromium
from focusflow.tests.server import Server, empty_database

OPERATOR = {"email": "olga@example.org", "password": "correct horse battery"}
PEOPLE = [
    {"email": "Ann@Example.org", "name": "Ann", "password": "a good password of ann"},
    {"email": "ben@example.org", "name": "Ben", "password": "ben chose another one"},
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return a server with an operator's account, killed at the end."""
    with empty_database(tmp_path) as database:
        server = Server(database)
        server.command(
            "createsuperuser",
            "--noinput",
            f"--email={OPERATOR['email']}",
            "--name=Olga",
            DJANGO_SUPERUSER_PASSWORD=OPERATOR["password"],
        )
        server.start()
        yield server
        server.kill()


def test_accounts_made_over_the_api_survive_a_kill(server: Server) -> None:
    token = server.sign_in(OPERATOR)
    made = [server.call("POST", "/api/v1/users/", person, token) for person in PEOPLE]
    ann = server.sign_in(PEOPLE[0])
    server.call("POST", "/api/v1/tasks/", {"title": "Survive"}, ann)

    server.kill()
    server.start()

    # By the API: by e-mail in other letters' case, and as a list.
    token = server.sign_in(OPERATOR)
    for row in made:
        found = server.call("GET", f"/api/v1/users/?email={row['email'].upper()}", token=token)
        (read,) = found["results"]
        assert {**read, "first_access": None} == row
    listed = server.call("GET", "/api/v1/users/", token=token)["results"]
    assert [row["email"] for row in listed] == [
        "olga@example.org",
        "ann@example.org",
        "ben@example.org",
    ]
    # By the commands.
    tables = {
        table["name"]: table for table in json.loads(server.command("tables", "--json"))["tables"]
    }
    assert (tables["users"]["rows"], tables["tasks"]["rows"]) == (3, 1)
    assert "ann@example.org" in server.command("users")
    # By the database itself: the address, a hash and no password, the first access.
    rows = server.query(
        "SELECT email, hashed_password, first_access IS NULL FROM users ORDER BY id"
    )
    assert [(email, bool(never)) for email, _, never in rows] == [
        ("olga@example.org", False),
        ("ann@example.org", False),
        ("ben@example.org", True),
    ]
    assert all(password.startswith("argon2$argon2id$") for _, password, _ in rows)
    assert server.query("SELECT title FROM tasks") == [("Survive",)]


def test_account_with_a_used_or_malformed_address_is_refused(server: Server) -> None:
    token = server.sign_in(OPERATOR)
    server.call("POST", "/api/v1/users/", PEOPLE[0], token)

    for email in ("ANN@EXAMPLE.ORG", "ann@", "no address"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            server.call("POST", "/api/v1/users/", PEOPLE[1] | {"email": email}, token)
        assert caught.value.code == 400
        assert b"#/email" in caught.value.read()


@pytest.mark.browser
def test_operator_walks_through_the_pages(server: Server) -> None:
    from playwright.sync_api import sync_playwright

    seen: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.on("pageerror", lambda error: seen.append(str(error)))

        page.goto(f"{server.url}/accounts/login/?next=/api/v1/tasks/")
        page.fill("[name=login]", OPERATOR["email"])
        page.fill("[name=password]", OPERATOR["password"])
        page.click("main button")
        page.fill("#post-object-form [name=title]", "From the browsable API")
        page.click("#post-object-form button")
        created = page.inner_text(".response-info")
        page.goto(f"{server.url}/api/v1/tasks/1/")
        page.fill("#put-object-form [name=title]", "Changed there")
        page.click("#put-object-form button")
        page.wait_for_selector("text=Changed there")
        page.goto(f"{server.url}/admin/tasks/task/")
        listed = page.inner_text("#result_list")
        page.goto(f"{server.url}/api/docs/")
        page.wait_for_selector("text=/api/v1/habits/")
        browser.close()

    assert "201 Created" in created
    assert "Changed there" in listed
    assert seen == []

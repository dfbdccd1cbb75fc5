"""Who asks, and for what: other sites, other hosts, files that are nobody's business."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import User
from tasks.tests.make import make_task


def browser_of(user: User) -> Client:
    """Return a browser in which they are signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.mark.parametrize("method", ["get", "options"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
@pytest.mark.parametrize(
    "path", ["/", "/api/v1/tasks/", "/api/auth/app/v1/auth/login", "/static/focusflow/icon.svg"]
)
def test_page_of_another_origin_reads_nothing(
    path: str, origin: str, method: str, ann: User
) -> None:
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x"}

    answer = getattr(browser_of(ann), method)(path, headers={"Origin": origin} | asks)

    allowed = [name for name in answer.headers if name.lower().startswith("access-control-")]
    assert allowed == []
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    answer.close()


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL"]
)
def test_host_of_a_forged_header_is_in_no_answer(name: str, ann: User) -> None:
    make_task(ann)

    for path in ("/api/v1/tasks/?page_size=1", "/accounts/sessions/", "/admin/", "/api/schema/"):
        answer = browser_of(ann).get(path, headers={name: "evil.example"})

        assert answer.status_code in {200, 302}
        assert "evil.example" not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/admin/",
        "/admin/accounts/user/",
        "/api/v1/users/me/",
        "/api/v1/history/",
        "/debug/tables",
    ],
)
def test_session_is_in_its_cookie_alone(path: str, olga: User) -> None:
    browser = browser_of(olga)
    key = browser.cookies["sessionid"].value

    answer = browser.get(path, headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert key not in answer.content.decode() + str(answer.headers)


@pytest.mark.parametrize(
    "page", ["/", "/accounts/password/change/", "/accounts/2fa/", "/admin/", "/api/v1/tasks/"]
)
def test_page_has_a_way_to_sign_out(page: str, olga: User) -> None:
    answer = browser_of(olga).get(page, headers={"Accept": "text/html"})

    assert re.search(r'(action|href)="/(accounts|admin)/logout/', answer.content.decode())


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/manage.py",
        "/requirements.txt",
        "/data/focusflow.sqlite3",
        "/focusflow/settings.py",
        "/static/../manage.py",
        "/static/..%2fmanage.py",
        "/static/%2e%2e/manage.py",
        "/static/",
        "/static/focusflow/",
        "/static/focusflow",
        "/media/",
    ],
)
def test_file_that_is_nobodys_business_is_not_there(path: str, client: Client, db: None) -> None:
    assert client.get(path).status_code == 404

"""What every answer tells the browser: headers, cookies, redirects; pages without inline code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import FileResponse, HttpResponse, HttpResponseNotModified
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.tests.make import PASSWORD, make_invitation, make_token
from focusflow.middleware import HeadersMiddleware
from focusflow.tests.access.routes import ROUTES, VIEWS, path_for
from focusflow.tests.chromium import find_chromium
from focusflow.tests.process import run
from habits.models import Habit
from habits.tests.make import START, make_checkin, make_group, make_habit, make_rest
from tasks.models import Task
from tasks.tests.make import (
    make_category,
    make_filter,
    make_occurrence,
    make_tag,
    make_task,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

# Written out, so that whoever loosens one changes it here too.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
DOCS_POLICY = PAGE_POLICY.replace("img-src 'self'", "img-src 'self' data:")
FILE_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Of files, of what is below no route, and of what a query changes.
OTHERS = [
    "favicon.ico",
    "error.css",
    "static/focusflow/icon.svg",
    "static/nothing.css",
    "nowhere/",
    "admin/nowhere/",
    "admin/tasks/task",
    "admin/tasks/task/?status=none",
    "admin/autocomplete/?app_label=tasks&model_name=task&field_name=category",
    "api/nowhere",
    "api/docs/?script",
    "api/v1/tasks/?nothing=1",
    "accounts/logout/?next=/",
]
VISITORS = ["nobody", "ann", "olga"]

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "https://testserver@evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "data:text/html,evil",
]


class InlineCode(HTMLParser):
    """Collects what a page holds that its policy would refuse."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_code = tag == "script" and values.get("type") != "application/json"
        if tag == "style" or (is_code and not values.get("src")):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if (
                name == "style"
                or name.startswith("on")
                or (value or "").strip().lower().startswith("javascript:")
            ):
                self.found.append(f"{tag} {name}={value}")


@pytest.fixture
def rows(ann: User, olga: User) -> None:
    """Make a row of everything that has pages, of both who visit them."""
    for owner in (ann, olga):
        make_occurrence(make_task(owner, category=make_category(owner)))
        make_tag(owner)
        make_filter(owner)
        make_checkin(make_habit(owner, start_date=START))
        make_group(owner)
        make_rest(owner, START)
        make_token(owner)
        make_invitation(owner)
    Group.objects.create(name="Family")
    LogEntry.objects.log_actions(olga.pk, Task.objects.all(), CHANGE, "Changed.")


@pytest.fixture
def visit(rows: None, ann: User, olga: User) -> Callable[[str], Client]:
    """Return a function that gives the browser of a visitor."""

    def browser_of(visitor: str) -> Client:
        browser = Client(raise_request_exception=False)
        if visitor != "nobody":
            browser.force_login({"ann": ann, "olga": olga}[visitor])
        return browser

    return browser_of


def address(route: str, owner: User) -> str:
    """Return an address of the route: of a row of the visitor's, where it is of one."""
    parts = route.split("/")
    if parts[0] == "admin" and ("<path:object_id>" in route or "<id>" in route) and parts[1] != "r":
        pk = apps.get_model(parts[1], parts[2])._default_manager.order_by("pk")[0].pk
        return "/" + route.replace("<path:object_id>", str(pk)).replace("<id>", str(pk))
    if parts[0] == "admin":
        return path_for(route)
    if "<int:pk>" in route:
        view = VIEWS.get("/".join([*parts[:3], ""]))
        model: Any = view.queryset.model if view else Habit
        has_owner = any(field.name == "user" for field in model._meta.fields)
        owned = model._default_manager.filter(**({"user": owner} if has_owner else {}))
        return path_for(route, owned.order_by("pk")[0].pk)
    return "/" + route.lstrip("^")


def assert_safe(answer: Any, policy: str = "") -> None:
    """Read the headers of an answer, and its page if it is one."""
    kind = answer.headers.get("Content-Type", "")
    is_page = kind.startswith("text/html") or not kind
    assert answer.headers["Content-Security-Policy"] == (
        policy or (PAGE_POLICY if is_page else FILE_POLICY)
    )
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    # Of what is a file, nothing is anybody's.
    assert ("no-store" in answer.headers["Cache-Control"]) is not answer.streaming
    assert kind or answer.streaming or not answer.content
    assert "charset=utf-8" in kind.replace('"', "") or not kind.startswith("text/")
    for cookie in answer.cookies.values():
        if cookie["max-age"] == 0:  # It is taken away.
            continue
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
    if is_page and not answer.streaming:
        assert InlineCode(answer.content.decode()).found == []


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is written meanwhile."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_answer_is_safe(
    visitor: str, visit: Callable[[str], Client], ann: User, olga: User, subtests: pytest.Subtests
) -> None:
    for route in [*ROUTES, *OTHERS]:
        with subtests.test(route), undone():
            path = address(route, ann if visitor == "ann" else olga)

            answer = visit(visitor).get(path, headers={"Accept": "text/html,*/*;q=0.8"})

            assert answer.status_code < 500
            # Sets its own: see the test below.
            is_docs = route.startswith("api/docs/") and answer.status_code == 200
            assert_safe(answer, DOCS_POLICY if is_docs and "script" not in route else "")
            assert "Strict-Transport-Security" not in answer.headers
            # Read to its end a file is closed, and nothing else with it.
            answer.getvalue()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_every_answer_to_a_form_is_safe(
    method: str, visit: Callable[[str], Client], olga: User, subtests: pytest.Subtests
) -> None:
    for route in ROUTES:
        with subtests.test(route), undone():
            answer = getattr(visit("olga"), method)(
                address(route, olga), headers={"Accept": "text/html,*/*;q=0.8"}
            )

            assert answer.status_code < 500
            assert_safe(answer, DOCS_POLICY if route == "api/docs/" else "")


@pytest.mark.parametrize("method", ["trace", "debug"])
def test_method_that_nobody_has_is_refused(
    method: str, visit: Callable[[str], Client], olga: User, subtests: pytest.Subtests
) -> None:
    for route in ROUTES:
        with subtests.test(route), undone():
            answer = visit("olga").generic(method.upper(), address(route, olga))

            assert answer.status_code == 405
            assert_safe(answer)


@pytest.mark.parametrize("page", ["/", "/accounts/password/change/", "/admin/", "/api/v1/"])
def test_pages_are_pages(page: str, visit: Callable[[str], Client]) -> None:
    # Else the test above would read nothing but refusals.
    answer = visit("olga").get(page, headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert b"<link" in answer.content


@pytest.mark.parametrize(
    "page",
    [
        "<script>1</script>",
        "<style>a{}</style>",
        '<p style="color: red">',
        '<p onclick="f()">',
        '<a href=" JavaScript:f()">',
    ],
)
def test_inline_code_is_found(page: str) -> None:
    assert InlineCode(page).found


def test_inline_data_is_none() -> None:
    assert InlineCode('<script type="application/json">{}</script><p class="a">').found == []


# --- Files --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("response", "policy"),
    [
        (HttpResponse("<p>"), None),
        (HttpResponse("{}", content_type="application/json"), FILE_POLICY),
        (HttpResponse("<svg/>", content_type="image/svg+xml"), FILE_POLICY),
        (HttpResponse("<p>", headers={"Content-Disposition": "attachment"}), FILE_POLICY),
        (FileResponse(BytesIO(b"<p>"), content_type="text/html"), FILE_POLICY),
        (FileResponse(BytesIO(b"<p>"), as_attachment=True, filename="a.html"), FILE_POLICY),
        (HttpResponse("", headers={"Content-Security-Policy": "a"}, content_type="b"), "a"),
        (HttpResponseNotModified(), None),
    ],
)
def test_file_cannot_run_in_the_browser(
    response: HttpResponse, policy: str | None, rf: RequestFactory
) -> None:
    answer = HeadersMiddleware(lambda request: response)(rf.get("/"))

    assert answer.headers.get("Content-Security-Policy") == policy


# --- Errors -------------------------------------------------------------------------------------
SECRET = "words of the inside"


def crash(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError(SECRET)


@pytest.fixture
def stranger() -> Client:
    return Client(raise_request_exception=False)


def test_crash_of_a_page_shows_nothing_of_the_inside(
    stranger: Client, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr("focusflow.views.render", crash)

    answer = stranger.get("/", headers={"Accept": "text/html"})

    assert answer.status_code == 500
    assert b"Something went wrong" in answer.content
    assert SECRET not in answer.content.decode()
    assert "RuntimeError" not in answer.content.decode()
    assert_safe(answer)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_crash_of_the_api_is_a_problem(
    accept: str, ann: User, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger.force_login(ann)
    monkeypatch.setattr("tasks.querysets.TaskQuerySet.visible_to", crash)

    answer = stranger.get("/api/v1/tasks/", headers={"Accept": accept})

    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something went wrong. The error was logged; try again later.",
    }
    assert_safe(answer)


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "text/html"), ("/api/v1/tasks/", "application/problem+json")]
)
def test_name_of_another_host_is_refused(path: str, kind: str, stranger: Client) -> None:
    answer = stranger.get(path, headers={"Host": "evil.example", "Accept": "text/html"})

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith(kind)
    assert "could not be understood" in answer.content.decode()
    assert "evil.example" not in answer.content.decode()
    assert_safe(answer)


def test_unknown_address_of_the_api_is_a_problem(stranger: Client) -> None:
    answer = stranger.get("/api/nowhere", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no endpoint at /api/nowhere."


def test_body_that_is_too_large_for_a_page_is_refused(stranger: Client, db: None) -> None:
    answer = stranger.post("/accounts/login/", {"login": "a" * 2 * 1024 * 1024})

    assert answer.status_code in {400, 413}
    assert b"Bad request" in answer.content
    assert_safe(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 400), ("/accounts/login/", 400), ("/admin/login/", 400), ("/api/v1/tasks/", 413)],
)
def test_file_that_is_too_large_is_refused_unread(
    path: str, status: int, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    # The form is read to find the other half of this, whoever asks.
    browser.cookies["csrftoken"] = "a" * 32
    monkeypatch.setattr("django.http.multipartparser.Parser.__iter__", crash)

    answer = browser.post(path, {"title": "x", "file": BytesIO(b"x" * 1024 * 1024)})

    assert answer.status_code == status
    assert_safe(answer)


def test_body_that_is_too_large_for_the_sign_in_of_programs_is_413(
    stranger: Client, db: None
) -> None:
    answer = stranger.post(
        "/api/auth/app/v1/auth/login",
        json.dumps({"email": "a" * 2 * 1024 * 1024}),
        content_type="application/json",
    )

    assert answer.status_code == 413
    assert answer.json()["detail"] == "The body is too large: send at most 1 MiB."
    assert_safe(answer)


def test_form_of_another_site_is_refused(ann: User) -> None:
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})

    assert answer.status_code == 403
    assert b"came from another site" in answer.content
    assert b"CSRF" not in answer.content
    assert_safe(answer)


def test_program_with_a_session_needs_the_token_in_a_header(ann: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ann)
    page = browser.get("/api/v1/tasks/", headers={"Accept": "text/html"}).content.decode()
    token = page.partition('"csrfToken": "')[2].partition('"')[0]
    task = json.dumps({"title": "By script"})

    def send(**headers: str) -> int:
        kind = "application/json"
        answer = browser.post("/api/v1/tasks/", task, content_type=kind, headers=headers)
        return int(answer.status_code)

    assert send() == 403
    assert send(**{"X-CSRFToken": token}) == 201


# --- Redirects ----------------------------------------------------------------------------------
def leads(location: str) -> str:
    """Return the site to which a browser would go.

    It reads a backslash as a slash and three slashes as two, and skips blanks and controls.
    """
    plain = "".join(letter for letter in location if letter > " ").replace("\\", "/")
    parts = urlsplit(urljoin("http://testserver/a/b", re.sub("^/{2,}", "//", plain)))
    return f"{parts.scheme}://{parts.netloc}"


NEW = "another good password"
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/accounts/login/": ("nobody", {"login": "ann@example.org", "password": PASSWORD}),
    "/accounts/logout/": ("ann", {}),
    "/accounts/password/change/": (
        "ann",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    ),
    "/accounts/reauthenticate/": ("ann", {"password": PASSWORD}),
    "/admin/logout/": ("olga", {}),
}


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("way", ["body", "query"])
@pytest.mark.parametrize("form", FORMS)
def test_form_leads_to_no_other_site(
    form: str, way: str, target: str, visit: Callable[[str], Client]
) -> None:
    visitor, fields = FORMS[form]

    answer = visit(visitor).post(
        form,
        fields | ({"next": target} if way == "body" else {}),
        query_params={"next": target} if way == "query" else None,
        headers={"Referer": "https://evil.example/"},
    )

    # A sign-out that the admin answers is a page.
    assert answer.status_code == 302 or form == "/admin/logout/"
    assert leads(answer.headers.get("Location", "")) == "http://testserver"


@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize("visitor", VISITORS)
@pytest.mark.parametrize(
    "page",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/logout/",
        "/accounts/password/set/",
        "/accounts/reauthenticate/",
        "/admin/login/",
        "/admin/",
    ],
)
def test_page_leads_to_no_other_site(
    page: str, visitor: str, target: str, visit: Callable[[str], Client]
) -> None:
    answer = visit(visitor).get(page, {"next": target}, headers={"Referer": target})

    assert leads(answer.headers.get("Location", "")) == "http://testserver"


@pytest.mark.parametrize("path", ["//evil.example/admin", "//evil.example/..", "/admin//evil.x/a"])
def test_missing_slash_leads_to_no_other_site(path: str, visit: Callable[[str], Client]) -> None:
    answer = visit("olga").get("/", PATH_INFO=path)

    assert leads(answer.headers.get("Location", "")) == "http://testserver"


@pytest.mark.parametrize("target", ELSEWHERE)
def test_other_site_is_recognised(target: str) -> None:
    assert leads(target) != "http://testserver"


# --- Addresses with and without https -----------------------------------------------------------
# Both in processes of their own, since the settings follow from PUBLIC_URL when they are read.
VISIT = """
import json
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from accounts.models import User

call_command("migrate", verbosity=0)
User.objects.create_user("ann@example.org", "correct horse battery", name="Ann")
url = settings.PUBLIC_URL
secure = url.startswith("https:")
host = url.split("//")[1]
browser = Client(enforce_csrf_checks=True, SERVER_NAME=host, headers={"Origin": url})
page = browser.get("/accounts/login/", secure=secure)
token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
fields = {
    "login": "ann@example.org",
    "password": "correct horse battery",
    "csrfmiddlewaretoken": token,
}
signed_in = browser.post("/accounts/login/", fields, secure=secure)
plain = browser.get("/api/v1/", PATH_INFO="//evil.example/a")
other = browser.get("/", headers={"Host": "evil.example"})
print(json.dumps({
    "signed_in": signed_in.headers.get("Location"),
    "cookies": [
        {"name": cookie.key} | {name: cookie[name] for name in cookie if cookie[name]}
        for cookie in browser.cookies.values()
    ],
    "hsts": page.headers.get("Strict-Transport-Security"),
    "unencrypted": [plain.status_code, plain.headers.get("Location")],
    "other": [other.status_code, dict(other.headers)],
    "language": [settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_COOKIE_SECURE],
    "passkeys": settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN,
}))
"""


def serve(url: str, folder: Path) -> Any:
    """Sign in at the address, in a process of its own, and return what a browser would see."""
    done = run(
        "shell", "--no-imports", "-c", VISIT, PUBLIC_URL=url, DEBUG="true", DATA_DIR=str(folder)
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_address_with_https_has_secure_cookies_and_hsts(tmp_path: Path) -> None:
    seen = serve("https://planner.example.org", tmp_path)

    assert seen["signed_in"] == "/"
    assert {cookie["name"] for cookie in seen["cookies"]} == {
        "__Host-csrftoken",
        "__Host-sessionid",
    }
    for cookie in seen["cookies"]:
        assert cookie["secure"] is cookie["httponly"] is True
        assert (cookie["path"], cookie["samesite"]) == ("/", "Lax")
        assert "domain" not in cookie
    assert seen["hsts"] == "max-age=31536000"
    assert seen["language"] == ["__Host-language", True]
    assert seen["passkeys"] is False
    assert seen["unencrypted"] == [301, "https://planner.example.org//evil.example/a"]
    assert seen["other"][1].items() >= HEADERS.items()
    assert seen["other"][1].get("Location", "https://planner.example.org/") == (
        "https://planner.example.org/"
    )


def test_address_without_https_works_with_plain_cookies(tmp_path: Path) -> None:
    seen = serve("http://192.168.1.10", tmp_path)

    assert seen["signed_in"] == "/"
    assert {cookie["name"] for cookie in seen["cookies"]} == {"csrftoken", "sessionid"}
    for cookie in seen["cookies"]:
        assert "secure" not in cookie
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
    assert seen["hsts"] is None
    assert seen["language"] == ["language", False]
    assert seen["other"][0] == 400


def test_address_without_https_is_named_by_a_check(tmp_path: Path) -> None:
    done = run("check", "--deploy", PUBLIC_URL="http://192.168.1.10", DATA_DIR=str(tmp_path))

    assert "focusflow.W002" in done.stderr


@pytest.fixture
def _https(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_SSL_HOST = "planner.example.org"


@pytest.mark.usefixtures("_https")
@pytest.mark.parametrize("path", ["/api/v1/tasks/", "/api/auth/app/v1/auth/login", "/api/nowhere"])
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("get", {}),
        ("get", {"Accept": "text/html", "Authorization": "Bearer ffp_x"}),
        ("post", {"Accept": "text/html"}),
    ],
)
def test_program_without_https_is_refused_and_not_led_on(
    method: str, headers: dict[str, str], path: str, stranger: Client
) -> None:
    answer = getattr(stranger, method)(path, headers=headers)

    assert answer.status_code == 403
    assert "https alone" in answer.json()["detail"]
    assert_safe(answer)
    assert getattr(stranger, method)(path, headers=headers, secure=True).status_code != 403


@pytest.mark.usefixtures("_https", "db")
@pytest.mark.parametrize("path", ["/", "/api/docs/", "/api/v1/tasks/?page_size=2"])
def test_browser_without_https_is_led_on(path: str, stranger: Client) -> None:
    answer = stranger.get(path, headers={"Accept": "text/html"})

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://planner.example.org{path}"


# --- A browser ----------------------------------------------------------------------------------
# Reports each refusal, of what a script does later too.
REPORT = """
document.addEventListener("securitypolicyviolation", event => console.error(
    `refused: ${event.effectiveDirective} ${event.blockedURI} at ${event.sourceFile}`
));
"""


@pytest.fixture
def tab(live_server: LiveServer, rows: None, olga: User) -> Iterator[Page]:
    """Return Chromium's page, in which the operator is signed in; fails on any complaint."""
    from playwright.sync_api import sync_playwright

    client = Client()
    client.force_login(olga)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([{**cookie, "url": live_server.url}])  # type: ignore[typeddict-item]
        tab = context.new_page()
        tab.add_init_script(REPORT)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on(
            "console",
            lambda message: (
                complaints.append(f"{tab.url}: {message.text}")
                # An error page is logged as such.
                if message.type in {"error", "warning"}
                and not (message.location["url"] == tab.url and "status of 4" in message.text)
                else None
            ),
        )
        yield tab
        browser.close()
    assert complaints == []


def has_style(tab: Page) -> bool:
    """Say whether all the style sheets of the page were loaded."""
    return bool(
        tab.evaluate(
            "document.styleSheets.length > 0"
            " && [...document.styleSheets].every(sheet => sheet.cssRules.length > 0)"
        )
    )


@pytest.mark.browser
def test_pages_run_under_their_policy(tab: Page) -> None:
    for path in [
        "/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
        "/accounts/inactive/",
        "/accounts/signup/",
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        "/admin/auth/group/add/",
        "/api/v1/",
        "/api/v1/users/me/",
        "/api/v1/nothing/",
        "/api/v1/tasks/?nothing=1",
        "/api/docs/",
        "/nowhere/",
    ]:
        tab.goto(path)

        # What is answered as data has no style.
        assert path == "/api/v1/nothing/" or has_style(tab), path


@pytest.mark.browser
def test_admin_is_used_under_its_policy(tab: Page, olga: User) -> None:
    tab.goto("/admin/tasks/task/add/")
    tab.click(".field-due_date .vDateField + .datetimeshortcuts .date-icon")
    tab.click(".calendarbox:visible a >> text=15")
    tab.click(".field-user .select2-selection")
    tab.fill(".select2-search__field", "olga")
    tab.click(".select2-results__option >> text=olga")
    tab.click(".field-due_date .clock-icon")
    tab.click(".clockbox:visible a >> text=Noon")
    tab.fill("[name=title]", "Under the policy")
    tab.click(".theme-toggle >> nth=0")
    tab.click("[name=_save]")
    tab.wait_for_selector(".messagelist .success")
    tab.click("#result_list th.field-title a >> text=Under the policy")
    tab.click("a.historylink")
    tab.go_back()
    tab.click("a.deletelink")
    tab.click("#content [type=submit]")
    tab.wait_for_selector(".messagelist .success")
    tab.goto("/admin/auth/group/add/")
    tab.click("#id_permissions_from option >> nth=0")
    tab.click("#id_permissions_add")

    assert tab.locator("#id_permissions_to option").count() == 1


@pytest.mark.browser
def test_browsable_api_is_used_under_its_policy(tab: Page) -> None:
    tab.goto("/api/v1/tasks/")
    tab.click(".filters-button")
    tab.wait_for_selector("#filtersModal.in [type=submit]")
    tab.click("#filtersModal .close")
    tab.wait_for_selector("#filtersModal", state="hidden")
    tab.click(".form-switcher >> text=Raw data")
    tab.click(".form-switcher >> text=HTML form")
    tab.fill("#post-object-form [name=title]", "Under the policy")
    tab.click("#post-object-form button")
    made = re.search(r'"id": (\d+)', tab.inner_text(".response-info"))
    assert made is not None
    tab.goto(f"/api/v1/tasks/{made[1]}/")
    tab.fill("#put-object-form [name=title]", "Changed there")
    tab.click("#put-object-form button")
    tab.wait_for_selector(".response-info >> text=Changed there")
    tab.click("[data-target='#deleteModal']")
    tab.click("#deleteModal.in .btn-danger")

    tab.wait_for_selector("text=204 No Content")


@pytest.mark.browser
def test_documentation_is_used_under_its_policy(tab: Page) -> None:
    tab.goto("/api/docs/")
    tab.click("#operations-tasks-tasks_list .opblock-summary-control")
    tab.click("#operations-tasks-tasks_list .try-out__btn")
    tab.click("#operations-tasks-tasks_list .execute")
    tab.wait_for_selector("#operations-tasks-tasks_list .live-responses-table >> text=200")
    tab.click(".auth-wrapper .authorize")

    tab.wait_for_selector(".modal-ux")

"""What each address answers to whom: the one table to extend when there is a new one.

A rule names groups of people, and what they are answered by GET, HEAD, OPTIONS, POST, PUT, PATCH
and DELETE, in this order: a number, or a word for where a redirect leads. One word stands for all
seven.
"""

from __future__ import annotations

import re

from focusflow.tests.access.people import (
    BY_ACCESS_TOKEN,
    BY_SESSION,
    BY_TOKEN,
    OTHER,
    OUT,
    OWNER,
    OWNERS_READER,
    PEOPLE,
    READERS,
    STAFF,
    STAFFS_READER,
    TEMPORARY,
)
from focusflow.urls import CLOSED

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")

Rule = dict[tuple[str, ...], str]

EVERYBODY = tuple(PEOPLE)
SEEN = "200 200 200 405 405 405 405"
# Of what somebody with a token that reads may not do, they learn nothing else.
READ = "200 200 200 403 403 403 403"
READ_NOTHING = "405 405 200 403 403 403 403"
# allauth's endpoints for programs read a body before they look at the method.
BODY_FIRST = "405 400 400 400 400 400 400"

TEMPORARY_SESSION = ("temporary password",)
# Pages know nobody by a token.
NO_SESSION = tuple(name for name in PEOPLE if name not in (*BY_SESSION, *TEMPORARY_SESSION))


def anybody(answers: str) -> Rule:
    """Open by intent: no row of anybody is behind it without a further secret."""
    return {EVERYBODY: answers}


def front_page(answers: str, signed_in: str = "home") -> Rule:
    """Return a page for who is not signed in yet."""
    return {NO_SESSION: answers, TEMPORARY_SESSION: "password", BY_SESSION: signed_in}


def page(answers: str, temporary: str = "password") -> Rule:
    """Return a page of the signed-in person's own account."""
    return {NO_SESSION: "sign-in", TEMPORARY_SESSION: temporary, BY_SESSION: answers}


def own_page(answers: str) -> Rule:
    """Return a page of a row of the owner's, which for all others is not there."""
    return {
        NO_SESSION: "sign-in",
        TEMPORARY_SESSION: "password",
        ("owner",): answers,
        tuple(name for name in BY_SESSION if name != "owner"): "405 405 405 404 405 405 405",
    }


def program(answers: str, temporary: str = "403", others: str = "401") -> Rule:
    """Return an endpoint of allauth for the account of who shows an access token."""
    known = tuple(name for name in BY_ACCESS_TOKEN if name not in TEMPORARY)
    unknown = tuple(name for name in PEOPLE if name not in BY_ACCESS_TOKEN)
    return {
        unknown: others,
        known: answers,
        ("temporary password by access token",): temporary,
    }


def api(answers: str, reader: str = READ) -> Rule:
    """Return an address of the API that is the same for each who is signed in."""
    return {
        OUT: "401",
        TEMPORARY: "403",
        READERS: reader,
        (*OWNER, *OTHER, *STAFF): answers,
    }


def rows(answers: str, others: str) -> Rule:
    """Return the address of a row of the owner's, which for all others is not there."""
    return {
        OUT: "401",
        TEMPORARY: "403",
        OWNER: answers,
        (OWNERS_READER,): READ,
        (*OTHER, *STAFF): others,
        (STAFFS_READER,): "404 404 200 403 403 403 403",
    }


def done_to_rows(answer: str) -> Rule:
    """Return the address at which something is done to a row of the owner's."""
    return {
        OUT: "401",
        TEMPORARY: "403",
        OWNER: f"405 405 200 {answer} 405 405 405",
        READERS: READ_NOTHING,
        (*OTHER, *STAFF): "405 405 200 404 405 405 405",
    }


def but(rule: Rule, people: tuple[str, ...], answers: str) -> Rule:
    """Return a rule with other answers for some people."""
    others = {tuple(name for name in group if name not in people): rule[group] for group in rule}
    return {**others, people: answers}


def without_tokens(rule: Rule) -> Rule:
    """Return the rule of what a personal token cannot do at all."""
    able = tuple(name for name in BY_TOKEN if name not in (*OUT, *TEMPORARY))
    return but(rule, able, "403")


def staff_only(answers: str, temporary: str = "403") -> Rule:
    """Return an address for staff."""
    programs = tuple(name for name in TEMPORARY if name not in TEMPORARY_SESSION)
    return {
        OUT: "401",
        TEMPORARY_SESSION: temporary,
        programs: "403",
        (*OWNER, OWNERS_READER, *OTHER): "403",
        STAFF: answers,
        (STAFFS_READER,): READ,
    }


def admin(superuser: str, staff: str = "403", others: str = "admin-sign-in") -> Rule:
    """Return a page of the admin. Being staff opens the door, and no row behind it."""
    people = tuple(
        name for name in PEOPLE if name not in ("staff", "superuser", "temporary password")
    )
    return {
        people: others,
        TEMPORARY_SESSION: "password",
        ("staff",): staff,
        ("superuser",): superuser,
    }


DETAIL = "200 200 200 405 200 200 204"
NOT_THERE = "404 404 200 405 404 404 404"
LIST = "200 200 200 201 405 405 405"
FORM = "200 200 200 200 200 405 405"

RULES: dict[str, Rule] = {
    "": front_page("200 200 405 405 405 405 405", signed_in="200 200 405 405 405 405 405"),
    "healthz": anybody("200 200 405 405 405 405 405"),
    "readyz": anybody("200 200 405 405 405 405 405"),
    # Without METRICS_TOKEN there is no such address.
    "metrics": anybody("404 404 405 405 405 405 405"),
    "debug/tables": staff_only(SEEN, temporary="password"),
    # --- Pages of accounts ------------------------------------------------------------------------
    "accounts/login/": front_page(FORM),
    "accounts/logout/": {
        NO_SESSION: "sign-in sign-in 200 sign-in 405 405 405",
        (*BY_SESSION, *TEMPORARY_SESSION): "200 200 200 sign-in 405 405 405",
    },
    "accounts/signup/": front_page("200"),
    "accounts/inactive/": front_page(SEEN, signed_in=SEEN),
    "accounts/password/change/": page(FORM, temporary=FORM),
    "accounts/password/set/": page("password"),
    "accounts/reauthenticate/": page(FORM, temporary=FORM),
    "accounts/": page(FORM),
    "accounts/invitation/<str:secret>/": front_page(
        "404 404 405 405 405 405 405", signed_in="404 404 405 405 405 405 405"
    ),
    "accounts/confirm-email/": front_page(SEEN, signed_in=SEEN),
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": front_page(
        "200 200 200 404 405 405 405", signed_in="200 200 200 404 405 405 405"
    ),
    "accounts/email/": page(FORM),
    "accounts/email/confirm/<str:secret>/": front_page(
        "200 200 200 409 405 405 405", signed_in="200 200 200 409 405 405 405"
    ),
    "accounts/password/reset/": front_page(
        "200 200 405 200 405 405 405", signed_in="200 200 405 200 405 405 405"
    ),
    "accounts/password/reset/done/": front_page(SEEN, signed_in=SEEN),
    "accounts/password/reset/key/done/": front_page(SEEN, signed_in=SEEN),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-\\w]+)/$": front_page(
        "200", signed_in="200"
    ),
    "accounts/deactivate/": page(FORM),
    "accounts/delete/": page(FORM),
    "accounts/sessions/": page("200 200 405 sign-ins 405 405 405"),
    "accounts/sessions/end/": page("405 405 405 sign-in 405 405 405"),
    "accounts/sessions/<int:pk>/end/": own_page("405 405 405 sign-ins 405 405 405"),
    "accounts/tokens/<int:pk>/revoke/": own_page("405 405 405 sign-ins 405 405 405"),
    "accounts/2fa/": page(SEEN),
    # Between the password and the second factor: without the first it leads back to it.
    "accounts/2fa/authenticate/": front_page("sign-in"),
    "accounts/2fa/reauthenticate/": page("again"),
    "accounts/2fa/recovery-codes/": page("404 404 200 405 405 405 405"),
    "accounts/2fa/recovery-codes/download/": page("404"),
    "accounts/2fa/recovery-codes/generate/": page("again"),
    "accounts/2fa/totp/activate/": page("again"),
    "accounts/2fa/totp/deactivate/": page("404"),
    "accounts/2fa/webauthn/": page(SEEN),
    "accounts/2fa/webauthn/add/": page("again"),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": page("again"),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": page("again"),
    "accounts/2fa/webauthn/login/": front_page("sign-in sign-in 200 sign-in sign-in 405 405"),
    "accounts/2fa/webauthn/reauthenticate/": page("again"),
    # --- allauth's endpoints for programs ---------------------------------------------------------
    "api/auth/app/v1/config": anybody(SEEN),
    "api/auth/app/v1/tokens/refresh": anybody(BODY_FIRST),
    "api/auth/app/v1/auth/login": program(BODY_FIRST, temporary=BODY_FIRST, others=BODY_FIRST),
    "api/auth/app/v1/auth/session": program(
        "200 200 200 405 405 405 401",
        temporary="200 200 200 405 405 405 401",
        others="401 401 200 405 405 405 401",
    ),
    "api/auth/app/v1/auth/signup": program(
        "405 405 200 400 405 405 405", others="405 405 200 400 405 405 405"
    ),
    "api/auth/app/v1/auth/password/reset": program(
        "400 400 400 400 400 400 400", others="400 400 400 400 400 400 400"
    ),
    # There is no mail server.
    "api/auth/app/v1/auth/password/request": anybody("404"),
    "api/auth/app/v1/auth/email/verify": anybody("404"),
    "api/auth/app/v1/auth/2fa/authenticate": program("401"),
    "api/auth/app/v1/auth/webauthn/authenticate": program("401"),
    "api/auth/app/v1/auth/webauthn/login": program(
        "200 200 200 400 405 405 405", others="200 200 200 400 405 405 405"
    ),
    "api/auth/app/v1/auth/reauthenticate": program(BODY_FIRST, temporary=BODY_FIRST),
    "api/auth/app/v1/auth/2fa/reauthenticate": program(BODY_FIRST, temporary=BODY_FIRST),
    "api/auth/app/v1/auth/webauthn/reauthenticate": program("200 200 200 400 405 405 405"),
    "api/auth/app/v1/auth/sessions": program("200 200 200 405 405 405 400"),
    "api/auth/app/v1/account/password/change": program(BODY_FIRST, temporary=BODY_FIRST),
    "api/auth/app/v1/account/authenticators": program(SEEN),
    "api/auth/app/v1/account/authenticators/totp": program("404 404 200 400 405 405 200"),
    # 401: who would add a key has to show the password again.
    "api/auth/app/v1/account/authenticators/webauthn": program("401 401 200 400 400 405 400"),
    "api/auth/app/v1/account/authenticators/recovery-codes": program("404 400 400 400 400 400 400"),
    **{f"api/auth/app/v1/{route}": anybody("404") for route in CLOSED},
    # --- Our API ----------------------------------------------------------------------------------
    "api/docs/": anybody("200 200 405 405 405 405 405"),
    "api/schema/": anybody(SEEN),
    "api/v1/": api(SEEN),
    "^api/v1/": api(SEEN),
    "api/v1/users/me/": api("200 200 200 405 200 200 405"),
    # A session of one's own, whoever one is; what a personal token opens is not the account.
    "api/v1/users/me/email/": without_tokens(api("200 200 200 200 405 405 405")),
    "api/v1/users/me/sign-out/": without_tokens(api("405 405 200 204 405 405 405")),
    # The last superuser stays.
    "api/v1/users/me/deactivation/": but(
        without_tokens(api("405 405 200 204 405 405 405")),
        ("superuser",),
        "405 405 200 409 405 405 405",
    ),
    "api/v1/users/me/deletion/": but(
        without_tokens(api("200 200 200 204 405 405 405")),
        ("superuser",),
        "200 200 200 409 405 405 405",
    ),
    "api/v1/invitations/": without_tokens(staff_only(LIST)),
    "api/v1/invitations/<int:pk>/": without_tokens(staff_only("200 200 200 405 405 405 204")),
    "api/v1/users/": staff_only(LIST),
    "api/v1/users/<int:pk>/": staff_only(DETAIL),
    "api/v1/tokens/": without_tokens(api(LIST)),
    "api/v1/tokens/<int:pk>/": without_tokens(rows(DETAIL, NOT_THERE)),
    # Nobody changes what was.
    "api/v1/history/": api(SEEN),
    "api/v1/history/<int:pk>/": rows(SEEN, "404 404 200 405 405 405 405"),
    "api/v1/categories/": api(LIST),
    "api/v1/categories/<int:pk>/": rows(DETAIL, NOT_THERE),
    "api/v1/categories/<int:pk>/archive/": done_to_rows("200"),
    "api/v1/categories/<int:pk>/unarchive/": done_to_rows("200"),
    "api/v1/categories/<int:pk>/place/": done_to_rows("200"),
    "api/v1/tags/": api(LIST),
    "api/v1/tags/<int:pk>/": rows(DETAIL, NOT_THERE),
    "api/v1/filters/": api(LIST),
    "api/v1/filters/<int:pk>/": rows(DETAIL, NOT_THERE),
    "api/v1/filters/<int:pk>/place/": done_to_rows("200"),
    # Completing makes one, and undoing takes it back.
    "api/v1/occurrences/": api(SEEN),
    "api/v1/occurrences/<int:pk>/": rows(SEEN, "404 404 200 405 405 405 405"),
    "api/v1/agenda/": api(SEEN),
    "api/v1/quick-add/": api("405 405 200 201 405 405 405", READ_NOTHING),
    "api/v1/quick-add/preview/": api("405 405 200 200 405 405 405", READ_NOTHING),
    "api/v1/habits/": api(LIST),
    "api/v1/habits/<int:pk>/": rows(DETAIL, NOT_THERE),
    **{
        f"api/v1/habits/<int:pk>/{name}/": done_to_rows("200")
        for name in ("archive", "unarchive", "place", "checkins/<str:day>/add")
    },
    **{
        f"api/v1/habits/<int:pk>/{name}/": rows(SEEN, "404 404 200 405 405 405 405")
        for name in ("checkins", "statistics", "explain")
    },
    "api/v1/habits/<int:pk>/checkins/<str:day>/": rows(
        "200 200 200 405 200 405 204", "404 404 200 405 404 405 404"
    ),
    "api/v1/habits/statistics/": api(SEEN),
    "api/v1/habit-groups/": api(LIST),
    "api/v1/habit-groups/<int:pk>/": rows(DETAIL, NOT_THERE),
    "api/v1/habit-groups/<int:pk>/place/": done_to_rows("200"),
    "api/v1/rests/": api(LIST),
    "api/v1/rests/<int:pk>/": rows(DETAIL, NOT_THERE),
    "api/v1/tasks/": api(LIST),
    "api/v1/tasks/<int:pk>/": rows(DETAIL, NOT_THERE),
    **{
        f"api/v1/tasks/<int:pk>/{name}/": done_to_rows("200")
        for name in ("complete", "skip", "undo", "restore", "place")
    },
    "api/v1/tasks/<int:pk>/purge/": done_to_rows("204"),
    # Of tasks that are not there, or are somebody else's, nothing is changed.
    "api/v1/tasks/bulk/": but(
        api("405 405 200 409 405 405 405", READ_NOTHING), OWNER, "405 405 200 200 405 405 405"
    ),
    # --- The admin, but for its models ------------------------------------------------------------
    "admin/": admin("200", staff="200"),
    "admin/login/": {
        NO_SESSION: "sign-in",
        TEMPORARY_SESSION: "password",
        ("owner", "other"): "403",
        ("staff", "superuser"): "302 200 200 200 200 405 405",
    },
    "admin/logout/": admin(
        "405 405 200 sign-in 405 405 405", staff="405 405 200 sign-in 405 405 405", others="302"
    ),
    "admin/password_change/": anybody("password"),
    "admin/password_change/done/": admin(SEEN, staff=SEEN),
    "admin/jsi18n/": admin(SEEN, staff=SEEN),
    "admin/autocomplete/": admin(SEEN, staff="403 403 200 405 405 405 405"),
    "admin/r/<path:content_type_id>/<path:object_id>/": admin("404", staff="404"),
    "admin/^(?P<app_label>auth|accounts|tasks|habits)/$": admin("200", staff="404"),
    "admin/(?P<url>.*)$": admin("404", staff="404"),
    # Tokens are seen and revoked there, events only seen.
    "admin/accounts/apitoken/add/": admin("403"),
    "admin/accounts/apitoken/<path:object_id>/change/": admin("200 200 200 403 200 200 200"),
    "admin/accounts/invitation/<path:object_id>/change/": admin("200 200 200 403 200 200 200"),
    "admin/accounts/user/<int:user_id>/reset-link/": admin(
        "405 405 405 200 405 405 405", staff="405 405 405 403 405 405 405"
    ),
    "admin/accounts/event/add/": admin("403"),
    "admin/accounts/event/<path:object_id>/change/": admin("200 200 200 403 200 200 200"),
    "admin/accounts/event/<path:object_id>/delete/": admin("403"),
    "admin/tasks/occurrence/add/": admin("403"),
    "admin/tasks/occurrence/<path:object_id>/change/": admin("200 200 200 403 200 200 200"),
}

# Of a model in the admin, where nothing else is said.
MODEL_PAGE = re.compile(
    r"admin/\w+/\w+/(add/|<(path:object_)?id>/(change|delete|history|password)/)?"
)
MODEL_REDIRECT = re.compile(r"admin/\w+/\w+/<path:object_id>/")


def rule_of(route: str) -> Rule | None:
    """Return the rule of an address; None where somebody has to write one."""
    if route in RULES:
        return RULES[route]
    if MODEL_PAGE.fullmatch(route):
        return admin("200")
    if MODEL_REDIRECT.fullmatch(route):
        # To the page of the row, which decides.
        return admin("302", staff="302")
    return None


def expected(rule: Rule, person: str, method: str) -> str:
    """Return the answer; each person is in one group."""
    (answers,) = (answers for group, answers in rule.items() if person in group)
    words = answers.split()
    return words[METHODS.index(method)] if len(words) > 1 else words[0]

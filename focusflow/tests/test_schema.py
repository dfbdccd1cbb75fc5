"""The OpenAPI document says of each operation what holds for all of its kind."""

from __future__ import annotations

from typing import Any  # The document is JSON.

import pytest
from drf_spectacular.generators import SchemaGenerator

from focusflow.api.patterns import CLOCK, DAY, FILLED_TEXT

DOCUMENT: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]


# Of something that is done to rows.
DONE = "200 400 401 403 404 405 406 409 413 415 422 429 503 507"


def headers_in(name: str) -> set[str]:
    """Return the headers that an operation takes."""
    return {
        parameter["name"]
        for parameter in OPERATIONS[name][2].get("parameters", [])
        if parameter["in"] == "header"
    }


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("tasks_list", "200 400 401 403 405 406 429 503"),
        ("tasks_create", "201 400 401 403 405 406 409 413 415 422 429 503 507"),
        ("tasks_retrieve", "200 400 401 403 404 405 406 429 503"),
        ("tasks_update", "200 400 401 403 404 405 406 409 412 413 415 429 503 507"),
        ("tasks_partial_update", "200 400 401 403 404 405 406 409 412 413 415 429 503 507"),
        ("tasks_destroy", "200 204 400 401 403 404 405 406 409 412 429 503 507"),
        *((f"tasks_{name}_create", DONE) for name in ("complete", "skip", "undo", "restore")),
        *(
            (f"{name}_place_create", DONE)
            for name in ("categories", "tasks", "filters", "habits", "habit_groups")
        ),
        *(
            (f"{name}_{word}_create", DONE)
            for name in ("categories", "habits")
            for word in ("archive", "unarchive")
        ),
        ("habits_checkins_list", "200 400 401 403 404 405 406 429 503"),
        ("habits_checkins_update", "200 201 400 401 403 404 405 406 409 412 413 415 429 503 507"),
        ("habits_checkins_destroy", "200 204 400 401 403 404 405 406 409 412 429 503 507"),
        ("habits_checkins_add_create", DONE),
        ("habits_explain_retrieve", "200 400 401 403 404 405 406 429 503"),
        ("habits_statistics_retrieve", "200 400 401 403 404 405 406 429 503"),
        ("habits_statistics_list", "200 400 401 403 405 406 429 503"),
        ("tasks_purge_create", DONE.replace("200", "204")),
        ("tasks_bulk_create", DONE.replace("404 ", "")),
        ("quick_add_preview_create", DONE.replace("404 ", "")),
        ("quick_add_create", "201 400 401 403 405 406 409 413 415 422 429 503 507"),
        ("agenda_list", "200 400 401 403 405 406 429 503"),
    ],
)
def test_operation_names_its_answers(name: str, statuses: str) -> None:
    assert sorted(OPERATIONS[name][2]["responses"]) == statuses.split()


@pytest.mark.parametrize("name", OPERATIONS)
def test_error_is_a_problem_or_a_page(name: str) -> None:
    responses = OPERATIONS[name][2]["responses"]

    for status in filter(lambda status: status >= "400", responses):
        assert responses[status]["content"].keys() == {"application/problem+json", "text/html"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_body_is_json_and_closed(name: str) -> None:
    body = OPERATIONS[name][2].get("requestBody", {"content": {}})["content"]

    for kind, content in body.items():
        assert kind == "application/json"
        assert (
            SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]["additionalProperties"] is False
        )


def test_answer_has_all_of_its_members() -> None:
    assert set(SCHEMAS["Task"]["required"]) == SCHEMAS["Task"]["properties"].keys()


def test_change_takes_the_headers_of_its_kind() -> None:
    assert headers_in("tasks_list") == set()
    assert headers_in("tasks_create") == {"Idempotency-Key"}
    assert headers_in("tasks_complete_create") == {"Idempotency-Key"}
    assert headers_in("tasks_bulk_create") == headers_in("quick_add_create") == {"Idempotency-Key"}
    assert headers_in("tasks_update") == headers_in("tasks_destroy") == {"If-Match"}


def test_answer_names_its_headers() -> None:
    made = OPERATIONS["tasks_create"][2]["responses"]
    limits = {"X-Request-ID", "RateLimit", "RateLimit-Policy"}

    assert made["201"]["headers"].keys() == limits | {"ETag", "Location"}
    assert OPERATIONS["quick_add_create"][2]["responses"]["201"]["headers"].keys() == limits | {
        "Location"
    }
    assert made["401"]["headers"].keys() == {"X-Request-ID", "WWW-Authenticate"}
    assert made["429"]["headers"].keys() == {"X-Request-ID", "Retry-After"}
    assert OPERATIONS["tasks_list"][2]["responses"]["200"]["headers"].keys() == limits
    assert OPERATIONS["history_retrieve"][2]["responses"]["200"]["headers"].keys() == limits


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("name", ["history", "occurrences"])
def test_what_only_grows_has_no_operation_that_changes_it(name: str, method: str) -> None:
    assert method not in DOCUMENT["paths"][f"/api/v1/{name}/{{id}}/"]


@pytest.mark.parametrize(
    ("schema", "name", "limits"),
    [
        ("TaskRequest", "title", {"minLength": 1, "maxLength": 255}),
        ("TaskRequest", "category", {"minimum": 1, "maximum": 2**63 - 1}),
        ("TaskRequest", "priority", {"minimum": 0, "maximum": 9}),
        ("TaskRequest", "estimate_minutes", {"minimum": 1, "maximum": 100_000}),
        ("TaskRequest", "tags", {"maxItems": 50}),
        ("FilterRequest", "query", {"minLength": 1, "maxLength": 2_000}),
        ("TaskRequest", "due_day", {name: DAY[name] for name in ("format", "pattern")}),
        ("MeRequest", "day_starts_at", {"minimum": 0, "maximum": 6}),
        ("MeRequest", "week_start", {"enum": [1, 6, 7]}),
        ("Event", "before", {"type": ["object", "null"]}),
        ("HabitRequest", "times", {"minimum": 1, "maximum": 365}),
        ("HabitRequest", "span", {"minimum": 1, "maximum": 3_660, "type": ["integer", "null"]}),
        ("HabitRequest", "target", {"minimum": 0, "type": ["number", "null"]}),
        ("HabitRequest", "reminder_at", {"pattern": CLOCK["pattern"]}),
        ("HabitRequest", "start_date", {name: DAY[name] for name in ("format", "pattern")}),
        ("Habit", "streak_first_day", {"type": ["string", "null"], "format": "date"}),
        ("Habit", "strength", {"minimum": 0, "maximum": 100}),
        ("CheckInRequest", "value", {"minimum": 0, "type": "number"}),
        ("CheckInRequest", "note", {"maxLength": 10_000}),
    ],
)
def test_field_has_its_limits(schema: str, name: str, limits: dict[str, Any]) -> None:
    assert limits.items() <= SCHEMAS[schema]["properties"][name].items()


def test_filter_has_its_type() -> None:
    filters = {
        parameter["name"]: parameter["schema"]
        for name in ("tasks_list", "history_list")
        for parameter in OPERATIONS[name][2]["parameters"]
    }

    assert filters["completed"] == filters["no_due_date"] == {"type": "boolean"}
    assert filters["row_id"]["type"] == filters["priority"]["type"] == "integer"
    assert "task" in filters["kind"]["enum"]


def test_text_in_a_list_has_its_limits() -> None:
    limits = {"pattern": FILLED_TEXT, "minLength": 1, "maxLength": 50}

    assert limits.items() <= SCHEMAS["TaskRequest"]["properties"]["tags"]["items"].items()


def test_day_of_an_address_is_one() -> None:
    (day,) = (
        parameter
        for parameter in OPERATIONS["habits_checkins_update"][2]["parameters"]
        if parameter["name"] == "day"
    )

    assert (day["in"], day["schema"]) == ("path", DAY)


@pytest.mark.parametrize(
    ("name", "schema"), [("agenda_list", "Agenda"), ("habits_statistics_list", "Statistics")]
)
def test_answer_with_lists_is_no_list_of_rows(name: str, schema: str) -> None:
    answer = OPERATIONS[name][2]["responses"]["200"]["content"]["application/json"]

    assert answer["schema"] == {"$ref": f"#/components/schemas/{schema}"}


@pytest.mark.parametrize(
    "name", [name for name in OPERATIONS if name.startswith(("habit", "rests"))]
)
def test_body_of_habits_has_an_example(name: str) -> None:
    content = OPERATIONS[name][2].get("requestBody", {"content": {}})["content"]

    for body in content.values():
        schema = SCHEMAS[body["schema"]["$ref"].rpartition("/")[2]]
        assert bool(body.get("examples")) is bool(schema["properties"])


@pytest.mark.parametrize(
    "name", ["habits_statistics_list", "habits_statistics_retrieve", "habits_explain_retrieve"]
)
def test_answer_about_habits_has_an_example_with_all_members(name: str) -> None:
    content = OPERATIONS[name][2]["responses"]["200"]["content"]["application/json"]

    (example,) = content["examples"].values()
    schema = SCHEMAS[content["schema"]["$ref"].rpartition("/")[2]]
    assert example["value"].keys() == schema["properties"].keys()


def test_document_is_the_same_on_each_database() -> None:
    assert "x-spec-enum-id" not in str(DOCUMENT)
    assert "minimum" not in SCHEMAS["MeRequest"]["properties"]["week_start"]

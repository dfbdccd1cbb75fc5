"""The threat model names each requirement, and tests that are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from focusflow.tests.threat_model import (
    DOCS,
    TO_DO,
    Row,
    find_faults,
    find_not_run,
    main,
    read_all,
    read_levels,
    read_report,
    read_rows,
)

HERE = "focusflow/tests/test_threat_model.py"
LEVELS = read_levels("# of a standard\nV1.1 1 2 3\nV2.1 1")
REPORT = """<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="focusflow.tests.test_a" name="test_ran[1-[]]" time="0.1" />
<testcase classname="focusflow.tests.test_a" name="test_ran[2]"><skipped /></testcase>
<testcase classname="focusflow.tests.test_a" name="test_skipped"><skipped>No.</skipped></testcase>
<testcase classname="accounts.tests.test_b" name="test_failed"><failure>No.</failure></testcase>
</testsuite></testsuites>"""


def row(number: str = "V1.1.1", proof: str = f"`{HERE}::test_tables_are_whole`") -> Row:
    return Row(number, "Something", proof, Path("docs/threat-model/v01.md").resolve())


def faults(*rows: Row) -> list[str]:
    """Return what is wrong with these rows beside a right one of V1.1.2."""
    return list(find_faults([*rows, row("V1.1.2")], LEVELS, left_out={"2"}))


def test_tables_are_whole() -> None:
    assert list(find_faults(*read_all())) == []


def test_tables_leave_nothing_to_do() -> None:
    rows, _, _ = read_all()

    assert [row.number for row in rows if TO_DO.search(row.proof)] == []
    assert not TO_DO.search((DOCS / "threat-model.md").read_text())


def test_standard_has_as_many_requirements_as_it_says() -> None:
    _, levels, _ = read_all()

    counts = [list(levels.values()).count(level) for level in (1, 2, 3)]
    assert counts == [70, 183, 92]


@pytest.mark.parametrize(
    "proof",
    [
        f"`{HERE}::test_tables_are_whole`",
        f"`{HERE}::test_tables_are_whole`<br>`{HERE}::test_rows_are_read`",
        "**not defended**: nobody asked",
        "[here](../threat-model.md#doors)",
        "TODO-account-life",
    ],
)
def test_row_that_is_answered_is_right(proof: str) -> None:
    assert faults(row(proof=proof)) == []


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([], "V1.1.1 has no row."),
        ([row(), row()], "V1.1.1 has 2 rows."),
        ([row(), row("V1.1.3")], "V1.1.3 has a row and is no requirement of these levels."),
        ([row(), row("V2.1.1")], "V2.1.1 has a row and is no requirement of these levels."),
        ([row(proof="by design")], "V1.1.1 has neither a test nor a reason."),
        ([row(proof="**not defended**: ")], "V1.1.1 has neither a test nor a reason."),
        (
            [row(proof=f"`{HERE}::test_of_old`")],
            f"V1.1.1 names {HERE}::test_of_old, which is not there.",
        ),
        (
            [row(proof="`tasks/nowhere.py::test_a`")],
            "V1.1.1 names tasks/nowhere.py::test_a, which is not there.",
        ),
        (
            [row(proof="[there](../threat-model.md#nowhere)")],
            "V1.1.1 leads to ../threat-model.md#nowhere, which is not there.",
        ),
        (
            [row(proof="[there](nowhere.md)")],
            "V1.1.1 leads to nowhere.md#, which is not there.",
        ),
    ],
)
def test_row_that_is_wrong_is_named(rows: list[Row], fault: str) -> None:
    assert faults(*rows) == [fault]


def test_rows_are_read(tmp_path: Path) -> None:
    page = tmp_path / "v01.md"
    page.write_text("| | what | test |\n| --- | --- | --- |\n| V1.1.1 | This | `a.py::test_b` |\n")

    assert read_rows([page]) == [Row("V1.1.1", "This", "`a.py::test_b`", page)]


def test_report_tells_what_ran(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    assert read_report(report) == {"focusflow/tests/test_a.py::test_ran"}


@pytest.mark.parametrize(
    ("test", "is_named"),
    [("test_ran", False), ("test_skipped", True), ("test_never", True)],
)
def test_test_that_did_not_run_is_named(test: str, is_named: bool) -> None:
    name = f"focusflow/tests/test_a.py::{test}"

    found = list(find_not_run([row(proof=f"`{name}`")], {"focusflow/tests/test_a.py::test_ran"}))

    assert found == ([f"V1.1.1 names {name}, which did not run."] if is_named else [])


def test_command_fails_where_nothing_ran(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)

    assert main([str(report)]) == 1
    assert "which did not run." in capsys.readouterr().out
    assert main([]) == 1

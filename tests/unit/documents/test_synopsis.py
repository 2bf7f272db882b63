"""A protocol from the answers of a synopsis, and endpoints from the rows of a sheet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialseal.documents import endpoint_rows, synopsis
from trialseal.documents.models import parse_document
from trialseal.errors import FailedError, UsageError

EMPTY = {"format": "trialseal/1", "kind": "protocol", "version": 1}
EXAMPLES = {one.name: one.example for one in synopsis.ITEMS}
ENDPOINT: dict[str, Any] = {
    "id": "P1", "role": "primary", "measurement_variable": "Systolic blood pressure", "aggregation": "mean",
    "time_points": [{"value": 12, "unit": "week", "anchor": "randomisation"}], "notes": ["measured twice"],
    "estimands": [{"id": "E1", "population": "all randomised"}],
}  # fmt: skip


def test_the_examples_are_answers_that_make_a_protocol() -> None:
    made, changes = synopsis.described(EMPTY, EXAMPLES, "synopsis.csv")
    assert len(changes) == len(synopsis.ITEMS)
    parse_document({**made, "endpoints": [ENDPOINT]}, "protocol.json")
    assert synopsis.answers_of(made) == EXAMPLES
    assert synopsis.described(made, EXAMPLES, "synopsis.csv") == (made, [])


def test_what_the_answers_do_not_change_stays() -> None:
    made, _ = synopsis.described(EMPTY, EXAMPLES, "synopsis.csv")
    kept = {**made, "arms": [{"name": "Substitute", "kind": "EXPERIMENTAL"}, {"name": "Control"}], "notes": ["kept"]}
    again, changes = synopsis.described(kept, {**EXAMPLES, "title": "Another"}, "synopsis.csv")
    assert again == {**kept, "titles": {**kept["titles"], "public": "Another"}}
    assert changes == ['title: "Salt substitutes and blood pressure" is now Another']


def test_every_fault_is_told_at_once() -> None:
    answers = {**EXAMPLES, "code": "later", "start": "next year", "sample size": "many", "titel": "x"}
    with pytest.raises(FailedError) as refused:
        synopsis.described(EMPTY, answers, "synopsis.csv")
    told = "\n".join(refused.value.faults)
    assert len(refused.value.faults) == 4
    assert "code has no answer" in told and "did you mean title?" in told
    assert 'synopsis.csv: start: "next year" is not a date' in told
    assert "many is not a number of participants" in told


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("protocol date", "2026-13-45"), ("start", "2026-02-30"), ("start", "2026-09 (perhaps)"), ("code", "ä"),
        ("sample size", "-4"), ("sample size", "٤"), ("arms", ";"), ("interventions", ": none"),
        ("registry number", "NCT0436872"), ("title", "x" * 20_001), ("registry number", "help"),
        ("study type", "1:1"), ("study type", "3"), ("countries", "2024-01"), ("countries", "Spain; 400"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(item: str, answer: str) -> None:
    with pytest.raises(UsageError):
        synopsis.checked(synopsis.BY_NAME[item], answer)


def test_later_is_an_answer_to_everything() -> None:
    assert {synopsis.checked(one, " Later ") for one in synopsis.ITEMS} == {"later"}
    assert "phase" not in synopsis.left_for_later({}) and "start" in synopsis.left_for_later({"start": "LATER"})


def test_a_row_gives_its_endpoint_back() -> None:
    row = endpoint_rows.row_of(ENDPOINT)
    assert row["time points"] == "12 weeks after randomisation"
    assert endpoint_rows.endpoints_of([(2, row)], [ENDPOINT], "endpoints.csv") == [ENDPOINT]
    assert endpoint_rows.changes([row], [ENDPOINT]) == []


def test_a_changed_cell_changes_its_member_alone() -> None:
    row = {
        **endpoint_rows.row_of(ENDPOINT),
        "time points": "4 to 12.5 weeks; at the last visit",
        "aggregation": "later",
    }
    [made] = endpoint_rows.endpoints_of([(2, row)], [ENDPOINT], "endpoints.csv")
    times = [{"value": 4, "until": 12.5, "unit": "week"}, {"text": "at the last visit"}]
    assert made == {key: value for key, value in ENDPOINT.items() if key != "aggregation"} | {"time_points": times}
    assert endpoint_rows.changes([row], [ENDPOINT]) == [
        'endpoint P1, aggregation: mean is now ""',
        'endpoint P1, time points: "12 weeks after randomisation" is now "4 to 12.5 weeks; at the last visit"',
    ]
    assert endpoint_rows.changes([], [ENDPOINT]) == ["endpoint P1 is no longer in the sheet"]


@given(
    st.integers(1, 9999),
    st.sampled_from(["second", "minute", "hour", "day", "week", "month", "year"]),
    st.sampled_from([None, "randomisation", "the first dose"]),
)
def test_times_read_as_they_are_written(value: int, unit: str, anchor: str | None) -> None:
    time = {"value": value, "unit": unit} | ({"anchor": anchor} if anchor else {})
    shown = endpoint_rows.row_of({**ENDPOINT, "time_points": [time]})
    [made] = endpoint_rows.endpoints_of([(2, shown)], [], "endpoints.csv")
    assert made["time_points"] == [time]


def test_every_fault_of_a_sheet_is_told_with_its_row() -> None:
    good = endpoint_rows.row_of(ENDPOINT)
    rows = [
        (2, good),
        (3, {**good, "role": "main"}),
        (5, {**good, "id": "", "confirmed": "yes"}),
        (6, {"id": "S1", "role": "secondary"}),
    ]
    with pytest.raises(FailedError) as refused:
        endpoint_rows.endpoints_of(rows, [], "endpoints.csv")
    assert [one.partition(":")[0] for one in refused.value.faults] == [
        "endpoints.csv, row 3", "endpoints.csv, row 3", "endpoints.csv, row 5", "endpoints.csv, row 5",
        "endpoints.csv, row 6",
    ]  # fmt: skip
    assert "id P1 is in row 2 too" in refused.value.faults[0]


@pytest.mark.parametrize(("many", "refused"), [(0, True), (1, False), (1000, False), (1001, True)])
def test_how_many_rows_are_a_sheet_of_endpoints(many: int, refused: bool) -> None:
    rows = [(number + 2, {**endpoint_rows.row_of(ENDPOINT), "id": f"P{number}"}) for number in range(many)]
    if not refused:
        assert len(endpoint_rows.endpoints_of(rows, [], "endpoints.csv")) == many
        return
    with pytest.raises(FailedError):
        endpoint_rows.endpoints_of(rows, [], "endpoints.csv")


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        ("R. Jones 2026-03-02", True),
        ("2026-03-02 RJ", True),
        ("yes", False),
        ("2026-03-02", False),
        ("R 2026-03", False),
    ],
)
def test_a_confirmation_says_who_and_when(cell: str, is_one: bool) -> None:
    assert endpoint_rows.is_confirmation(cell) is is_one
    row = {**endpoint_rows.row_of(ENDPOINT, "NCT99999901 of 2020-06-03"), "confirmed": cell}
    assert endpoint_rows.unconfirmed([row]) == []
    assert endpoint_rows.unconfirmed([{**row, "confirmed": ""}]) == ["P1"]

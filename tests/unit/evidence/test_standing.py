"""Which entries stand: the last of those that correct one another, none after 'entered in error', as of a second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trialseal.evidence.consents import Entry
from trialseal.evidence.standing import standing

GIVEN = json.loads((Path(__file__).parents[2] / "vectors" / "streams.json").read_text(encoding="utf-8"))["corrections"]
SUBJECT, OTHER = "0a" * 16, "0b" * 16


def stream(*events: dict[str, Any], name: str = "s", first_anchor: int = 1000) -> list[Entry]:
    """Entries named e0, e1 … of one stream, each anchored ten seconds after the one before."""
    found = []
    for index, members in enumerate(events):
        event = {"type": "consent", "id": f"e{index}", "at": "2020-05-12", "subject": SUBJECT} | members
        found.append(Entry(name, index, event, None, event.pop("anchored", first_anchor + 10 * index)))
    return found


def corrects(id: str, **members: Any) -> dict[str, Any]:
    return {"corrects": id, **members}


def in_error(id: str) -> dict[str, Any]:
    return corrects(id, type="entered-in-error")


@pytest.mark.parametrize(
    ("events", "stand", "corrected", "errors"),
    [
        ([{}, {}], [0, 1], 0, 0),
        ([{}, corrects("e0")], [1], 1, 0),
        ([{}, {}, corrects("e0"), corrects("e2")], [3, 1], 1, 0),
        ([{}, in_error("e0")], [], 0, 1),
        ([{}, corrects("e0"), in_error("e1")], [], 0, 1),
        ([{}, in_error("e0"), corrects("e1")], [2], 1, 0),
        ([in_error("an adverse event's")], [], 0, 0),
        ([{}, corrects("e0", subject=OTHER)], [0, 1], 0, 0),
        ([{}, corrects("e0", type="visit")], [0, 1], 0, 0),
        ([{}, corrects("e0"), corrects("e0")], [2], 1, 0),
        ([corrects("e1"), {}], [0, 1], 0, 0),
    ],
)
def test_what_stands(events: list[dict[str, Any]], stand: list[int], corrected: int, errors: int) -> None:
    found = standing(stream(*events))
    assert [one.index for one in found.entries] == stand
    assert (found.corrected, found.in_error) == (corrected, errors)


def test_the_vectors() -> None:
    for chain in GIVEN["chains"]:
        entries = [Entry("s", index, one) for index, one in enumerate(chain["entries"])]
        for size, ids in enumerate(chain["stand"], 1):
            assert sorted(one.event["id"] for one in standing(entries[:size]).entries) == sorted(ids)


def test_streams_do_not_correct_one_another() -> None:
    found = standing([*stream({}), *stream(corrects("e0"), name="t")])
    assert [one.place for one in found.entries] == ["entry 0 of stream s", "entry 0 of stream t"]


def test_a_correction_says_what_it_stands_for() -> None:
    (one,) = standing(stream({}, corrects("e0"), corrects("e1"))).entries
    assert one.place == "entry 2 of stream s, which corrects entry 0"


@pytest.mark.parametrize(("as_of", "stand"), [(999, []), (1000, [0]), (1009, [0]), (1010, [1]), (1011, [1])])
def test_what_stood_just_before_at_and_just_after_the_second_of_a_head(as_of: int, stand: list[int]) -> None:
    assert [one.index for one in standing(stream({}, corrects("e0")), as_of).entries] == stand


def test_what_is_not_anchored_stood_at_no_time_that_is_asked_for() -> None:
    entries = stream({}, corrects("e0", anchored=None))
    assert [one.index for one in standing(entries).entries] == [1]
    assert [one.index for one in standing(entries, 10**10).entries] == [0]

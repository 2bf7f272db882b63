"""Parts of a trial told apart by words; texts that point to results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trialseal.outcomes.compare import compare
from trialseal.outcomes.model import ChangeCode, Outcome
from trialseal.outcomes.parts import part_of, told_apart
from trialseal.outcomes.pointers import is_pointer
from trialseal.outcomes.sources import of_history

SHARED = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.parametrize(
    ("measure", "part"),
    [
        ("Local reactions: Phase 1", "phase 1"),
        ("Local reactions (Phase IIb)", "phase 2b"),
        ("Incidence in phase 2/3", "phase 2/3"),
        ("Response in Cohort B", "cohort b"),
        ("Pain", None),
    ],
)
def test_parts_are_read(measure: str, part: str | None) -> None:
    assert part_of(Outcome("primary", measure)) == part


def test_one_part_alone_is_no_part() -> None:
    outcomes = [Outcome("primary", "Reactions: Phase 1"), Outcome("primary", "Pain")]
    assert told_apart(outcomes, outcomes)[0] == outcomes


def test_a_time_or_an_analysis_set_at_the_end_is_no_part() -> None:
    before = [Outcome("primary", f"{name}: week 12") for name in ("Pain", "Sleep", "Mood")]
    after = [*before, Outcome("primary", "Cost: week 52"), Outcome("primary", "Fear: week 52")]
    assert ChangeCode.PRIMARY_ADDED in {change.code for change in compare(before, after).changes}


def test_outcomes_of_another_phase_are_not_matched() -> None:
    comparison = compare([Outcome("primary", "Fever: Phase 1")], [Outcome("primary", "Fever: Phase 2")])
    assert all(not (pair.before and pair.after) for pair in comparison.pairs)


@pytest.mark.parametrize("text", ["[See Results Section.]", "See results section", "See Results", "Refer to results."])
def test_pointers(text: str) -> None:
    assert is_pointer(Outcome("primary", text))


@pytest.mark.parametrize(
    "text", ["Change in results of the test", "See results of the questionnaire at week 4", "", "Pain"]
)
def test_an_outcome_is_no_pointer(text: str) -> None:
    assert not is_pointer(Outcome("primary", text))


def _data(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared data are not here: {path}")
    return path


def test_a_part_that_begins_later_is_not_said_to_be_added() -> None:
    record = json.loads(_data("ctgov-v2/NCT04368728.json").read_text(encoding="utf-8"))
    listed = record["protocolSection"]["outcomesModule"]["primaryOutcomes"]
    outcomes = [Outcome("primary", one["measure"], one.get("description", ""), one["timeFrame"]) for one in listed]
    assert len(outcomes) == 64
    assert not compare(outcomes, outcomes).changed
    early = [one for one in outcomes if part_of(one) in ("phase 1", "phase 2/3")]
    boosters = [one for one in outcomes if part_of(one) in ("phase 1", "phase 2/3", "phase 2", "phase 3")]
    assert len(early) < len(boosters)
    changes = list(compare(early, boosters).changes)
    assert {change.code for change in changes} == {ChangeCode.OTHER_PART}


def test_histories_replay_and_pointers_never_count() -> None:
    versions = pairs = 0
    with _data("histories/ctgov_histories.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            earlier = None
            for version in json.loads(line)["versions"]:
                outcomes = of_history(version["outcomes"])
                versions += 1
                if earlier is not None and outcomes != earlier:
                    comparison = compare(earlier, outcomes)
                    pairs += len(comparison.pairs)
                    hidden = [one._replace(measure="[See Results Section.]", description="") for one in outcomes]
                    assert not compare(outcomes, hidden).changed
                earlier = outcomes
    assert versions > 300
    assert pairs > 100

"""A part of the trial that nothing names is not taken for one."""

from __future__ import annotations

import pytest
from registry_cases import AS_OF, history, record, version

from trialseal.outcomes.model import Outcome
from trialseal.registries.history import RegistryOutcome
from trialseal.rules.parts import unnamed_parts
from trialseal.rules.trial_case import Report, TrialCase

PAIN = RegistryOutcome("primary", "Pain in Cohort B", "in the dose-finding group", "week 12")


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ("phase 9", False),
        ("Phase 3", True),  # among the record's phases
        ("phase 2/3", True),
        ("phase 2", False),
        ("cohort b", True),
        ("Cohort C", False),
        ("dose-finding group", True),
        ("dose-finding", True),
        ("dose", True),
        ("dos", False),  # whole words
        ("", False),
        ("part 2", True),  # in the paper's text
        ("booster", False),
    ],
)
def test_parts_that_are_named(part: str, named: bool) -> None:
    case = TrialCase(as_of=AS_OF, registry=history(version(outcomes=(PAIN,))))
    assert (unnamed_parts(case, [part], ["We report part 2 of the trial."]) == []) is named


def test_a_part_is_named_by_an_earlier_version_by_a_reported_outcome_or_in_a_title() -> None:
    earlier = version(1, outcomes=(PAIN,))
    later = version(2, whole=record(titles={"public": "The booster part", "scientific": "A"}))
    case = TrialCase(as_of=AS_OF, registry=history(earlier, later))
    assert unnamed_parts(case, ["cohort B", "booster", "stage 1"]) == ["stage 1"]
    reported = Report("paper", outcomes=(Outcome("primary", "Pain in stage 1"),))
    assert unnamed_parts(TrialCase(as_of=AS_OF, registry=history(earlier), reported=reported), ["stage 1"]) == []

"""Rules are documented as they are, ask in fair words, and the exit code is the worst answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trialseal.rules.catalogue import RULES, table
from trialseal.rules.deadlines import deadlines_table
from trialseal.rules.finding import Finding, Status, exit_code
from trialseal.rules.trial_catalogue import ITEMS, TRIAL_RULES, trial_table

ROOT = Path(__file__).parents[3]
RULES_SOURCES = sorted((ROOT / "src" / "trialseal" / "rules").glob("*.py"))


def test_the_documented_rules_are_those_of_the_code() -> None:
    assert f"\n{table()}\n" in (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")


def test_the_documented_rules_about_trials_are_those_of_the_code() -> None:
    assert f"\n{trial_table()}\n" in (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")


def test_the_documented_deadlines_are_those_of_the_code() -> None:
    assert f"\n{deadlines_table()}\n" in (ROOT / "docs" / "verdicts.md").read_text(encoding="utf-8")


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in RULES] + [rule.id for rule in TRIAL_RULES]
    assert len(set(ids)) == len(ids)


def test_rules_about_trials_come_by_item_of_consort() -> None:
    order = list(ITEMS)
    places = [order.index(rule.item) for rule in TRIAL_RULES]
    assert places == sorted(places)


@pytest.mark.parametrize("source", [*RULES_SOURCES, ROOT / "src" / "trialseal" / "report" / "trial" / "verdict.py"])
def test_no_rule_says_more_than_it_checked(source: Path) -> None:
    # A word such as "hidden" accuses; a finding only asks.
    accusing = re.compile(r"\b(valid trial|switch\w*|hidden|missing|fraud\w*|cheat\w*|lied?|lying|suspicious)\b", re.I)
    assert not accusing.findall(source.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([], 0),
        ([Status.HOLDS, Status.DOES_NOT_APPLY], 0),
        ([Status.HOLDS, Status.UNDETERMINED], 2),
        ([Status.UNDETERMINED, Status.FAILS], 1),
    ],
)
def test_exit_code_is_the_worst_answer(statuses: list[Status], code: int) -> None:
    assert exit_code(Finding("r", status, "s") for status in statuses) == code

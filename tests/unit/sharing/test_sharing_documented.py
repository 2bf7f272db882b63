"""docs/verdicts.md has the rules about sharing as they are."""

from __future__ import annotations

from pathlib import Path

from trialseal.sharing.catalogue import CONDITION_RULES, HAND_OVER_RULES, PACKAGE_RULES, PERMIT_RULES, sharing_table

DOCS = Path(__file__).parents[3] / "docs"


def test_the_rules_are_documented() -> None:
    assert sharing_table() in (DOCS / "verdicts.md").read_text(encoding="utf-8")


def test_every_rule_asks_a_question_and_names_its_source() -> None:
    for one in (*PERMIT_RULES, *HAND_OVER_RULES, *CONDITION_RULES, *PACKAGE_RULES):
        assert one.asks.endswith("?")
        assert str(one.source)

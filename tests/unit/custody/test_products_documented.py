"""docs/verdicts.md has the rules about products as they are."""

from __future__ import annotations

from pathlib import Path

from trialseal.custody.catalogue import KIT_RULES, OTHER_RULES, custody_table

DOCS = Path(__file__).parents[3] / "docs"


def test_the_rules_are_documented() -> None:
    assert custody_table() in (DOCS / "verdicts.md").read_text(encoding="utf-8")


def test_every_rule_asks_a_question_and_names_its_source() -> None:
    for one in (*KIT_RULES, *OTHER_RULES):
        assert one.asks.endswith("?")
        assert str(one.source)

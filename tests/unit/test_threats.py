"""docs/threats.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "threats.md").read_text(encoding="utf-8")


def test_the_tests_named_exist() -> None:
    named = re.findall(r"`((?:unit|integration|contracts|property)/[^`]+)`", PAGE)
    assert len(named) > 10
    for one in named:
        path, _, test = one.partition("::")
        assert (TESTS / path).exists(), one
        assert not test or f"def {test}(" in (TESTS / path).read_text(encoding="utf-8"), one

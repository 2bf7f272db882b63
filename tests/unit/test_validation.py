"""The page of validation: made of the list and of the last run, in which every test of it passed."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from trialseal.cli.headings import HEADINGS

ROOT = Path(__file__).parents[2]
REPORT = b"""<testsuites><testsuite>
<testcase classname="tests.unit.test_a" name="test_one[x]"/>
<testcase classname="tests.unit.test_a" name="test_one[y]"><failure/></testcase>
<testcase classname="tests.unit.test_a" name="test_two"><skipped/></testcase>
<testcase classname="tests.unit.test_b" name="test_one"><error/></testcase>
<testcase classname="tests.unit.test_a" name="test_one_more"/>
</testsuite></testsuites>"""


@pytest.fixture(scope="module")
def validation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("validation", ROOT / "tests" / "validation" / "validation.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_made_of_the_list_and_the_last_run(validation: ModuleType) -> None:
    kept = json.loads(validation.KEPT.read_text(encoding="utf-8"))
    listed = validation.requirements()
    assert set(kept["tests"]) == {test for one in listed for test in one.tests}, "run make validation"
    assert validation.PAGE.read_text(encoding="utf-8") == validation.page(listed, kept)
    assert all(passed and not failed for passed, failed, _ in kept["tests"].values())


def test_every_test_and_command_of_the_list_is_there(validation: ModuleType) -> None:
    commands = {name for names in HEADINGS.values() for name in names}
    for one in validation.requirements():
        assert set(one.commands) <= commands and one.promise.endswith(".") and one.source
        for test in one.tests:
            file, function = test.split("::")
            assert re.search(
                rf"^def {function}\(", (ROOT / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE
            ), test


def test_how_cases_ended_is_read_from_the_report(validation: ModuleType) -> None:
    names = (
        "unit/test_a.py::test_one",
        "unit/test_a.py::test_two",
        "unit/test_b.py::test_one",
        "unit/test_c.py::test_gone",
    )
    assert list(validation.outcomes(REPORT, names).values()) == [(1, 1, 0), (0, 0, 1), (0, 1, 0), (0, 1, 0)]

"""What each act costs: exactly what is committed and published, and no more than the project set itself."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "gas.py"


@pytest.fixture(scope="module")
def gas() -> ModuleType:
    """The script behind `make gas`."""
    spec = importlib.util.spec_from_file_location("gas", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def figures(gas: ModuleType) -> dict[str, int]:
    """Measured now, on a chain of its own."""
    measured: dict[str, int] = gas.measure()
    return measured


def test_every_act_costs_what_is_committed(gas: ModuleType, figures: dict[str, int]) -> None:
    assert figures == json.loads(gas.SNAPSHOT.read_text(encoding="utf-8")), "run `make gas` if this was meant"


def test_the_page_tells_what_was_measured(gas: ModuleType, figures: dict[str, int]) -> None:
    assert gas.PAGE.read_text(encoding="utf-8") == gas.page(figures), "run `make gas`"


def test_no_act_costs_more_than_its_target(gas: ModuleType, figures: dict[str, int]) -> None:
    over = {act: figures[act] for act, most in gas.TARGETS.items() if figures[act] > most}
    assert not over


def test_a_batch_costs_no_more_than_its_share_of_single_acts(gas: ModuleType, figures: dict[str, int]) -> None:
    over = {act: figures[act] for act, alone, most in gas.SHARES if 100 * figures[act] > most * figures[alone]}
    assert not over

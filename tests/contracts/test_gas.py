"""What each act costs: exactly what is committed and published, and no more than the project set itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from gas import PAGE, SNAPSHOT
from gas_figures import SHARES, TARGETS
from gas_measure import measure
from gas_page import page


@pytest.fixture(scope="module")
def figures() -> dict[str, int]:
    """Measured now, on a chain of its own."""
    return measure()


def test_every_act_costs_what_is_committed(figures: dict[str, int]) -> None:
    assert figures == json.loads(SNAPSHOT.read_text(encoding="utf-8")), "run `make gas` if this was meant"


def test_the_page_tells_what_was_measured(figures: dict[str, int]) -> None:
    assert PAGE.read_text(encoding="utf-8") == page(figures), "run `make gas`"


def test_no_act_costs_more_than_its_target(figures: dict[str, int]) -> None:
    over = {act: figures[act] for act, most in TARGETS.items() if figures[act] > most}
    assert not over


def test_a_batch_costs_no_more_than_its_share_of_single_acts(figures: dict[str, int]) -> None:
    over = {act: figures[act] for act, alone, most in SHARES if 100 * figures[act] > most * figures[alone]}
    assert not over

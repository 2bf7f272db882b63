"""What a party's key may do, by the purposes that it was added for."""

from __future__ import annotations

import pytest

from trialseal.ledger.codes import Purpose
from trialseal.ledger.parties import KeyRecord


@pytest.mark.parametrize("others", [0, sum(one for one in Purpose if one is not Purpose.MANAGE)])
def test_a_key_manages_that_was_added_for_it(others: int) -> None:
    def manages(purposes: int) -> bool:
        return KeyRecord("0x11", purposes, 1, 0, 0).manages

    assert manages(others | Purpose.MANAGE)
    assert not manages(others)

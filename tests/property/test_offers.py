"""What is offered for a transaction that waits: always enough that nodes take it in place of the one before."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trialseal.ledger.fees import more
from trialseal.ledger.outbox import Attempt


@given(st.integers(1, 10**15), st.integers(0, 10**12))
def test_another_offer_is_always_an_eighth_more(fee: int, tip: int) -> None:
    class Rpc:
        def attempt(self, calls: Any) -> Any:
            return [{"baseFeePerGas": "0x1"}, "0x1"]

    class Here:
        rpc, network = Rpc(), type("N", (), {"most_per_gas": None})()

    offer = more(Here(), Attempt("0x", b"", fee, tip))  # type: ignore[arg-type]
    assert offer and offer["maxFeePerGas"] * 8 >= fee * 9 and offer["maxPriorityFeePerGas"] * 8 >= tip * 9
    assert offer["maxFeePerGas"] >= offer["maxPriorityFeePerGas"]

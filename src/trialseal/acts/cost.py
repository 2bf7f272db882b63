"""What an act would use and cost: gas, ether, and the currency that the network's entry names."""

from __future__ import annotations

from typing import NamedTuple

from trialseal.acts.act import Act
from trialseal.acts.desk import Desk
from trialseal.ledger.contracts import contract
from trialseal.ledger.fees import estimate, ether

WEI = 10**18


class Cost(NamedTuple):
    """What one transaction would use and cost. Prices are in wei."""

    gas: int
    likely: int
    """At what gas costs now."""
    most: int
    """At the highest price that the transaction would state."""
    currency: str | None = None
    """As the network's entry names it: EUR."""
    per_ether: float | None = None
    """What an ether costs in it, as that entry states."""

    def __add__(self, other: object) -> Cost:
        """Both together, of one network."""
        if not isinstance(other, Cost):
            return NotImplemented
        return self._replace(gas=self.gas + other.gas, likely=self.likely + other.likely, most=self.most + other.most)

    @property
    def words(self) -> str:
        """'45,210 gas, about 0.000045 ether (0.11 EUR), at most 0.0001 ether'."""
        money = ""
        if self.currency and self.per_ether:
            money = f" ({self.likely / WEI * self.per_ether:,.2f} {self.currency})"
        return f"{self.gas:,} gas, about {ether(self.likely)}{money}, at most {ether(self.most)}"

    @property
    def value(self) -> dict[str, int | float | str | None]:
        """For a program; amounts in wei."""
        return {"gas": self.gas, "likely": self.likely, "most": self.most, "currency": self.currency}


def cost_of(desk: Desk, act: Act) -> Cost:
    """What an act would cost now; FailedError with the broken rule if the contract would refuse it."""
    return transaction_cost(desk, contract(act.contract).address, act.calldata, act.function)


def transaction_cost(desk: Desk, to: str, data: bytes, what: str) -> Cost:
    """What a transaction with this calldata would cost now."""
    network = desk.chain.network
    found = estimate(desk.chain, desk.address, to, data, what)
    return Cost(
        gas=found.gas,
        likely=found.gas * found.likely,
        most=found.limit * found.price,
        currency=network.currency,
        per_ether=network.per_ether,
    )

"""The key by which transactions are signed: the first attempt, and those that offer more while it waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Protocol

from trialseal.errors import UsageError
from trialseal.ledger.chain import Chain
from trialseal.ledger.fees import more
from trialseal.ledger.outbox import Attempt, Outbox, Sending

# What a transaction without calldata uses.
_BARE: Final = 21_000


class Signing(Protocol):
    """A key that signs transactions: eth-account's, or one that asks for its password when it first signs."""

    @property
    def address(self) -> str:
        """0x and 40 digits."""

    def sign_transaction(self, transaction_dict: Any) -> Any:
        """The signed transaction, as eth-account gives it."""


class Signer:
    """An account's key on a chain."""

    def __init__(self, chain: Chain, account: Signing) -> None:
        self._chain, self._account = chain, account
        self.why = ""
        """Why the key could not sign when more was to be signed for what waits; empty if nothing is known."""

    def ready(self) -> None:
        """Asks for the key's password before anything of the chain is read that would be old once it is typed."""
        unlock = getattr(self._account, "unlock", None)
        if unlock is not None:
            unlock()

    def can_sign(self) -> bool:
        """Whether more may be signed for what waits: a key that is locked still is asked for, once."""
        if self._is_locked and not self.why:
            try:
                self.ready()
            except UsageError as error:
                self.why = str(error)
            else:
                self.why = "its key is not on this computer" if self._is_locked else ""
        return not self._is_locked

    def sign(self, one: Sending, fees: dict[str, int]) -> Attempt:
        """An attempt that offers these fees, in wei for a unit of gas."""
        signed = self._account.sign_transaction(
            {
                "chainId": one.chain_id,
                "nonce": one.nonce,
                "to": _checksummed(one.to),
                "data": one.data,
                "value": one.value,
                "gas": one.gas,
                **fees,
            }
        )
        return Attempt(
            transaction="0x" + bytes(signed.hash).hex(),
            raw=bytes(signed.raw_transaction),
            fee=fees["gasPrice"] if "gasPrice" in fees else fees["maxFeePerGas"],
            tip=fees.get("maxPriorityFeePerGas"),
        )

    def cancelling(self, one: Sending, outbox: Outbox) -> Sending:
        """The sending with a further attempt that does nothing and offers more; UsageError if that is not allowed."""
        self.ready()
        offer = more(self._chain, one.last)
        if offer is None:
            raise UsageError("to cancel it, more must be offered than the network's entry allows (max_fee_gwei)")
        return outbox.add_attempt(one, replace(self.sign(_nothing(one), offer), cancels=True))

    def offering_more(self, one: Sending, outbox: Outbox) -> Sending | None:
        """The sending with a further attempt; None if its key is not at hand, or more is offered than is allowed."""
        if not self.can_sign():
            return None
        one = outbox.with_id(one.id) or one  # another command may have offered more, or cancelled it
        offer, wanted = more(self._chain, one.last), _nothing(one) if one.last.cancels else one
        balance = int(self._chain.rpc.call("eth_getBalance", [one.sender, "latest"]), 16)
        if offer is None or balance < wanted.gas * max(offer.values()) + wanted.value:
            return None
        return outbox.add_attempt(one, replace(self.sign(wanted, offer), cancels=one.last.cancels))

    @property
    def _is_locked(self) -> bool:
        return bool(getattr(self._account, "is_locked", False))


def _nothing(one: Sending) -> Sending:
    """What takes a sending's place and does nothing."""
    return replace(one, to=one.sender, data=b"", value=0, gas=_BARE)


def _checksummed(address: str) -> str:
    from eth_utils.address import to_checksum_address

    return to_checksum_address(address)

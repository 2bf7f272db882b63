"""The local chain: requests to its node, and the logs and slots of contracts by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from time import sleep
from typing import Any

import brownie
from eth_utils.crypto import keccak

ZERO = bytes(32)


def raw(value: Any) -> bytes:
    """The bytes of an account, or of one of brownie's hex strings."""
    return bytes.fromhex(str(value).removeprefix("0x"))


def rpc(method: str, *arguments: Any) -> Any:
    """The result of a JSON-RPC request to the chain."""
    answer = brownie.web3.provider.make_request(method, list(arguments))
    assert "error" not in answer, answer
    return answer["result"]


def mined(call: dict[str, Any]) -> dict[str, Any]:
    """Sends a transaction and waits for its receipt, whatever became of it."""
    transaction = rpc("eth_sendTransaction", {"gas": hex(2_000_000), **call})
    receipt: dict[str, Any] = until(
        lambda: rpc("eth_getTransactionReceipt", transaction), f"transaction {transaction} was not mined"
    )
    return receipt


@contextmanager
def undone() -> Iterator[None]:
    """Puts the chain back to where it was before."""
    snapshot = rpc("evm_snapshot")
    yield
    put_back(snapshot)
    brownie.history.clear()  # from which brownie would take the nonce of the next transaction


def put_back(snapshot: str) -> None:
    """The chain as it was at a snapshot.

    The node gives a receipt before it clears its pool of what the block holds, and it clears by sender and nonce: a
    transaction that came in between, with a nonce that was put back, would be dropped and never mined.
    """
    until(lambda: int(rpc("txpool_status")["pending"], 16) == 0, "the pool of transactions was not cleared")
    assert rpc("evm_revert", snapshot)


def until(met: Callable[[], Any], otherwise: str) -> Any:
    """What `met` gives as soon as it is not empty; after five seconds the failure that is named."""
    for _ in range(1000):
        if found := met():
            return found
        sleep(0.005)
    raise AssertionError(otherwise)


def log_of(log: dict[str, Any]) -> tuple[bytes, ...]:
    """The four topics of a log, and its data."""
    return (*map(raw, log["topics"]), raw(log["data"]))


def logs_of(contract: Any, *topics: bytes | None) -> list[tuple[bytes, ...]]:
    """The logs of a contract that have these topics behind the event, as any node gives them."""
    wanted = [None, *(topic and "0x" + topic.hex() for topic in topics)]
    found = rpc("eth_getLogs", {"address": contract.address, "fromBlock": "0x0", "topics": wanted})
    return [log_of(log) for log in found]


def step(before: bytes, log: Sequence[bytes]) -> bytes:
    """SHA-256(before ‖ first 20 bytes of the acting party ‖ SHA-256(four topics ‖ data)), by hand."""
    return sha256(before + log[3][:20] + sha256(b"".join(log)).digest()).digest()


def digest_over(logs: Iterable[Sequence[bytes]]) -> bytes:
    """The digest of 32 bytes to which these logs lead from zero."""
    value = ZERO
    for log in logs:
        value = step(value, log)
    return value


def word_over(logs: Iterable[Sequence[bytes]]) -> bytes:
    """The rolled word to which these logs lead from zero."""
    word = ZERO
    for number, log in enumerate(logs, start=1):
        word = number.to_bytes(4, "big") + step(word, log)[:28]
    return word


def slot(place: int, *keys: bytes) -> int:
    """Where a mapping at `place` keeps what it has under these keys, each of 32 bytes."""
    where = place.to_bytes(32, "big")
    for key in keys:
        where = keccak(key.rjust(32, b"\0") + where)
    return int.from_bytes(where, "big")


def stored(contract: Any, place: int) -> int:
    """The word in a contract's storage slot."""
    return int(rpc("eth_getStorageAt", contract.address, f"{place:#066x}", "latest"), 16)


def store(contract: Any, place: int, word: int) -> None:
    """Writes a word into a contract's storage slot, as if so much had happened."""
    rpc("anvil_setStorageAt", contract.address, f"{place:#066x}", f"{word:#066x}")


def in_one_block(time: int, calls: Sequence[tuple[Any, Any, tuple[Any, ...]]]) -> list[dict[str, Any]]:
    """The receipts of acts that lie in one block, in their order: who sends, the function, its arguments.

    The block has this time (Unix seconds). An act may be refused: its receipt says so.
    """
    rpc("evm_setAutomine", False)
    try:
        sent = [
            rpc("eth_sendTransaction", {
                "from": str(by), "to": function._address, "data": function.encode_input(*arguments),
                "gas": hex(1_000_000), "gasPrice": hex(10**9),
            })
            for by, function, arguments in calls
        ]  # fmt: skip
        rpc("evm_setNextBlockTimestamp", time)
        rpc("evm_mine")
    finally:
        rpc("evm_setAutomine", True)
    receipts = [rpc("eth_getTransactionReceipt", one) for one in sent]
    assert len({one["blockNumber"] for one in receipts}) == 1
    receipts.sort(key=lambda one: int(one["transactionIndex"], 16))
    assert [one["transactionHash"] for one in receipts] == sent
    return receipts

"""Nodes that limit `eth_getLogs`: whatever words they refuse with, all is read in pieces that they take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gateway import Drop, Gateway, Status, error

from trialseal.errors import UndeterminedError
from trialseal.ledger import rpc
from trialseal.ledger.chain import Chain
from trialseal.ledger.network_file import Network
from trialseal.ledger.sending import Sender

NewParty = Callable[[], tuple[bytes, Sender]]
Request = dict[str, Any]
_TAKEN = 3  # blocks

# What is said of a range of blocks that is too long, or holds too many logs.
REFUSALS = [
    pytest.param(error("query returned more than 10000 results", -32005), id="Infura, results"),
    pytest.param(error("range 1000000 exceeds limit of 10000", -32602), id="Infura, range"),
    pytest.param(error("query timeout exceeded", -32005), id="Infura, time"),
    pytest.param(error("Log response size exceeded. Please reduce query block range.", -32602), id="Alchemy, size"),
    pytest.param(
        error(
            "You can make eth_getLogs requests with up to a 500 block range. Based on your parameters, this block "
            "range should work: [0x1, 0x2]",
            -32600,
        ),
        id="Alchemy, range",
    ),
    pytest.param(error("eth_getLogs is limited to a 10,000 range", -32614), id="QuickNode"),
    pytest.param(error("Requested range exceeds maximum range limit", -32005), id="Besu"),
    pytest.param(error("query block range exceeds server limit, narrow your filter: 1000"), id="Erigon, range"),
    pytest.param(error("query returns too many logs, narrow your filter: 20000"), id="Erigon, results"),
    pytest.param(error("Too many logs requested. Max logs per response is 20000.", -32005), id="Nethermind"),
    pytest.param(error("exceed maximum block range: 5000"), id="a fork of geth"),
    pytest.param({"result": None}, id="null"),
    pytest.param(Status(504), id="a gateway's time is up"),
    pytest.param(Status(413), id="too large for a gateway"),
    pytest.param(Drop(), id="the connection ends"),
]


def is_long(request: Request) -> bool:
    if request["method"] != "eth_getLogs":
        return False
    [asked] = request["params"]
    return int(asked["toBlock"], 16) - int(asked["fromBlock"], 16) >= _TAKEN


def over(gateway: Gateway) -> Chain:
    return Chain(Network("devnet", gateway.url))


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_long_range_is_read_in_pieces(
    chain: Chain, gateway: Gateway, new_party: NewParty, refusal: dict[str, Any] | Exception
) -> None:
    party, sender = new_party()
    sender.send("TrialRegistry", "register", [(party, b"A".ljust(32, b"\0"), b"\1" * 32, b"\2" * 32, 1)])

    def before(request: Request) -> Any:
        if not is_long(request):
            return None
        if isinstance(refusal, Exception):
            raise refusal
        return refusal

    gateway.before = before
    found, wanted = over(gateway).registrations(), chain.registrations()
    assert found.acts == wanted.acts and found.count == wanted.count >= 1 and not found.gap


def test_a_node_that_limits_for_good_is_one_sentence(chain: Chain, gateway: Gateway, new_party: NewParty) -> None:
    new_party()
    gateway.refuse("eth_getLogs", "the method eth_getLogs is not available", -32601)
    with pytest.raises(UndeterminedError, match='refuses eth_getLogs: "the method eth_getLogs is not available"'):
        over(gateway).registrations()


def test_a_batch_of_which_some_came_too_fast_is_asked_again(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(rpc.time, "sleep", pauses.append)
    refused = [
        error("Your app has exceeded its compute units per second capacity", 429),
        error("Unable to rent an instance of IEthRpcModule. Too many concurrent requests.", -32005),
    ]
    gateway.before = lambda request: refused.pop() if refused and request["method"] == "eth_chainId" else None
    assert over(gateway).as_of().number and len(pauses) == 2

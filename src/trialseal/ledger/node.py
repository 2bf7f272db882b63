"""What a node says of a chain as of one block, in as few requests as can be.

A node is not believed further than its answers can be held against each other: logs must be those that were asked for,
and who reads them holds them against the words that the contracts keep, as of the same block.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from trialseal.errors import TrialsealError, UndeterminedError, UsageError
from trialseal.ledger import abi
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.logs import Log, Wanted, parse
from trialseal.ledger.networks import Network
from trialseal.ledger.rpc import Reverted, Rpc, RpcError, Unreachable

DEVNET_CHAINS = (31337, 1337)
DEVNET_CLIENTS = ("anvil", "hardhat", "ganache", "ethereumjs testrpc")
DEVNET_FINALITY = "devnet: the operator sets the clock"
# What stands in state of a contract that is called, and with which arguments.
Call = tuple[str, str, tuple[Any, ...]]
Progress = Callable[[int, int], None]


class Block(TypedDict):
    """A block's head."""

    number: int
    hash: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a node answers to a tag such as `finalized`."""

    block: Block | None
    refusal: str | None = None  # its words, if it refuses the question; None with no block: it has none yet


@dataclass(frozen=True, slots=True)
class AsOf:
    """The block as of which a chain is read, as its node gives it."""

    chain_id: int
    number: int
    hash: str
    time: int  # Unix seconds
    read_at: int  # by this computer's clock, Unix seconds
    is_devnet: bool
    finalized: Tagged
    safe: Tagged

    @property
    def age(self) -> int:
        """Seconds from the block's time to this computer's clock; negative if the block is ahead of it."""
        return self.read_at - self.time


class Node:
    """A node of one chain with trialseal's contracts. Every method raises UndeterminedError if it cannot answer.

    `progress(done, total)` is called with counts of blocks while logs are searched piece by piece.
    """

    def __init__(self, network: Network, *, timeout: float = 30.0, progress: Progress | None = None) -> None:
        self.network = network
        self.rpc = Rpc(network.url, timeout)
        self._progress = progress
        self._codes: list[bytes] | None = None
        self._chain_id: int | None = None
        self._is_devnet = False
        self._genesis: Block | None = None
        self._as_of: AsOf | None = None
        self._start: int | None = None

    # ----- the chain itself -----

    def as_of(self) -> AsOf:
        """The block as of which everything is read: the newest when it was first asked for, or since `renew`."""
        if self._as_of is None:
            self._begin()
        assert self._as_of is not None
        return self._as_of

    def renew(self) -> None:
        """Forgets what was read, so that the next reading is as of the block that is newest then."""
        self._as_of = None

    def chain_id(self) -> int:
        """The chain's id; UsageError if it is not the one that the network's entry names."""
        if self._chain_id is None:
            self._begin()
        assert self._chain_id is not None
        return self._chain_id

    def genesis(self) -> str:
        """The hash of the chain's first block, by which chains of one id are told apart; empty if it is not shown."""
        self.chain_id()
        return self._genesis["hash"] if self._genesis else ""

    def is_devnet(self) -> bool:
        """Whether this is a chain for development, whose operator sets the clock and may undo everything."""
        self.chain_id()
        return self._is_devnet

    def newest(self) -> int:
        """The number of the block that is newest now."""
        return int(self.rpc.call("eth_blockNumber"), 16)

    def block(self, number: int | str = "latest") -> Block | None:
        """The block with this number, or tagged latest, safe, finalized; None if the node has none."""
        wanted = number if isinstance(number, str) else hex(number)
        return _block(self.rpc.call("eth_getBlockByNumber", [wanted, False]))

    def require_deployed(self) -> None:
        """UndeterminedError unless the contracts stand on this chain, with the very code of this package."""
        chain_id = self.chain_id()
        if self._codes is None or not all(self._codes):  # deployed meanwhile, perhaps
            codes = self.rpc.batch([("eth_getCode", [contract(name).address, "latest"]) for name in NAMES])
            self._codes = [_bytes(code) for code in codes]
        missing = [name for name, code in zip(NAMES, self._codes, strict=True) if not code]
        if missing:
            raise self._not_deployed(missing)
        for name, code in zip(NAMES, self._codes, strict=True):
            if not contract(name).is_code(code, chain_id):
                raise UndeterminedError(
                    f"what stands at {contract(name).address} on chain {chain_id} at "
                    f"{self.rpc.shown} is not the code of {name}: check that the network is the one you mean"
                )

    def finality(self, block: int) -> str:
        """How settled a block is, by the node's own tags: 'final', 'safe', why neither, or that this is a devnet."""
        now = self.as_of()
        if now.is_devnet:
            return DEVNET_FINALITY
        if now.finalized.block and block <= now.finalized.block["number"]:
            return "final"
        if now.safe.block and block <= now.safe.block["number"]:
            return "safe"
        if now.finalized.block:
            return f"not yet final: the node's final block is {now.finalized.block['number']}"
        if now.finalized.refusal:
            return f"not known to be final: the node refuses to name its final block ({now.finalized.refusal})"
        return "not known to be final: the node names no final block"

    def _begin(self) -> None:
        """Everything that must be known before anything is read, in one request."""
        names = [] if self._codes else NAMES
        requests: list[tuple[str, list[Any]]] = [
            ("eth_chainId", []),
            *(("eth_getBlockByNumber", [tag, False]) for tag in ("latest", "finalized", "safe")),
        ]
        if self._chain_id is None:
            requests += [("eth_getBlockByNumber", ["0x0", False]), ("web3_clientVersion", [])]
        requests += [("eth_getCode", [contract(name).address, "latest"]) for name in names]
        answers = self.rpc.attempt(requests)
        chain_id, latest = answers[:2]
        for one in (chain_id, latest):
            if isinstance(one, TrialsealError):
                raise one
        self._know_chain(int(chain_id, 16))
        place = 4
        if len(requests) - len(names) > place:
            genesis, client = answers[place : place + 2]
            place += 2
            self._genesis = None if isinstance(genesis, TrialsealError) else _block(genesis)
            self._require_genesis()
            named = client.lower() if isinstance(client, str) else ""  # not every public node tells
            self._is_devnet = self._chain_id in DEVNET_CHAINS or named.startswith(DEVNET_CLIENTS)
        if names and not any(isinstance(one, TrialsealError) for one in answers[place:]):
            self._codes = [_bytes(code or "0x") for code in answers[place:]]
        head = _block(latest)
        if head is None:
            raise self._odd("no newest block")
        self._as_of = AsOf(
            chain_id=int(chain_id, 16),
            number=head["number"],
            hash=head["hash"],
            time=head["timestamp"],
            read_at=int(time.time()),
            is_devnet=self._is_devnet,
            finalized=_tagged(answers[2]),
            safe=_tagged(answers[3]),
        )

    def _know_chain(self, chain_id: int) -> None:
        if self.network.chain_id not in (None, chain_id):
            raise UsageError(
                f"the network {self.network.name} should be chain {self.network.chain_id}, but "
                f"{self.rpc.shown} serves chain {chain_id}: correct its URL or its chain_id"
            )
        if self._chain_id not in (None, chain_id):
            raise self._odd(f"chain id {chain_id} after {self._chain_id}")
        self._chain_id = chain_id

    def _require_genesis(self) -> None:
        """UsageError if the chain is not the one whose first block the network's entry names."""
        pinned = self.network.genesis
        if pinned is not None and (self._genesis is None or self._genesis["hash"].lower() != pinned.lower()):
            shown = self._genesis["hash"] if self._genesis else "not shown"
            self._chain_id = None
            raise UsageError(
                f"the first block of the network {self.network.name} should be {pinned}, but at {self.rpc.shown} it is "
                f"{shown}: another chain answers there; correct the URL or the genesis of its entry"
            )

    # ----- calls and logs -----

    def read(self, calls: Sequence[Call], logs: Sequence[Wanted] = ()) -> tuple[list[Any], list[list[Log]]]:
        """What the contracts' functions return, and logs in the order of the chain: as of one block, in one request.

        Where a node refuses logs over a long range, as public ones do, those are asked for in pieces.
        """
        last = self.as_of().number
        first = self.network.start_block
        requests = [self._call(call, hex(last)) for call in calls]
        requests += [("eth_getLogs", [{**one.filter, "fromBlock": hex(first), "toBlock": hex(last)}]) for one in logs]
        if not requests:
            return [], []
        try:
            answers = self.rpc.attempt(requests)
        except (RpcError, Unreachable) as error:
            if not logs:
                raise
            answers = [*self.rpc.attempt(requests[: len(calls)]), *([error] * len(logs))]
        results = [self._result(call, answer) for call, answer in zip(calls, answers[: len(calls)], strict=True)]
        found = []
        for one, answer in zip(logs, answers[len(calls) :], strict=True):
            if isinstance(answer, TrialsealError):
                found.append(self._in_pieces(one, last))
            else:
                found.append(self._checked(one, answer, first, last))
        return results, found

    def _call(self, call: Call, block: str) -> tuple[str, list[Any]]:
        name, function, arguments = call
        data = "0x" + contract(name).encode(function, *arguments).hex()
        return "eth_call", [{"to": contract(name).address, "data": data}, block]

    def _result(self, call: Call, answer: Any) -> Any:
        if isinstance(answer, Reverted):
            from trialseal.ledger.refusals import explain

            raise UndeterminedError(f"{self.rpc.shown} cannot read the contracts: {explain(answer.data)}") from None
        if isinstance(answer, TrialsealError):
            raise answer
        name, function, _ = call
        data = _bytes(answer)
        if not data:
            raise self._not_deployed([name])
        try:
            return contract(name).decode(function, data)
        except abi.AbiError as error:
            raise self._odd(f"an answer that is none of {name}'s ({error})") from None

    def _checked(self, one: Wanted, answer: Any, first: int, last: int) -> list[Log]:
        """The logs of an answer, in the order of the chain; UndeterminedError if one is not what was asked for."""
        logs = [log for raw in answer if (log := parse(raw))]
        if not all(one.fits(log, first, last) for log in logs):
            raise self._odd("logs that were not asked for")
        logs.sort(key=lambda log: (log.block, log.index))
        return logs

    def _in_pieces(self, one: Wanted, head: int) -> list[Log]:
        """Logs asked for in pieces of a size that the node takes, from the first block that may hold one."""
        since = self._none_before(one)
        start = self._first_block() if since is None else self._block_at(since)
        found: list[Log] = []
        first = start
        too_many = max(head - start + 1, 2)
        size = too_many // 2
        while first <= head:
            last = min(first + size - 1, head)
            asked = {**one.filter, "fromBlock": hex(first), "toBlock": hex(last)}
            try:
                answer = self.rpc.call("eth_getLogs", [asked])
            except (RpcError, Unreachable):
                if size == 1:
                    raise
                too_many, size = size, size // 2
                continue
            found += self._checked(one, answer, first, last)
            first = last + 1
            # Grow towards what was refused, but do not try it again for the last quarter.
            if size * 4 < too_many * 3:
                size = (size + too_many) // 2
            if self._progress:
                self._progress(first - start, head - start + 1)
        return found

    def _none_before(self, one: Wanted) -> int | None:
        """A time before which there are no such logs, Unix seconds; None if none is known."""
        return None

    def _first_block(self) -> int:
        """The first block that may hold a log of ours: nothing can be done before the first party exists."""
        if self._start is None:
            [party], _ = self.read([("Parties", "partyNumbered", (1,))])
            created = self.read([("Parties", "partyOf", (party,))])[0][0][1] if any(party) else None
            # Without a party there is no log at all.
            self._start = self.as_of().number + 1 if created is None else self._block_at(created)
        return self._start

    def _block_at(self, time: int) -> int:
        """The first block not before `time`."""
        low, high = self.network.start_block, self.as_of().number
        while low < high:
            middle = (low + high) // 2
            block = self.block(middle)
            if block is None:
                raise self._odd(f"no block {middle}")
            low, high = (low, middle) if block["timestamp"] >= time else (middle + 1, high)
        return low

    # ----- what a node may not answer -----

    def _not_deployed(self, missing: Sequence[str]) -> UndeterminedError:
        which = (
            "are no trialseal contracts"
            if len(missing) == len(NAMES)
            else f"is no {' and no '.join(missing)} of trialseal"
        )
        return UndeterminedError(
            f"there {which} on chain {self.chain_id()} at {self.rpc.shown}: run trialseal deploy, or "
            "name another network with --network"
        )

    def _odd(self, what: str) -> UndeterminedError:
        return UndeterminedError(f"the node at {self.rpc.shown} gives {what}: try another node of the same chain")


def _block(answer: Any) -> Block | None:
    if answer is None:
        return None
    return {
        "number": int(answer["number"], 16),
        "hash": str(answer["hash"]).lower(),
        "timestamp": int(answer["timestamp"], 16),
    }


def _tagged(answer: Any) -> Tagged:
    if isinstance(answer, RpcError):
        return Tagged(None, answer.message)
    if isinstance(answer, TrialsealError):
        return Tagged(None, str(answer))
    return Tagged(_block(answer))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])

"""What a node brings of a chain as of one block, in as few requests as can be.

A node is not believed: the words of the contracts' storage must follow by proofs from the block's hash, and whoever
reads logs holds them against those words. Numbers of blocks, transactions and what is final are as this node says.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trialseal.errors import TrialsealError, UndeterminedError, UsageError
from trialseal.ledger import abi
from trialseal.ledger.block import AsOf, Block, Tagged, block_from
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.finality import finality_words
from trialseal.ledger.log_pieces import Progress, pieces
from trialseal.ledger.logs import Log, Wanted, parse
from trialseal.ledger.network_file import Network
from trialseal.ledger.proofs import layout
from trialseal.ledger.proofs.header import Header, HeaderError, from_json
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.reference.asking import Vouching, vouching_for
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice
from trialseal.ledger.rpc import Reverted, Rpc, RpcError, Unreachable
from trialseal.ledger.state import Proven, ProvenState, Unproven
from trialseal.values import replace

DEVNET_CHAINS = (31337, 1337)
DEVNET_CLIENTS = ("anvil", "hardhat", "ganache", "ethereumjs testrpc")
# Nodes take so many keys in one call for proofs (geth 1,024, Erigon 1,000).
KEYS_A_CALL = 1000
# Logs come in pieces of no more bytes, some 23,000, of which Python makes six times as many.
MOST_OF_LOGS = 1 << 24
# Requests of every beginning: the chain's id and the newest, the final and the safe block.
_ALWAYS_ASKED = 4


class BlockGone(UndeterminedError):
    """The node proves nothing more of the block as of which it was read, and has another by now: `renew` may help."""


class Node:
    """A node of one chain with trialseal's contracts. Every method raises UndeterminedError if it cannot answer.

    `progress(done, total)` is called with counts of blocks while logs are searched piece by piece.
    """

    def __init__(
        self,
        network: Network,
        *,
        timeout: float = 30.0,
        progress: Progress | None = None,
        choice: Choice = NO_CHOICE,
    ) -> None:
        self.network = network
        self.rpc = Rpc(network.url, timeout)
        self.source = f"the node at {self.rpc.shown}"
        self._progress = progress
        self._expected: tuple[str, ...] = ()
        self._proven: ProvenState | None = None
        self._logs_shown: dict[tuple[int, int], Log] = {}
        self._chain_id: int | None = None
        self._is_devnet = False
        self._genesis: Block | None = None
        self._as_of: AsOf | None = None
        self._choice = choice
        self._vouching: Vouching | None = None
        self._start: int | None = None

    # ----- the chain itself -----

    def as_of(self) -> AsOf:
        """The block as of which everything is read: the newest when it was first asked for, or since `renew`."""
        if self._as_of is None:
            self._begin()
        assert self._as_of is not None
        return self._as_of

    def vouching(self) -> Vouching:
        """Who vouches for that block whom the reader trusts."""
        now = self.as_of()
        if self._vouching is None:
            header = self._state.header
            self._vouching = vouching_for(header, now.chain_id, self._choice, self.network, read_node=True)
            self._as_of = replace(now, vouched_by=tuple(one.words for one in self._vouching.vouchers))
        return self._vouching

    def forget_answers(self) -> None:
        """Forgets proofs and logs of the block as of which everything is read, not the block."""
        if self._proven is not None:
            self._proven = ProvenState(self._proven.header, self._proven.chain_id, self.source)
        self._logs_shown = {}

    def renew(self) -> None:
        """Forgets what was read, so that the next reading is as of the block that is newest then."""
        self._as_of = self._proven = self._vouching = None
        self._logs_shown = {}

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
        return block_from(self.rpc.call("eth_getBlockByNumber", [wanted, False]))

    def require_deployed(self) -> None:
        """UndeterminedError unless all contracts stand on this chain, with the very code of this package."""
        self.expect_deployed()
        self.prove([])

    def expect_deployed(self) -> None:
        """The same, together with whatever is read next."""
        self._expected = NAMES

    def evidence(self) -> Evidence:
        """What all that was read as of this block rests on: the block's header, nodes of the tries, and logs."""
        logs = (self._logs_shown[place] for place in sorted(self._logs_shown))
        bare = tuple(Log(log.address, log.topics, log.data) for log in logs)
        return Evidence(self.chain_id(), self._state.header, tuple(self._state.used), bare)

    def finality(self, block: int | None) -> str:
        """How settled a block is, by the node's own tags: 'final', 'safe', why neither, or that this is a devnet."""
        return finality_words(self.as_of(), block)

    def _begin(self) -> None:
        """Everything that must be known before anything is read, in one request."""
        wanted = self._choice.block_wanted
        asked = ("eth_getBlockByHash", "0x" + wanted.hex()) if wanted else ("eth_getBlockByNumber", "latest")
        requests: list[tuple[str, list[Any]]] = [
            ("eth_chainId", []),
            (asked[0], [asked[1], False]),
            *(("eth_getBlockByNumber", [tag, False]) for tag in ("finalized", "safe")),
        ]
        if self._chain_id is None:
            requests += [("eth_getBlockByNumber", ["0x0", False]), ("web3_clientVersion", [])]
        answers = self.rpc.attempt(requests)
        chain_id, latest = answers[:2]
        for one in (chain_id, latest):
            if isinstance(one, TrialsealError):
                raise one
        self._know_chain(int(chain_id, 16))
        if len(requests) > _ALWAYS_ASKED:
            genesis, client = answers[_ALWAYS_ASKED:]
            self._genesis = None if isinstance(genesis, TrialsealError) else block_from(genesis)
            self._require_genesis()
            named = client.lower() if isinstance(client, str) else ""  # not every public node tells
            self._is_devnet = self._chain_id in DEVNET_CHAINS or named.startswith(DEVNET_CLIENTS)
        if latest is None and wanted:
            raise UndeterminedError(
                f"{self.source} has no block 0x{wanted.hex()}: compare the hash, or name a node that has the block"
            )
        if latest is None:
            raise self._odd("no newest block")
        header = self._header(latest)
        if wanted and header.hash != wanted:
            raise self._odd("another block than the one with the hash that was asked for")
        self._proven = ProvenState(header, int(chain_id, 16), self.source)
        self._as_of = AsOf(
            chain_id=int(chain_id, 16),
            number=header.number,
            hash="0x" + header.hash.hex(),
            time=header.time,
            read_at=int(time.time()),
            is_devnet=self._is_devnet,
            finalized=_tagged(answers[2]),
            safe=_tagged(answers[3]),
        )

    def _header(self, block: Mapping[str, Any]) -> Header:
        try:
            return from_json(block)
        except HeaderError as error:
            raise self._odd(f"a block whose hash is not that of its header ({error})") from None

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

    # ----- state and logs -----

    def prove(self, slots: Sequence[Slot], logs: Sequence[Wanted] = ()) -> tuple[list[Proven], list[list[Log]]]:
        """The words of slots, proven as of one block, and logs in the order that the node gives them: in one request.

        Where a node refuses logs over a long range, as public ones do, those are asked for in pieces.
        """
        words, parts = self.prove_in_parts(slots, logs)
        found = [[log for part in one for log in part] for one in parts]
        self._logs_shown |= {_place(log): log for one in found for log in one}
        return words, found

    def prove_in_parts(
        self, slots: Sequence[Slot], logs: Sequence[Wanted]
    ) -> tuple[list[Proven], list[Iterable[list[Log]]]]:
        """The same; pieces are asked for as they are read. These logs are no part of `evidence`."""
        last = self.as_of().number
        first = self.network.start_block
        proofs = self._proofs(slots)
        requests: list[tuple[str, list[Any]]] = [
            ("eth_getProof", [contract(name).address, ["0x" + key.hex() for key in keys], hex(last)])
            for name, keys in proofs
        ]
        requests += [("eth_getLogs", [{**one.filter, "fromBlock": hex(first), "toBlock": hex(last)}]) for one in logs]
        try:
            answers = self.rpc.attempt(requests, MOST_OF_LOGS if logs else None) if requests else []
        except (RpcError, Unreachable) as error:
            if not logs:
                raise
            answers = [*self.rpc.attempt(requests[: len(proofs)]), *([error] * len(logs))]
        try:
            for (name, _), answer in zip(proofs, answers, strict=False):
                self._take_proof(name, answer)
            words = self._proven_words(slots)
        except Unproven as error:
            raise self._gone(error) from None
        found: list[Iterable[list[Log]]] = []
        for one, answer in zip(logs, answers[len(proofs) :], strict=True):
            whole = not isinstance(answer, TrialsealError)
            found.append([self._checked(one, answer, first, last)] if whole else self._in_pieces(one, last))
        return words, found

    def ask(self, name: str, function: str, *arguments: Any) -> Any:
        """What a contract's function returns, as this node says: for who is about to act, never for a finding."""
        data = "0x" + contract(name).encode(function, *arguments).hex()
        try:
            answer = self.rpc.call("eth_call", [{"to": contract(name).address, "data": data}, hex(self.as_of().number)])
        except Reverted as reverted:
            from trialseal.ledger.refusals import explain

            raise UndeterminedError(f"{self.rpc.shown} cannot read the contracts: {explain(reverted.data)}") from None
        try:
            return contract(name).decode(function, _bytes(answer))
        except abi.AbiError as error:
            raise self._odd(f"an answer that is none of {name}'s ({error})") from None

    @property
    def _state(self) -> ProvenState:
        self.as_of()
        assert self._proven is not None
        return self._proven

    def _proofs(self, slots: Iterable[Slot]) -> list[tuple[str, Sequence[bytes]]]:
        """What must be asked to prove these slots: contracts, and so many keys of each as a node takes."""
        wanted: dict[str, list[bytes]] = {name: [] for name in self._expected if not self._state.knows_contract(name)}
        for slot in dict.fromkeys(slots):
            if not self._state.knows(slot):
                wanted.setdefault(slot.contract, []).append(slot.key)
        return [
            (name, keys[start : start + KEYS_A_CALL])
            for name, keys in wanted.items()
            for start in range(0, len(keys) or 1, KEYS_A_CALL)
        ]

    def _take_proof(self, name: str, answer: Any) -> None:
        if answer is None or isinstance(answer, RpcError):  # of blocks whose state is gone, Besu gives null
            raise Unproven(
                f"the node at {self.rpc.shown} gives no proofs of {name} as of block {self.as_of().number} "
                f"({answer.message if answer else 'it answers null'}): name a node that answers eth_getProof, or a "
                "bundle"
            )
        if isinstance(answer, TrialsealError):
            raise answer
        for proof in (answer["accountProof"], *(one["proof"] for one in answer["storageProof"])):
            self._state.add(map(_bytes, proof))

    def _gone(self, error: Unproven) -> Unproven | BlockGone:
        """BlockGone where a newer block, or another after a reorganisation, may be proven instead; else the error."""
        if self._choice.block_wanted is not None:
            return error
        now = self.as_of()
        try:
            newest = self.block()
        except TrialsealError:
            return error
        if newest is None or newest["hash"] == now.hash:
            return error
        return BlockGone(
            f"{self.source} went on from block {now.number:,} to block {newest['number']:,} before all was read, and "
            "proves nothing more of the first: name a node that keeps the state of more blocks, or a bundle"
        )

    def _proven_words(self, slots: Sequence[Slot]) -> list[Proven]:
        named = list(dict.fromkeys([*self._expected, *(slot.contract for slot in slots)]))
        absent = [name for name in named if not self._state.is_deployed(name)]
        if absent:
            which = "are no trialseal contracts" if absent == named else f"is no {' and no '.join(absent)} of trialseal"
            raise UndeterminedError(
                f"there {which} on chain {self.chain_id()} at {self.rpc.shown}: run trialseal deploy, or "
                "name another network with --network"
            )
        return [self._state.word(slot) for slot in slots]

    def _checked(self, one: Wanted, answer: Any, first: int, last: int) -> list[Log]:
        """The logs of an answer, in the order of the chain; UndeterminedError if one is not what was asked for."""
        found = [log for raw in answer if (log := parse(raw))]
        fits = one.fitting()
        if not all(fits(log) and first <= (log.block or 0) <= last for log in found):
            raise self._odd("logs that were not asked for")
        found.sort(key=_place)
        return found

    def _in_pieces(self, one: Wanted, head: int) -> Iterator[list[Log]]:
        """Logs asked for in pieces of a size that the node takes, from the first block that may hold one."""
        since = self.none_before(one)
        start = self._first_block() if since is None else self._block_at(since)

        def ask(first: int, last: int) -> list[Log]:
            asked = {**one.filter, "fromBlock": hex(first), "toBlock": hex(last)}
            return self._checked(one, self.rpc.call("eth_getLogs", [asked], MOST_OF_LOGS), first, last)

        return pieces(ask, start, head, self._progress)

    def none_before(self, one: Wanted) -> int | None:
        """A time before which there are no such logs, Unix seconds; None if none is known."""
        return None

    def _first_block(self) -> int:
        """The first block that may hold a log of ours: nothing can be done before the first party exists."""
        if self._start is None:
            [first], _ = self.prove([layout.party_numbered(1)])
            created = None
            if any(first):
                [record, _], _ = self.prove(layout.party(first))
                created = layout.PartyMembers.of(record).created_at
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

    def _odd(self, what: str) -> UndeterminedError:
        return UndeterminedError(f"the node at {self.rpc.shown} gives {what}: try another node of the same chain")


def _place(log: Log) -> tuple[int, int]:
    return log.block or 0, log.index or 0


def _tagged(answer: Any) -> Tagged:
    if isinstance(answer, RpcError):
        return Tagged(None, answer.message)
    if isinstance(answer, TrialsealError):
        return Tagged(None, str(answer))
    return Tagged(block_from(answer))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])

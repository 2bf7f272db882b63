"""A node's chain, and the block as of which everything is read of it, whichever node of the network is asked.

Numbers of blocks, transactions and what is final are as the node says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from trialseal.errors import TrialsealError, UndeterminedError, UsageError
from trialseal.ledger.block import AsOf, Block, Tagged, block_from
from trialseal.ledger.endpoints import Endpoints
from trialseal.ledger.finality import finality_words
from trialseal.ledger.network_file import Network
from trialseal.ledger.proofs.header import Header, HeaderError, from_json
from trialseal.ledger.reference.asking import Vouching, vouching_for
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice
from trialseal.ledger.rpc import RpcError
from trialseal.ledger.state import ProvenState
from trialseal.values import replace

DEVNET_CHAINS = (31337, 1337)
DEVNET_CLIENTS = ("anvil", "hardhat", "ganache", "ethereumjs testrpc")
# Requests of every beginning: the chain's id and the newest, the final and the safe block.
_ALWAYS_ASKED = 4


class BlockGone(UndeterminedError):
    """The node proves nothing more of the block as of which it was read, and has another by now: `renew` may help."""


class AtBlock:
    """A chain as of one block, which another node must have before it goes on for one that is left."""

    def __init__(
        self,
        network: Network,
        *,
        timeout: float = 30.0,
        choice: Choice = NO_CHOICE,
        said: Callable[[str], None] | None = None,
    ) -> None:
        self.network = network
        self.rpc = Endpoints(network.nodes, timeout, said=said)
        self.source = f"the node at {self.rpc.shown}"
        self._proven: ProvenState | None = None
        self._chain_id: int | None = None
        self._is_devnet = False
        self._genesis: Block | None = None
        self._as_of: AsOf | None = None
        self._choice = choice
        self._vouching: Vouching | None = None
        self._checked_moves = 0  # of which node the chain and its first block were looked at
        self._is_first = True  # whether that is the network's first node
        self._read_moves = 0  # which node has shown the block as of which is read

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
            # Only the first node may be the reader's own: a block that another brings is asked of it, as a bundle's is.
            first = self._is_first
            self._vouching = vouching_for(header, now.chain_id, self._choice, self.network, read_node=first)
            self._as_of = replace(now, vouched_by=tuple(one.words for one in self._vouching.vouchers))
        return self._vouching

    def renew(self) -> None:
        """Forgets what was read, so that the next reading is as of the block that is newest then."""
        self._as_of = self._proven = self._vouching = None

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

    def finality(self, block: int | None) -> str:
        """How settled a block is, by the node's own tags: 'final', 'safe', why neither, or that this is a devnet."""
        return finality_words(self.as_of(), block)

    # ----- how it begins, and goes on with another node -----

    def _begin(self) -> None:
        """Begins with the first node that serves this chain and has not fallen behind."""
        was_known = self._chain_id is not None
        while True:
            try:
                header = self._begin_here()
            except (UndeterminedError, UsageError) as error:
                if not self.rpc.leave(str(error)):
                    raise
                if not was_known:
                    self._chain_id = self._genesis = None  # what that node said of them counts for nothing
                continue
            stale = self._choice.block_wanted is None and self.rpc.overtaken(header)
            if not (stale and self.rpc.leave(f"{self.source} stands at block {header.number:,}, and others went on")):
                self._is_first, self._read_moves = self.rpc.place == 0, self.rpc.moves
                return

    def _begin_here(self) -> Header:
        """Everything that must be known before anything is read, in one request; the block as of which it is."""
        moves = self.rpc.moves
        known = self._chain_id is not None and self._checked_moves == moves
        wanted = self._choice.block_wanted
        asked = ("eth_getBlockByHash", "0x" + wanted.hex()) if wanted else ("eth_getBlockByNumber", "latest")
        requests: list[tuple[str, list[Any]]] = [
            ("eth_chainId", []),
            (asked[0], [asked[1], False]),
            *(("eth_getBlockByNumber", [tag, False]) for tag in ("finalized", "safe")),
        ]
        if not known:
            requests += [("eth_getBlockByNumber", ["0x0", False]), ("web3_clientVersion", [])]
        answers = self.rpc.attempt(requests)
        self.source = f"the node at {self.rpc.shown}"
        if known and self.rpc.moves != moves:
            return self._begin_here()  # the next node's first block is to be seen too
        chain_id, latest = answers[:2]
        for one in (chain_id, latest):
            if isinstance(one, TrialsealError):
                raise one
        self._know_chain(int(chain_id, 16))
        if len(requests) > _ALWAYS_ASKED:
            genesis, client = answers[_ALWAYS_ASKED:]
            shown = None if isinstance(genesis, TrialsealError) else block_from(genesis)
            if self._genesis is not None and (shown is None or shown["hash"] != self._genesis["hash"]):
                raise self._odd("another first block than the node before it")
            self._genesis = shown
            self._require_genesis()
            self._checked_moves = self.rpc.moves
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
        return header

    def _require_same_block(self) -> None:
        """BlockGone if another node is asked by now and has not the block as of which all is read."""
        while self._read_moves != self.rpc.moves:
            moves, now = self.rpc.moves, self.as_of()
            found = self.block(now.number)
            if moves != self.rpc.moves:
                continue  # that one was left too
            self.source, self._read_moves = f"the node at {self.rpc.shown}", moves
            if found is None or found["hash"] != now.hash:
                raise BlockGone(
                    f"{self.source}, which is asked now, does not have the block {now.number:,} that was read so "
                    "far: run the command again"
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

    @property
    def _state(self) -> ProvenState:
        self.as_of()
        assert self._proven is not None
        return self._proven

    def _odd(self, what: str) -> UndeterminedError:
        return UndeterminedError(f"the node at {self.rpc.shown} gives {what}: try another node of the same chain")


def _tagged(answer: Any) -> Tagged:
    if isinstance(answer, RpcError):
        return Tagged(None, answer.message)
    if isinstance(answer, TrialsealError):
        return Tagged(None, str(answer))
    return Tagged(block_from(answer))

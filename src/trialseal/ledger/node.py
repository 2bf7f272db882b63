"""What a node brings of a chain as of one block, in as few requests as can be.

A node is not believed: the words of the contracts' storage must follow by proofs from the block's hash, and whoever
reads logs holds them against those words. Numbers of blocks, transactions and what is final are as this node says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from trialseal.errors import TrialsealError, UndeterminedError
from trialseal.ledger import abi
from trialseal.ledger.at_block import AtBlock, BlockGone
from trialseal.ledger.contracts import NAMES, contract
from trialseal.ledger.evidence import Evidence
from trialseal.ledger.log_pieces import Progress, pieces
from trialseal.ledger.logs import Log, Wanted, parse
from trialseal.ledger.network_file import Network
from trialseal.ledger.proofs import layout
from trialseal.ledger.proofs.layout import Slot
from trialseal.ledger.reference.vouching import NO_CHOICE, Choice
from trialseal.ledger.rpc import Reverted, RpcError, Unreachable
from trialseal.ledger.state import Proven, ProvenState, Unproven

# Nodes take so many keys in one call for proofs (geth 1,024, Erigon 1,000).
KEYS_A_CALL = 1000
# Logs come in pieces of no more bytes, some 23,000, of which Python makes six times as many.
MOST_OF_LOGS = 1 << 24


class Node(AtBlock):
    """A node of one chain with trialseal's contracts. Every method raises UndeterminedError if it cannot answer.

    `progress(done, total)` is called with counts of blocks while logs are searched piece by piece; `said` is told of a
    node that is left for another of the network, which must have the very block as of which is read.
    """

    def __init__(
        self,
        network: Network,
        *,
        timeout: float = 30.0,
        progress: Progress | None = None,
        choice: Choice = NO_CHOICE,
        said: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(network, timeout=timeout, choice=choice, said=said)
        self._progress = progress
        self._expected: tuple[str, ...] = ()
        self._logs_shown: dict[tuple[int, int], Log] = {}
        self._start: int | None = None

    def forget_answers(self) -> None:
        """Forgets proofs and logs of the block as of which everything is read, not the block."""
        if self._proven is not None:
            self._proven = ProvenState(self._proven.header, self._proven.chain_id, self.source)
        self._logs_shown = {}

    def renew(self) -> None:
        """Forgets what was read, so that the next reading is as of the block that is newest then."""
        super().renew()
        self._logs_shown = {}

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
        while True:
            try:
                return self._prove_in_parts(slots, logs)
            except Unproven as error:
                if not self.rpc.leave(str(error)):
                    raise self._gone(error) from None

    def _prove_in_parts(
        self, slots: Sequence[Slot], logs: Sequence[Wanted]
    ) -> tuple[list[Proven], list[Iterable[list[Log]]]]:
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
        self._require_same_block()
        for (name, _), answer in zip(proofs, answers, strict=False):
            self._take_proof(name, answer)
        words = self._proven_words(slots)
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
            while True:
                try:
                    found = self.rpc.call("eth_getLogs", [asked], MOST_OF_LOGS)
                except (RpcError, Unreachable) as error:
                    if first < last or not self.rpc.leave(str(error)):
                        raise
                    continue
                self._require_same_block()
                return self._checked(one, found, first, last)

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


def _place(log: Log) -> tuple[int, int]:
    return log.block or 0, log.index or 0


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])

"""The nodes of one network, asked one at a time: one that does not answer is left for the next, and that is said.

What is sent is never repeated here: whoever sent it looks for it on the node that is asked then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any, Final, TypeVar

from trialseal import escaping
from trialseal.errors import TrialsealError, UndeterminedError
from trialseal.ledger.network_file import NetworkNode
from trialseal.ledger.node_address import node_address
from trialseal.ledger.proofs.header import Header, HeaderError, from_json
from trialseal.ledger.rpc import BATCH, ONCE, Rpc, RpcError, TooLarge, Unreachable

# A node that was left is asked again after so many seconds, if the others fail as well.
_REST: Final = 60.0
# A newest block so much older than this computer's clock, and than another node's, is a node's that fell behind.
_STALE: Final = 120
# How long another node may take to say what its newest block is, and how far ahead of this clock that may be, seconds.
_GLANCE: Final = 5.0
_AHEAD: Final = 60

_Answer = TypeVar("_Answer")


class Endpoints(Rpc):
    """The nodes of a network as one connection, which is to the first of them until that one is left.

    A node is left when it does not answer, answers nonsense or wants fewer requests, not when it refuses a single
    request. `said` is told of it in a sentence. All answers of one `attempt` are one node's.
    """

    def __init__(
        self, nodes: Sequence[NetworkNode], timeout: float = 30.0, *, said: Callable[[str], None] | None = None
    ) -> None:
        super().__init__(nodes[0].url, timeout)
        self._nodes = tuple(nodes)
        self._addresses = [node_address(one.url) for one in nodes]
        self._said = said
        self._left: dict[int, float] = {}  # when a node was left
        self.place = 0
        """Which of the nodes is asked now."""
        self.moves = 0
        """How often a node was left: by it a reader sees that an answer is another node's."""

    def call(self, method: str, params: Sequence[Any] = (), most: int | None = None) -> Any:
        """As Rpc does; of the next node where this one does not answer, unless the method must not be repeated."""
        ask = super().call
        return self._of_one(lambda: ask(method, params, most), [method])

    def attempt(self, requests: Sequence[tuple[str, Sequence[Any]]], most: int | None = None) -> list[Any]:
        """As Rpc does; all anew of the next node where this one does not answer."""
        ask = super().attempt
        return self._of_one(lambda: ask(requests, most), [method for method, _ in requests])

    def _of_one(self, ask: Callable[[], _Answer], methods: Sequence[str]) -> _Answer:
        while True:
            try:
                return ask()
            except UndeterminedError as error:
                if not (self._is_fault(error, methods) and self.leave(str(error))) or not ONCE.isdisjoint(methods):
                    raise

    def leave(self, why: str) -> bool:
        """Goes on with the next node that was not left just now; False if there is none."""
        now = time.monotonic()
        self._left[self.place] = now
        for step in range(1, len(self._nodes)):
            place = (self.place + step) % len(self._nodes)
            if place not in self._left or now - self._left[place] > _REST:
                self.close()
                self._address, self._batch = self._addresses[place], BATCH
                self.place, self.moves = place, self.moves + 1
                if self._said is not None:
                    self._said(
                        f"note: {why}; going on with {self.shown} ({escaping.name(self._nodes[place].operator)})"
                    )
                return True
        return False

    def overtaken(self, newest: Header) -> bool:
        """Whether another node has a block so much newer than this one's newest that this one has fallen behind.

        The others are asked only if that block is old by this computer's clock.
        """
        now = int(time.time())
        if now - newest.time <= _STALE:
            return False
        others = [place != self.place and place not in self._left for place in range(len(self._nodes))]
        return any(
            newest.time + _STALE < found <= now + _AHEAD for found in map(_newest_time, compress(self._nodes, others))
        )

    def _is_fault(self, error: UndeterminedError, methods: Sequence[str]) -> bool:
        """Whether an error is the node's, rather than of what was asked of it."""
        if isinstance(error, RpcError | TooLarge):
            return False
        if isinstance(error, Unreachable) and "eth_getLogs" in methods:
            # Logs of many blocks may take a node too long, which answers for fewer.
            return not _answers(self._nodes[self.place])
        return True


def _newest_time(node: NetworkNode) -> int:
    """The time of a node's newest block; 0 if it does not show one."""
    rpc = Rpc(node.url, _GLANCE)
    try:
        return from_json(rpc.call("eth_getBlockByNumber", ["latest", False]) or {}).time
    except (TrialsealError, HeaderError):
        return 0
    finally:
        rpc.close()


def _answers(node: NetworkNode) -> bool:
    rpc = Rpc(node.url, _GLANCE)
    try:
        rpc.call("eth_blockNumber")
    except TrialsealError:
        return False
    finally:
        rpc.close()
    return True

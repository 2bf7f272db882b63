"""All trials of a chain, a page at a time: however many there are, no more of them than a page are kept.

Whether every registration is seen, one word of state says, to which all of them lead together: a part cannot be shown
to be whole. Each takes 52 bytes of such a proof, its author and its digest; a node sends some 700 for its log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from trialseal.ledger.acts import Act, TrialRegistered
from trialseal.ledger.logs import MOST_TOPICS, Log, until, wanted
from trialseal.ledger.proofs import layout
from trialseal.ledger.rolling import Gap, Rolling, count_of
from trialseal.ledger.state import Proven

if TYPE_CHECKING:
    from trialseal.ledger.reader import Reader

PAGE = MOST_TOPICS
"""Trials: of so many the acts are asked for in one question."""


class TrialList:
    """The trials of a chain in the order of their registration. `count` and `gap` are known once `pages` has ended."""

    def __init__(self, chain: Reader, act_of: Callable[[Log], Act]) -> None:
        self._chain = chain
        self._act_of = act_of
        self.count = 0
        """How many trials the contract counts; of those until a time, how many were shown."""
        self.gap: Gap = "not all trials were read"

    def pages(
        self, size: int = PAGE, *, only: int | None = None, keep: bool = False
    ) -> Iterator[tuple[TrialRegistered, ...]]:
        """The registrations, `size` at a time; with `only`, the page of this number, from 1; all are read in any case.

        `keep` makes their logs part of the chain's evidence. UndeterminedError if the source cannot answer.
        """
        [word], [parts] = self._asked(keep)
        if word is None:
            self.gap = f"{self._chain.source} holds no proof of all trials of the chain"
            return
        rolling = Rolling()
        page: list[TrialRegistered] = []
        until_then = 0
        for part in parts:
            for log in part:
                rolling.add(log.rolled)
            for log in until(part, self._chain.at):
                if only in (None, until_then // size + 1) and isinstance(act := self._act_of(log), TrialRegistered):
                    page.append(act)
                until_then += 1
                if page and until_then % size == 0:
                    yield tuple(page)
                    page = []
        if page:
            yield tuple(page)
        self.count = count_of(word) if self._chain.at is None else until_then
        self.gap = rolling.gap(word, "trial")

    def _asked(self, keep: bool) -> tuple[Sequence[Proven | None], Sequence[Iterable[list[Log]]]]:
        asked = [layout.trials_word()], [wanted("TrialRegistry", ("TrialRegistered",))]
        if not keep:
            return self._chain.prove_in_parts(*asked)
        words, logs = self._chain.prove(*asked)
        return words, [logs]

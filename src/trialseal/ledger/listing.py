"""All trials of a chain, a page at a time: however many there are, no more of them than a page are kept.

Whether every registration is seen, one word of state says, to which all of them lead together: a part cannot be shown
to be whole. Each takes 52 bytes of such a proof, its author and its digest; a node sends some 700 for its log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain as chain_of

from trialseal.ledger.acts import BY_EVENT, Act, TrialRegistered
from trialseal.ledger.logs import MOST_TOPICS, Log, in_parts, until, wanted
from trialseal.ledger.proof_source import ProofSource
from trialseal.ledger.proofs import layout
from trialseal.ledger.records import History, from_acts
from trialseal.ledger.rolling import Gap, Rolling, count_of, digest_gap
from trialseal.ledger.state import Proven

_ACTS = tuple(BY_EVENT)
PAGE = MOST_TOPICS
"""Trials: of so many the acts are asked for in one question."""


def histories_by_digest(
    chain: ProofSource, trials: Sequence[bytes], act_of: Callable[[Log], Act]
) -> Iterator[tuple[History, list[Log]]]:
    """The histories, with their logs, of those trials whose acts lead to the digest in state: what else state keeps of
    a trial follows from these, and its proof is spared. The others are left out."""
    digests = [layout.trial(trial)[1] for trial in trials]
    words, found = chain.prove(digests, [wanted("TrialRegistry", _ACTS, part) for part in in_parts(trials)])
    shown: dict[bytes, list[Log]] = {trial: [] for trial in trials}
    for log in chain_of.from_iterable(found):
        shown[log.topics[1]].append(log)
    for trial, word in zip(trials, words, strict=True):
        logs = shown[trial]
        if word is None or not logs:
            continue
        gap = digest_gap(len(logs), word, [one.rolled for one in logs], [one.number for one in logs], "act")
        if not gap:
            acts = tuple(map(act_of, logs))
            yield History(from_acts(trial, acts, word), acts, gap), logs


class TrialList:
    """The trials of a chain in the order of their registration. `count` and `gap` are known once `pages` has ended."""

    def __init__(self, chain: ProofSource, act_of: Callable[[Log], Act]) -> None:
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

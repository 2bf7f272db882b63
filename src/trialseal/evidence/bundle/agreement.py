"""Whether two bundles of one trial tell one history: what the later proves begins with all that the earlier proves.

The logs of the earlier lead to the words in the state of its block, and those of the later to the words in the state of
its own. On one chain logs are only ever added, so that each list of the earlier is the beginning of the later's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trialseal.errors import UndeterminedError
from trialseal.evidence.wording import count
from trialseal.ledger.acts import StreamOpened
from trialseal.ledger.reader import Reader
from trialseal.ledger.rolling import Rolled, digest_of


class Compared(NamedTuple):
    """One list of logs that both bundles prove whole, each as of its block."""

    thing: str
    """What its logs are, in words: 'act', 'attestation about the trial'."""
    earlier: tuple[Rolled, ...]
    later: tuple[Rolled, ...]

    @property
    def extends(self) -> bool:
        """Whether the later list begins with the earlier."""
        return self.later[: len(self.earlier)] == self.earlier

    @property
    def added(self) -> str:
        """How much longer the later list is, in words."""
        return count(len(self.later) - len(self.earlier), self.thing)

    @property
    def words(self) -> str:
        """Where the two part, with what each proves; of lists of which the later does not begin with the earlier."""
        pairs = zip(self.earlier, self.later, strict=False)
        same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(self.earlier), len(self.later)))
        return (
            f"{self.thing} {same + 1} is {_log(self.earlier, same)} in the earlier and {_log(self.later, same)} in the "
            f"later; the earlier proves {_all(self.earlier)}, the later {_all(self.later)}"
        )


class Agreement(NamedTuple):
    """What two bundles say of each other."""

    compared: tuple[Compared, ...]
    not_compared: tuple[str, ...]
    """What one of them does not hold whole, in words."""
    contradictions: tuple[str, ...]


def agreement(earlier: Reader, later: Reader, trial: bytes) -> Agreement:
    """Holds two carried chains against each other; `earlier` is of the lower block, or of the same.

    UndeterminedError if one of them does not prove all acts of the trial.
    """
    first, second = earlier.as_of(), later.as_of()
    found: list[str] = []
    if first.chain_id != second.chain_id:
        found.append(f"one is of chain {first.chain_id}, the other of chain {second.chain_id}")
    elif first.number == second.number and first.hash != second.hash:
        found.append(f"they name different blocks as block {first.number:,}: one of the two is not the chain's")
    elif first.number < second.number and first.time > second.time:
        found.append(
            f"block {first.number:,} is later by its time than block {second.number:,}: one is not the chain's"
        )
    for one in (earlier, later):
        if gap := one.history(trial).gap:
            raise UndeterminedError(f"{one.source} does not show all acts of the trial: {gap}")
    compared: list[Compared] = []
    missing: list[str] = []
    for thing, before, after in _lists(earlier, later, trial):
        if before is None or after is None:
            missing.append(thing)
        else:
            compared.append(Compared(thing, tuple(before), tuple(after)))
    found += [one.words for one in compared if not one.extends]
    return Agreement(tuple(compared), tuple(missing), tuple(found))


_List = Sequence[Rolled] | None


def _lists(earlier: Reader, later: Reader, trial: bytes) -> Iterator[tuple[str, _List, _List]]:
    """What both may prove: acts, attestations about the trial, what its parties did to their keys, heads of streams."""
    yield "act", _logs(earlier, "TrialRegistry", trial), _logs(later, "TrialRegistry", trial)
    yield "attestation about the trial", _attested(earlier, trial), _attested(later, trial)
    acts = earlier.history(trial).acts
    for party in dict.fromkeys(act.actor for act in acts):
        thing = f"act of party {party.hex()[:8]}… about itself"
        yield thing, _party(earlier, party), _party(later, party)
    for act in acts:
        if isinstance(act, StreamOpened):
            thing = f"head of stream {act.subject.hex()[:8]}… of party {act.actor.hex()[:8]}…"
            place = (trial, act.actor, act.subject)
            yield thing, _heads(earlier, *place), _heads(later, *place)


def _logs(reader: Reader, contract: str, id: bytes) -> list[Rolled]:
    return [log.rolled for log in reader.logs_about(contract, id)]


def _attested(reader: Reader, subject: bytes) -> list[Rolled] | None:
    return None if reader.attested(subject).gap else _logs(reader, "Attestations", subject)


def _party(reader: Reader, party: bytes) -> list[Rolled] | None:
    record = reader.party(party)
    return None if record is None or record.gap else _logs(reader, "Parties", party)


def _heads(reader: Reader, trial: bytes, writer: bytes, stream: bytes) -> list[Rolled] | None:
    try:
        history = reader.head_history(trial, writer, stream)
    except UndeterminedError:
        return None
    return None if history.gap else [Rolled(writer[:20], head.digest) for head in history.heads]


def _log(logs: Sequence[Rolled], at: int) -> str:
    return f"the log {logs[at].digest.hex()}" if at < len(logs) else "none"


def _all(logs: Sequence[Rolled]) -> str:
    return f"{len(logs):,} that lead to {digest_of(logs).hex()}"

"""Which trials claim a registry number, from the logs under its fold in their order: pure.

Contracts keep claims under a fold that forgets separators, zeros and case, so that logs of other numbers may be among
them: which spellings mean one number is the reader's rule, given here as a function. Of several claims by one trial the
day of the last stands; a withdrawal takes back that trial's earlier claims, and a later claim stands again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from trialseal.errors import UsageError
from trialseal.ledger.acts import Act, RegistryIdClaimed, RegistryIdWithdrawn, act_from
from trialseal.ledger.logs import Log, until
from trialseal.ledger.rolling import Gap, word_gap
from trialseal.ledger.state import Proven
from trialseal.once import once
from trialseal.registries.numbers import RegistryNumber, read
from trialseal.values import Value, replace

_ON_NUMBERS = (RegistryIdClaimed, RegistryIdWithdrawn)


class NumberClaim(Value):
    """One trial's claim of a number."""

    trial: bytes
    made: tuple[RegistryIdClaimed, ...]  # those that stand or stood last, in their order
    withdrawn_at: int = 0  # 0 if it stands

    @property
    def time(self) -> int:
        """When it was first made."""
        return self.made[0].time

    @property
    def submitted(self) -> int:
        """The day that the last claim states, yyyymmdd; 0 if it states none."""
        return self.made[-1].submitted

    @property
    def number_text(self) -> str:
        """The number as it was stated last."""
        return self.made[-1].number_text

    @property
    def number(self) -> str:
        """The number in its registry's own spelling, or as it was stated if no registry is known."""
        return _stated(self.number_text).number


class NumberClaims(Value):
    """Every claim of a number on a chain, and whether these are all."""

    every: tuple[NumberClaim, ...]
    gap: Gap  # AllSeen if the logs lead to the number's word in state

    @property
    def standing(self) -> tuple[NumberClaim, ...]:
        """Those that were not withdrawn, in the order in which they were made."""
        return tuple(one for one in self.every if not one.withdrawn_at)

    @property
    def trials(self) -> list[bytes]:
        """The trials whose claims stand, in the order of claiming."""
        return [one.trial for one in self.standing]


def claims(word: Proven, logs: Sequence[Log], is_meant: Callable[[str], bool], at: int | None = None) -> NumberClaims:
    """What the logs under a fold say of one number, held against the fold's word in state.

    `is_meant` says of a number as stated whether it is the one that is meant; `at` is the time as of which it is said
    (Unix seconds; None: now).
    """
    # A step in this word is an act of its trial, and the stamp numbers it there: here only how many there are counts.
    numbers = list(range(1, len(logs) + 1))
    gap = word_gap(word, [one.rolled for one in logs], numbers, "act on the number")
    return NumberClaims(replay(until(logs, at), is_meant), gap)


def replay(logs: Sequence[Log], is_meant: Callable[[str], bool]) -> tuple[NumberClaim, ...]:
    """The claims that logs record, by trial, those withdrawn included."""
    acts = [act_from(log) for log in logs]
    meant = [act for act in acts if isinstance(act, _ON_NUMBERS) and is_meant(act.number_text)]
    return _replay(meant, lambda act: act.trial)


@once
def numbers_of(acts: Iterable[Act]) -> tuple[NumberClaim, ...]:
    """The numbers that a trial's acts claim, in the order of claiming, those withdrawn included."""
    stated: list[RegistryNumber] = []

    def number(act: RegistryIdClaimed | RegistryIdWithdrawn) -> int:
        read_so = _stated(act.number_text)
        if read_so not in stated:
            stated.append(read_so)
        return stated.index(read_so)

    return _replay([act for act in acts if isinstance(act, _ON_NUMBERS)], number)


def _stated(text: str) -> RegistryNumber:
    """The number that a log states; of a log that is nobody's, what stands there."""
    try:
        return read(text)
    except UsageError:
        return RegistryNumber(None, text, text, key=text)


def _replay(
    acts: Iterable[RegistryIdClaimed | RegistryIdWithdrawn],
    place_of: Callable[[RegistryIdClaimed | RegistryIdWithdrawn], object],
) -> tuple[NumberClaim, ...]:
    found: dict[object, NumberClaim] = {}
    for act in acts:
        place = place_of(act)
        before = found.get(place)
        if isinstance(act, RegistryIdClaimed):
            if before is None or before.withdrawn_at:
                found.pop(place, None)  # it stands anew, behind those made meanwhile
                found[place] = NumberClaim(act.trial, (act,))
            else:
                found[place] = replace(before, made=(*before.made, act))
        elif before is not None and not before.withdrawn_at:
            found[place] = replace(before, withdrawn_at=act.time)
    return tuple(found.values())

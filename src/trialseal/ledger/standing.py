"""Which acts of a trial stand as of a time: errors are marked, never removed.

A milestone may name an earlier act in whose place it stands; a milestone `correction` says no more than that the named
act was made in error. From its block's time on, the named act stands no longer. An act that was corrected once stays
so, whatever becomes of the correction: what holds then is stated anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from trialseal.ledger.acts import Act, MilestoneRecorded
from trialseal.once import once


@once
def corrections(acts: Iterable[Act], at: int | None = None) -> Mapping[int, MilestoneRecorded]:
    """By the number of an act that was corrected, the first act that did so, at or before `at` (None: ever)."""
    found: dict[int, MilestoneRecorded] = {}
    for act in acts:
        if isinstance(act, MilestoneRecorded) and act.instead_of and (at is None or act.time <= at):
            found.setdefault(act.instead_of, act)
    return MappingProxyType(found)


@once
def standing(acts: Iterable[Act], at: int | None = None) -> tuple[Act, ...]:
    """The acts done at or before `at` (None: ever) that no act of that time had corrected, in their order."""
    done = tuple(act for act in acts if at is None or act.time <= at)
    corrected = corrections(done)
    return tuple(act for act in done if act.number not in corrected)

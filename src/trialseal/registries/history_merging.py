"""Several histories of one record as one: versions in order, each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from trialseal.documents.identifiers import date_range
from trialseal.registries.history import RegistryHistory, RegistryVersion


def in_order(versions: Iterable[RegistryVersion]) -> tuple[RegistryVersion, ...]:
    """Versions by the day of submission, then by number; those without a day stand where their number puts them."""
    ordered = sorted(versions, key=lambda one: one.number)
    day = date.min
    keys = []
    for one in ordered:
        day = date_range(one.date)[0] if one.date else day
        keys.append((day, one.number))
    return tuple(one for _, one in sorted(zip(keys, ordered, strict=True), key=lambda pair: pair[0]))


def merged(histories: Sequence[RegistryHistory]) -> RegistryHistory:
    """One history of several about the same trial: every version once, the whole history first.

    A record adds what a history lacks to the version of the same day.
    """
    if len(histories) == 1:
        return histories[0]
    base = max(histories, key=lambda one: (one.complete, len(one.versions)))
    versions = list(base.versions)
    complete = base.complete
    for history in histories:
        for version in history.versions if history is not base else ():
            place = next((n for n, one in enumerate(versions) if one.date and one.date == version.date), None)
            if place is not None:
                versions[place] = _joined(versions[place], version)
            else:
                complete = complete and version.date is not None and version.date < (versions[-1].date or "")
                versions.append(replace(version, number=max(one.number for one in versions) + 1))
    ordered = in_order(versions)
    if not complete:
        ordered = tuple(replace(one, number=number) for number, one in enumerate(ordered, 1))
    notes = tuple(dict.fromkeys(note for one in histories for note in one.notes))
    return RegistryHistory(base.number, ordered, complete, notes)


def _joined(one: RegistryVersion, other: RegistryVersion) -> RegistryVersion:
    """Two readings of the same submission: the whole record counts, and the day last seen."""
    whole, rest = (other, one) if one.record is None and other.record is not None else (one, other)
    seen = max((day for day in (one.seen, other.seen) if day), default=None)
    return replace(whole, number=one.number, seen=seen, posted=whole.posted or rest.posted)

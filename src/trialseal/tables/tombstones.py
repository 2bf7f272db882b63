"""What stays of a participant's rows that were erased from a sealed table, and which of the sealed rows a file has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any


@dataclass(frozen=True)
class Tombstone:
    """Rows that were erased, and what is said of it. It names rows, not people."""

    rows: tuple[int, ...]
    """Their numbers in the sealed table, from 1."""
    leaves: tuple[bytes, ...]
    """Their leaves of the salted tree, which nobody can open."""
    by: str
    reason: str
    legal_basis: str
    at: str

    def as_json(self) -> dict[str, Any]:
        """A member of the private file's list `erased`."""
        said = {"by": self.by, "reason": self.reason, "legal_basis": self.legal_basis, "at": self.at}
        return {"rows": list(self.rows), "leaves": [one.hex() for one in self.leaves], **said}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Tombstone:
        """The inverse of `as_json`; ValueError, KeyError or TypeError for what is none."""
        rows, leaves = tuple(value["rows"]), tuple(bytes.fromhex(one) for one in value["leaves"])
        if any(not isinstance(row, int) or row < 1 for row in rows) or any(len(leaf) != 32 for leaf in leaves):
            raise ValueError("a tombstone in it names no rows and leaves")
        if len(rows) != len(leaves) or any(a >= b for a, b in pairwise(rows)):
            raise ValueError("a tombstone in it has other rows than leaves")
        by, reason, basis, at = (value[name] for name in ("by", "reason", "legal_basis", "at"))
        if not all(isinstance(one, str) for one in (by, reason, basis, at)):
            raise ValueError("a tombstone in it does not say who, why, on what basis and when")
        return cls(rows, leaves, by, reason, basis, at)


def leaves_of(tombstones: Sequence[Tombstone]) -> dict[int, bytes]:
    """The leaf of each erased row."""
    return {row: leaf for one in tombstones for row, leaf in zip(one.rows, one.leaves, strict=True)}


def left_out_of(tombstones: Sequence[Tombstone], sealed_rows: int, found_rows: int) -> frozenset[int]:
    """The erased rows that a file of so many rows lacks: those of the first tombstones, whose erasing was finished.

    Of a file of any other length all of them.
    """
    gone: set[int] = set()
    for one in tombstones:
        if sealed_rows - len(gone) == found_rows:
            return frozenset(gone)
        gone |= set(one.rows)
    return frozenset(gone)


def numbers(left_out: frozenset[int]) -> Iterator[int]:
    """The numbers in the sealed table of a file's rows, in their order."""
    return (number for number in count(1) if number not in left_out)

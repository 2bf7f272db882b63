"""Whether who withdrew may be in a table under another number: 1001 in the streams, SALT-01-1001 in the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from trialseal import escaping
from trialseal.errors import FailedError
from trialseal.escaping import quoted
from trialseal.evidence.wording import count
from trialseal.sharing.paired import pairs

_PARTS = re.compile(r"[^0-9A-Za-z]+")
_MOST_NAMED = 3
_MOST_ALIKE = 2


class Unmatched(NamedTuple):
    """Who withdrew and has nothing in what is to be packed, and who has but is in no stream given."""

    gone: frozenset[str]
    strange: tuple[str, ...]
    """By number, as it is written there."""
    alike: tuple[tuple[str, str], ...]
    """Numbers of the strange, each with the number by which somebody is known who withdrew."""

    def words(self, source: str) -> str:
        """What there is to look at, in a sentence."""
        named = ", ".join(map(quoted, self.strange[:_MOST_NAMED]))
        words = (
            f"{count(len(self.gone), 'participant')} who withdrew the use of their data cannot be found in {source}, "
            f"and {len(self.strange)} in it are in no stream given, such as {named}"
        )
        for here, there in self.alike[:_MOST_ALIKE]:
            words += f"; {quoted(here)} may be {quoted(there)}, who withdrew"
        return words


def unmatched(
    inside: Mapping[str, str], gone: Set[str], known: Set[str], pseudonym_of: Callable[[str], str]
) -> Unmatched | None:
    """Who cannot be matched, where somebody who withdrew may be in the data under another number; else None.

    `inside` has the number of each pseudonym in the data, `gone` who is to be left out, `known` who is in any stream.
    """
    missing = frozenset(gone - inside.keys())
    strange = sorted(number for who, number in inside.items() if who not in known)
    if not missing or not strange:
        return None
    alike = ((one, other) for one in strange for other in _others(one) if pseudonym_of(other) in missing)
    return Unmatched(missing, tuple(strange), tuple(alike))


def _others(number: str) -> Iterator[str]:
    """How the same participant may be numbered elsewhere: its last parts, without zeros before them."""
    parts = [one for one in _PARTS.split(number) if one]
    seen = {number}
    for start in range(len(parts)):
        for sign in ("-", "/", ""):
            text = sign.join(parts[start:])
            for one in (text, text.lstrip("0")):
                if one and one not in seen:
                    seen.add(one)
                    yield one


def read_numbers(path: Path) -> dict[str, str]:
    """By number in what is packed, the participant's number in the streams, of a CSV file with participant,in_table.

    FailedError where it is none, or gives one number two participants.
    """
    found: dict[str, str] = {}
    for line, number, there in pairs(path, "participant", "in_table", "fill it in"):
        if found.setdefault(there, number) != number:
            raise FailedError(f"{escaping.path(path)}, line {line}: {quoted(there)} is two participants: correct it")
    return found

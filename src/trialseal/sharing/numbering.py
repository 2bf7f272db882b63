"""Whether the participants of a table are numbered as in the streams: streams hold pseudonyms, which show no likeness.

A number that is written differently has another pseudonym, so that whoever withdrew would not be found in the table.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path

from trialseal import escaping, files
from trialseal.errors import FailedError
from trialseal.evidence.wording import count

_LARGEST_LIST = 1 << 28
_SHOWN = 2
_PARTS = re.compile(r"[^\W_]+")
_is_pseudonym = re.compile(r"[0-9a-f]{32}").fullmatch


class Numbering:
    """Turns the participants' numbers of one table or list into pseudonyms, and keeps what it turned."""

    def __init__(self, pseudonym_of: Callable[[str], str], stated: Mapping[str, str] | None = None) -> None:
        self._pseudonym_of = pseudonym_of
        self._stated = stated
        self.turned: dict[str, str] = {}
        """The pseudonym of each number, as the table writes it."""

    def __call__(self, number: str) -> str:
        """The pseudonym of a number; FailedError where numbers are stated and this one is not."""
        found = self.turned.get(number)
        if found is None:
            found = self.turned[number] = self._of(number)
        return found

    def _of(self, number: str) -> str:
        if self._stated is None:
            return self._pseudonym_of(number)
        if number not in self._stated:
            raise FailedError(
                f"{escaping.quoted(number)} is not in the list of numbers (--ids): add its row; nothing was packed"
            )
        return self._pseudonym_of(self._stated[number])

    def doubt(self, known: Set[str], withdrawn: Set[str]) -> str | None:
        """Why withdrawals may not reach the table: both sets are pseudonyms of the streams. None if they do.

        Either nobody of the table is known to the streams, or somebody who withdrew is not in it, while part of one of
        its numbers is that person's.
        """
        inside = set(self.turned.values())
        missing = withdrawn - inside
        if not missing or self._stated is not None:
            return None
        alike = [
            pair for number in self.turned for pair in self._alike(number, known if not inside & known else missing)
        ]
        if alike:
            pairs = "; ".join(
                f"{escaping.quoted(one)} here, {escaping.quoted(other)} there" for one, other in alike[:_SHOWN]
            )
            return f"participants are numbered otherwise here than in the streams ({pairs}{_more(len(alike))})"
        if inside & known:
            return None
        ours = ", ".join(map(escaping.quoted, list(self.turned)[:_SHOWN]))
        theirs = ", ".join(f"pseudonym {one[:8]}…" for one in sorted(missing)[:_SHOWN])
        return (
            f"{count(len(withdrawn), 'participant')} withdrew the use of their data ({theirs}), but no participant "
            f"here ({ours}{_more(len(self.turned))}) is in any consent or withdrawal given"
        )

    def _alike(self, number: str, wanted: Set[str]) -> Iterator[tuple[str, str]]:
        if _is_pseudonym(number) or self.turned[number] in wanted:
            return
        found = next((form for form in forms_of(number) if self._pseudonym_of(form) in wanted), None)
        if found is not None:
            yield number, found


def _more(number: int) -> str:
    return f" and {number - _SHOWN} more" if number > _SHOWN else ""


def forms_of(number: str) -> Iterator[str]:
    """How else a number may be written: its parts, its ends from each part on, without leading zeros, in capitals."""
    seen = {number}
    parts = list(_PARTS.finditer(number))
    written = [number[one.start() :] for one in parts] + [one[0] for one in parts]
    for form in [number, *written]:
        for one in (form, form.lstrip("0"), form.upper(), form.lower()):
            if one and one not in seen:
                seen.add(one)
                yield one


def read_numbers(path: Path) -> dict[str, str]:
    """By number in a table, the participant's number in the streams, of a CSV file with participant,in_table.

    FailedError where it is none, or gives one number of a table two participants.
    """
    name = escaping.path(path)
    text = files.read_file(path, _LARGEST_LIST)
    try:
        rows = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""))
        if not {"participant", "in_table"} <= set(rows.fieldnames or ()):
            raise FailedError(f"{name} lacks a column: write participant,in_table in its first line, with a comma")
        found: dict[str, str] = {}
        for row in rows:
            number, there = (row["participant"] or "").strip(), (row["in_table"] or "").strip()
            if not number or not there:
                raise FailedError(f"{name}, line {rows.line_num}: participant or in_table is empty: fill it in")
            if found.setdefault(there, number) != number:
                raise FailedError(
                    f"{name}, line {rows.line_num}: {escaping.quoted(there)} is two participants: correct it"
                )
    except (UnicodeDecodeError, csv.Error):
        raise FailedError(f"{name} is not a CSV file in UTF-8: save it as one") from None
    return found

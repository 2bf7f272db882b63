"""What only a person can decide about an export: why rows changed, what becomes of rows that are gone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from trialseal.cli.session import Session
from trialseal.errors import UsageError
from trialseal.escaping import quoted
from trialseal.evidence.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialseal.streams.reconciling import Changed, Outcome, Reasons
    from trialseal.streams.stored_events import Found

_SHOWN = 5
_YES, _NO = ("y", "yes"), ("n", "no")
_TOLD = frozenset(("corrected_by", "correction_reason"))


class Choices:
    """Answers from the options, else from a person at a terminal."""

    def __init__(self, session: Session, name: str, *, dry_run: bool) -> None:
        self._args, self._out, self._name, self._dry_run = session.args, session.out, name, dry_run

    def leave_out_refused(self, outcome: Outcome) -> bool:
        """Whether the other rows are appended although some are refused."""
        if self._dry_run or self._args.skip_refused:
            return True
        if len(outcome.refused) < 2 or not self.others(outcome) or not self._can_ask:
            return False
        return self._agreed(
            f"{count(len(outcome.refused), 'row')} of {self._name} cannot be taken, first {min(outcome.refused).why}. "
            "Append the others?"
        )

    @staticmethod
    def others(outcome: Outcome) -> int:
        """How many rows there are to be appended beside those that are refused."""
        return outcome.new + len(outcome.changed)

    @staticmethod
    def is_told(one: Changed) -> bool:
        """Whether the export itself says who changed a row, and why."""
        return (one.row.correction or {}).keys() >= _TOLD

    def for_changed(self, changed: Sequence[Changed]) -> Reasons | None:
        """Who corrected these rows, and why; None if that is not said, so that they wait."""
        if not changed:
            return self._given()
        if (given := self._given()) or self._dry_run or not self._can_ask:
            return given
        self._out.ask(f"{count(len(changed), 'row')} differ{'s' * (len(changed) == 1)} from what the stream holds:\n")
        for one in changed[:_SHOWN]:
            self._out.ask(f"  {changed_words(one)}\n")
        if len(changed) > _SHOWN:
            self._out.ask(f"  … and {len(changed) - _SHOWN} more\n")
        return self._asked("corrected", count(len(changed), "row"))

    def for_gone(self, gone: Sequence[Found]) -> Reasons | None:
        """Who states that these events were entered in error, and why; None if nobody does."""
        if self._args.withdraw_gone:
            given = self._given()
            if given is None and not self._dry_run:
                raise UsageError(
                    "--withdraw-gone needs who states it and why: add --corrected-by CODE and --correction-reason TEXT"
                )
            return given
        if self._dry_run or not self._can_ask:
            return None
        listed = ", ".join(quoted(one.id) for one in gone[:_SHOWN]) + (" …" if len(gone) > _SHOWN else "")
        are = (
            "1 event that the stream holds has" if len(gone) == 1 else f"{len(gone)} events that the stream holds have"
        )
        if not self._agreed(f"{are} no row in {self._name} any more ({listed}). State them as entered in error?"):
            return None
        return self._asked("entered in error", count(len(gone), "event"))

    def _given(self) -> Reasons | None:
        from trialseal.streams.reconciling import Reasons

        args = self._args
        if args.corrected_by is None and args.correction_reason is None:
            return None
        if args.corrected_by is None or args.correction_reason is None:
            raise UsageError(
                "--corrected-by and --correction-reason go together: say who corrected, by their code in the "
                "delegation log, and why"
            )
        return Reasons(args.corrected_by, args.correction_source, args.correction_reason)

    def _asked(self, what: str, of: str) -> Reasons | None:
        from trialseal.streams.reconciling import Reasons

        while True:
            self._out.ask(f"Who says why they were {what}, by their code in the delegation log [leave as they are]: ")
            by = sys.stdin.readline().strip()
            if by.lower() in ("", *_NO):
                return None
            if by.lower() not in _YES:
                break
            self._out.ask("write the code of who says it, such as DM-1; nothing leaves them as they are\n")
        self._out.ask(f"Why, 1 reason for {of}: ")
        reason = sys.stdin.readline().strip()
        return Reasons(by, self._args.correction_source, reason) if reason else None

    def _agreed(self, words: str) -> bool:
        self._out.ask(f"{words} [y/N] ")
        return sys.stdin.readline().strip().lower() in _YES

    @property
    def _can_ask(self) -> bool:
        try:
            return self._args.file != "-" and sys.stdin.isatty() and sys.stderr.isatty()
        except ValueError:  # closed
            return False


def changed_words(one: Changed) -> str:
    """'E-1, line 7: grade "2" is now "3"'."""
    from trialseal.streams.lines import parse_line

    new = parse_line(one.row.form + b"\n")
    was = one.stands.event
    if was.get("type") == "entered-in-error":
        return f"{quoted(one.row.id)}, {one.counted} {one.row.line}: was entered in error, and has a row again"
    said = [f"{name} {_shown(was.get(name))} is now {_shown(new.get(name))}" for name in one.members]
    return f"{quoted(one.row.id)}, {one.counted} {one.row.line}: {'; '.join(said)}"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(quoted, value)) or "empty"
    return "empty" if value is None else quoted(value)

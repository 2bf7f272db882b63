"""What is said of a file that was taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialseal.cli.events.choices import changed_words
from trialseal.escaping import quoted
from trialseal.evidence.wording import count, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialseal.streams.reconciling import Outcome
    from trialseal.streams.store import StreamStore

_SHOWN = 20


def appended_words(stream: StreamStore, added: int) -> str:
    """Which entries were appended."""
    if not added:
        return f"no event to append; stream {stream.config.name} holds {entries(stream.size)}"
    last = stream.size - 1
    if added == 1:
        what, where, them = "1 event", f"entry {last}", "it is anchored, it"
    else:
        what, where, them = f"{added} events", f"entries {stream.size - added} to {last}", "they are anchored, they"
    return f"{what} appended to stream {stream.config.name} as {where}; until {them} could still be changed"


def outcome_lines(stream: StreamStore, outcome: Outcome, before: int, added: int, *, dry_run: bool) -> Iterator[str]:
    """What became of a file's rows, a line each."""
    name = stream.config.name
    if dry_run:
        yield (
            f"nothing was appended, as --dry-run asks; stream {name} holds {entries(before)} and would take "
            f"{count(outcome.stored, 'new event')}"
        )
    else:
        yield appended_words(stream, added)
    if outcome.same:
        yield f"  the same as before: {count(outcome.same, 'row')}, counted and skipped"
    if outcome.doubled:
        yield f"  the same as another row of the file: {count(outcome.doubled, 'row')}, counted and skipped"
    if outcome.erased:
        yield f"  about participants who were erased: {count(outcome.erased, 'row')}, skipped"
    if outcome.left_out:
        yield f"  no event by the map: {count(outcome.left_out, 'row')}"
    yield from _changed_lines(outcome, dry_run=dry_run)
    yield from _gone_lines(outcome)
    if outcome.refused:
        yield f"  refused: {count(len(outcome.refused), 'row')}, listed above"


def _changed_lines(outcome: Outcome, *, dry_run: bool) -> Iterator[str]:
    waiting = len(outcome.changed) - outcome.corrected
    if outcome.corrected:
        yield f"  corrected: {count(outcome.corrected, 'event')}, {_reason_words(outcome)}"
    if waiting > 0:
        be = "would be" if dry_run else "were"
        yield (
            f"  changed, but not corrected: {count(waiting, 'row')}; they {be} left, since nobody said why: add "
            "--corrected-by CODE and --correction-reason TEXT"
        )
    for one in outcome.changed[:_SHOWN]:
        yield f"    {changed_words(one)}"
    if len(outcome.changed) > _SHOWN:
        yield f"    … and {len(outcome.changed) - _SHOWN} more"


def _reason_words(outcome: Outcome) -> str:
    number = len(outcome.reasons)
    if number == 1:
        (reason,) = outcome.reasons
        return f"1 reason for {count(outcome.corrected, 'row')}: {quoted(reason)}"
    return f"{number} reasons for {outcome.corrected} rows"


def _gone_lines(outcome: Outcome) -> Iterator[str]:
    if outcome.untold:
        yield "  what is gone from the file was not looked for, since rows of it were refused"
    if not outcome.gone:
        return
    listed = ", ".join(quoted(one.id) for one in outcome.gone[:_SHOWN])
    listed += f" and {len(outcome.gone) - _SHOWN} more" if len(outcome.gone) > _SHOWN else ""
    if outcome.withdrawn:
        yield f"  gone from the file, stated as entered in error: {count(outcome.withdrawn, 'event')} ({listed})"
    if len(outcome.gone) > outcome.withdrawn:
        left = count(len(outcome.gone) - outcome.withdrawn, "event")
        yield (
            f"  gone from the file, still standing: {left} ({listed}); --withdraw-gone states them as entered in error"
        )


def outcome_value(stream: StreamStore, outcome: Outcome, added: int, *, dry_run: bool) -> dict[str, Any]:
    """The same for a program."""
    return {
        "appended": 0 if dry_run else added,
        "size": stream.size,
        "root": stream.root(),
        "dry_run": dry_run,
        "stored": outcome.stored,
        "same": outcome.same,
        "doubled": outcome.doubled,
        "erased": outcome.erased,
        "left_out": outcome.left_out,
        "corrected": outcome.corrected,
        "reasons": dict(outcome.reasons),
        "changed": [
            {"id": one.row.id, "line": one.row.line, "corrects": one.stands.id, "members": one.members}
            for one in outcome.changed
        ],
        "gone": None if outcome.untold else [one.id for one in outcome.gone],
        "withdrawn": outcome.withdrawn,
        "refused": [{"line": one.line, "why": one.why} for one in sorted(outcome.refused)],
    }

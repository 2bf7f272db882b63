"""The box above an audit of sharing: who may open data, and whether that was in order, in words for everyone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialseal.evidence.wording import count
from trialseal.ledger.moments import day
from trialseal.report.asked import open_words
from trialseal.report.share.permits import PermitLine
from trialseal.rules.finding import Status
from trialseal.sharing.audit import SharingAudit


def plain_words(audit: SharingAudit, lines: Sequence[PermitLine], now: int) -> tuple[str, ...]:
    """At most six sentences; `now` in Unix seconds."""
    return tuple(_sentences(audit, lines, now))


def _sentences(audit: SharingAudit, lines: Sequence[PermitLine], now: int) -> Iterator[str]:
    if not lines:
        yield "No permit to open data of this trial was found on the chain."
    else:
        stand = sum(line.state != "ended" for line in lines)
        yield f"{count(len(lines), 'permit')} to open data of this trial {'was' if len(lines) == 1 else 'were'} given."
        if len(lines) == 1:
            yield f"On {day(now)} it {'still counts' if stand else 'counts no longer'}."
        else:
            yield f"On {day(now)}, {stand or 'none'} of them still {'counts' if stand < 2 else 'count'}."
    handed = sum(one.event["action"] == "handed-over" for one in audit.evidence.entries)
    yield f"{count(handed, 'hand-over')} {'is' if handed == 1 else 'are'} on record in the streams given."
    yield from open_words(audit.counts[Status.FAILS], audit.counts[Status.UNDETERMINED])
    yield "What went out cannot be called back: the end of a permit is a promise, not a lock."

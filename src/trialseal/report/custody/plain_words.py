"""The box above an audit of products: where the kits are, and whether what was written down agrees, for everyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from trialseal.custody.audit import CustodyAudit
from trialseal.custody.position import Whereabouts
from trialseal.custody.whereabouts import LotTrace, Trace
from trialseal.evidence.wording import count, entries, listed
from trialseal.report.asked import open_words
from trialseal.rules.finding import Status

_WHERE = {
    Whereabouts.HELD: "in store",
    Whereabouts.UNDER_WAY: "on the way",
    Whereabouts.WITH_PARTICIPANT: "with people who take part",
    Whereabouts.LOST: "lost",
    Whereabouts.DESTROYED: "destroyed",
    Whereabouts.UNKNOWN: "not seen yet",
}


def plain_words(audit: CustodyAudit) -> tuple[str, ...]:
    """At most six sentences; none where nothing was audited."""
    return tuple(_sentences(audit)) if audit.lives or audit.lines else ()


def traced_words(audit: CustodyAudit, where: str, traced: Trace | LotTrace) -> tuple[str, ...]:
    """The box above the page of a kit or a lot; `where` says where it was on the day judged."""
    return tuple(_traced(audit, where, traced))


def _traced(audit: CustodyAudit, where: str, traced: Trace | LotTrace) -> Iterator[str]:
    yield f"By what those who had it wrote down, on {audit.today} {where}."
    statuses = Counter(one.finding.status for one in traced.findings)
    yield from open_words(statuses[Status.FAILS], statuses[Status.UNDETERMINED])
    if traced.unanchored:
        verb = "is" if traced.unanchored == 1 else "are"
        yield f"{entries(traced.unanchored)} of these {verb} not bound by the chain yet, and could be changed."
    if audit.evidence.unseen:
        yield _UNSEEN
    yield _LIMITS


_UNSEEN: Final = "Some records were not given; what is missing is held against nobody."
_LIMITS: Final = "The page cannot show that a kit was where they wrote it was, or what is in it."


def _sentences(audit: CustodyAudit) -> Iterator[str]:
    if audit.lives:
        never = f"; of {len(audit.untold):,} more on the list nobody wrote anything" if audit.untold else ""
        yield f"This page follows {count(len(audit.lives), 'kit')} by what those who had them wrote down{never}."
        found = Counter(life.now.where for life in audit.lives)
        first, *others = [f"{found[one]:,} {words}" for one, words in _WHERE.items() if found[one]]
        were = first.replace(" ", " was " if first.startswith("1 ") else " were ", 1)
        yield f"On {audit.today}, {listed([were, *others])}."
    else:
        yield "This page follows stock by what those who had it wrote down."
    yield from open_words(audit.failing, audit.undetermined)
    if audit.evidence.unseen:
        yield _UNSEEN
    yield _LIMITS

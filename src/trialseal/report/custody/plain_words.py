"""The box above an audit of products: where the kits are, and whether what was written down agrees, for everyone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trialseal.custody.audit import CustodyAudit
from trialseal.custody.position import Whereabouts
from trialseal.evidence.wording import count, listed
from trialseal.report.asked import open_words

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


def _sentences(audit: CustodyAudit) -> Iterator[str]:
    if audit.lives:
        untold = f"; {len(audit.untold):,} more on the list are in nothing that was given" if audit.untold else ""
        yield f"This page follows {count(len(audit.lives), 'kit')} by what those who had them wrote down{untold}."
        found = Counter(life.now.where for life in audit.lives)
        first, *others = [f"{found[one]:,} {words}" for one, words in _WHERE.items() if found[one]]
        were = first.replace(" ", " was " if first.startswith("1 ") else " were ", 1)
        yield f"On {audit.today}, {listed([were, *others])}."
    else:
        yield "This page follows stock by what those who had it wrote down."
    yield from open_words(audit.failing, audit.undetermined)
    if audit.evidence.unseen:
        yield "Some records were not given; what is missing is held against nobody."
    yield "The page cannot show that a kit was where they wrote it was, or what is in it."

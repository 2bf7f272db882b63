"""The audit of sharing on one page: what is asked first, then who may open what until when, the permits, the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from trialseal.documents.sharing import Package
from trialseal.evidence.wording import count, day, entries
from trialseal.report import plots
from trialseal.report.asked import Resting, asked_section, findings_section
from trialseal.report.page import html_page, plain_box
from trialseal.report.share.permits import PermitLine, called, ended, permit_lines
from trialseal.report.share.picture import MOST_ROWS, permits_picture
from trialseal.report.share.plain_words import plain_words
from trialseal.report.trial.chart_scale import text
from trialseal.rules.finding import Status
from trialseal.sharing.audit import SharingAudit
from trialseal.sharing.catalogue import CONDITION_RULES, HAND_OVER_RULES, PACKAGE_RULES, PERMIT_RULES

STYLES: Final = ("trial/timeline.css", "custody/custody.css", plots.STYLES)
_MOST_LINES: Final = 1000
_SHORT: Final = 24
_ASKS: Final = {
    **{one.id: one.asks for one in PERMIT_RULES},
    **{one.id: one.asks for one in HAND_OVER_RULES},
    **{one.id: one.asks for one in CONDITION_RULES},
    **{one.id: one.asks for one in PACKAGE_RULES},
}


def sharing_html(audit: SharingAudit, trial: str, as_of: str, now: int) -> str:
    """The page; `trial` as the reader named it, `as_of` the block of the chain, `now` when it is judged (Unix)."""
    lines = permit_lines(audit, now)
    findings = [
        Resting(one.finding, f"{one.entry.place} ({one.entry.event['id']})" if one.entry else "")
        for one in audit.findings
    ]
    counts: dict[str, Counter[Status]] = {rule: Counter() for rule in _ASKS}
    for one in audit.findings:
        counts[one.finding.rule][one.finding.status] += 1
    sections = [
        _head(audit, lines, trial, as_of, now),
        plain_box(plain_words(audit, lines, now)),
        findings_section("What is to be asked", findings, Status.FAILS, _ASKS),
        _picture(audit, lines, now),
        _permits(lines),
        _packages(audit),
        findings_section("What cannot be determined", findings, Status.UNDETERMINED, _ASKS),
        asked_section("each permit, hand-over, condition or package", counts, _ASKS),
        _limits(),
    ]
    return html_page("Who may open what", sections, *STYLES, body="custody")


def _head(audit: SharingAudit, lines: Sequence[PermitLine], trial: str, as_of: str, now: int) -> str:
    evidence, found = audit.evidence, audit.counts
    stand = sum(line.state != "ended" for line in lines)
    standing = f", of which {stand} {'stands' if stand == 1 else 'stand'}" if lines else ""
    handed = sum(one.event["action"] == "handed-over" for one in evidence.entries)
    questions = count(found[Status.FAILS], "open question") if found[Status.FAILS] else "No open question"
    more = f"; {found[Status.UNDETERMINED]} cannot be determined" if found[Status.UNDETERMINED] else ""
    notes = [f"Judged for {datetime.fromtimestamp(now, UTC):%Y-%m-%d}, by what was on the chain as of {as_of}."]
    if hidden := len(lines) - audit.shown:
        notes.append(f"Of {count(hidden, 'permit')} the document was not given: who may open what is in it.")
    if evidence.unseen:
        notes.append(f"Not all is seen: {evidence.unseen}. What is missing is held against nobody.")
    for name, number in sorted(evidence.unanchored.items()):
        notes.append(f"{entries(number)} of stream {name} {'is' if number == 1 else 'are'} not anchored yet.")
    return (
        '<p class="kicker">trialseal · shared data</p>\n'
        f"<h1>{count(len(lines), 'permit')}{standing}; {count(handed, 'hand-over')}</h1>\n"
        f'<p class="headline">{questions}{more}.</p>\n<p>Trial {text(trial)}. {text(" ".join(notes))}</p>\n'
    )


def _picture(audit: SharingAudit, lines: Sequence[PermitLine], now: int) -> str:
    drawn = permits_picture(audit, lines, now)
    if not drawn:
        return ""
    more = f" The first {MOST_ROWS} are drawn; the table has all." if len(lines) > MOST_ROWS else ""
    return (
        f"<section><h2>Who may open what, until when</h2>\n<figure>{drawn}</figure>\n"
        '<p class="note">A bar lasts from the permit to its end: blue while it stands, grey if it ended, yellow if its '
        "document was not given, with an arrow where it goes on. A black dot is a hand-over, a large one without a "
        "permit that stood; a green one says "
        f"that the data were destroyed or returned. A name in quotes is what a party calls itself.{more}</p>"
        "</section>\n"
    )


def _permits(lines: Sequence[PermitLine]) -> str:
    if not lines:
        return ""
    rows = [
        (
            str(line.record.number),
            line.recipient or "not shown",
            f"{line.record.digest.hex()[:8]}…",
            day(line.record.time),
            ended(line),
            ", ".join(at[:10] for at in line.handed) or "no",
            line.afterwards,
        )
        for line in lines[:_MOST_LINES]
    ]
    left = len(lines) - len(rows)
    more = f'<p class="note">{left:,} more are in the table of findings.</p>' if left else ""
    head = ("permit", "recipient", "package", "given", "end", "handed over", "at its end")
    return f"<section><h2>The permits</h2>\n{_table(head, rows)}{more}</section>\n"


def _packages(audit: SharingAudit) -> str:
    evidence = audit.evidence
    named = dict.fromkeys(one.package for one in audit.findings if one.package)
    rows = []
    for digest in named:
        package, short = evidence.package(digest), f"{digest[:8]}…"
        got = {
            called(evidence.name(str(one.event["recipient"])))
            for one in evidence.by_package.get(digest, ())
            if one.event["action"] == "handed-over"
        }
        rows.append((short, *(_of(package) if package else ("not shown", "", "")), ", ".join(sorted(got)) or "nobody"))
    if not rows:
        return ""
    head = ("package", "packed", "files", "left out", "handed over to")
    return f"<section><h2>The packages</h2>\n{_table(head, rows)}</section>\n"


def _of(package: Package) -> tuple[str, str, str]:
    unclear = f", of {package.undetermined} not stated how far" if package.undetermined else ""
    return package.packed[:10], f"{package.files:,}", f"{count(package.left_out, 'participant')}{unclear}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    # Names may take several lines; numbers and days do not.
    wordy = {at for row in rows for at, cell in enumerate(row) if len(cell) > _SHORT}
    style = [' class="words"' if at in wordy else "" for at in range(len(head))]
    names = "".join(f"<th{kind}>{text(name)}</th>" for kind, name in zip(style, head, strict=True))
    cells = ("".join(f"<td{kind}>{text(cell)}</td>" for kind, cell in zip(style, row, strict=True)) for row in rows)
    body = "".join(f"<tr>{row}</tr>\n" for row in cells)
    return (
        f'<div class="wide-table"><table class="account"><thead><tr>{names}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n"
    )


def _limits() -> str:
    return (
        "<section><h2>What this does not show</h2>\n<p>Keys that went out cannot be called back: a permit's end is a "
        "promise on record, not a lock. What a recipient, or a host that has a key, does with the data is not seen.</p>"
        "</section>\n"
    )

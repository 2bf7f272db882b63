"""The audit of products on one page: what does not add up first, then today, the account, the map, the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trialseal.custody.audit import CustodyAudit
from trialseal.custody.catalogue import KIT_RULES, OTHER_RULES
from trialseal.custody.today import SOON, Due
from trialseal.evidence.wording import count, entries
from trialseal.report import plots
from trialseal.report.asked import Resting, asked_section, findings_section
from trialseal.report.custody.flow_map import flow_map
from trialseal.report.custody.plain_words import plain_words
from trialseal.report.custody.table import NEVER, account_lines, account_rows
from trialseal.report.page import html_page, plain_box
from trialseal.report.trial.chart_scale import text
from trialseal.rules.finding import Status

STYLES: Final = ("trial/timeline.css", "custody/custody.css", plots.STYLES)
_MOST_ITEMS: Final = 20
_MOST_NEVER: Final = 1000
_DUE_WORDS: Final = {
    "expired": "Past their expiry",
    "recalled": "Recalled",
    "quarantine": "In quarantine",
    "under way": "Under way",
    "expires": f"Expiring within {SOON.days} days",
}
_ASKS: Final = {one.id: one.asks for one in (*KIT_RULES, *OTHER_RULES)}


def custody_html(audit: CustodyAudit, trial: str, as_of: str) -> str:
    """The page about an audit; `trial` as the reader named it, `as_of` the block as of which the chain was read."""
    findings = [
        Resting(one.finding, "; ".join(f"{entry.place} ({entry.event['id']})" for entry in one.entries))
        for one in audit.findings
    ]
    sections = [
        _head(audit, trial, as_of),
        plain_box(plain_words(audit)),
        findings_section("What does not add up", findings, Status.FAILS, _ASKS),
        _today(audit.due),
        _account(audit),
        _untold(audit.untold),
        _map(audit),
        findings_section("What cannot be determined", findings, Status.UNDETERMINED, _ASKS),
        asked_section("each kit, lot, shipment or count", audit.counts, _ASKS),
        _limits(),
    ]
    return html_page("Where every kit is", sections, *STYLES, body="custody")


def _head(audit: CustodyAudit, trial: str, as_of: str) -> str:
    lots = len({line.lot for line in audit.lines if line.lot is not None})
    questions = count(audit.failing, "open question") if audit.failing else "No open question"
    more = f"; {audit.undetermined} cannot be determined" if audit.undetermined else ""
    evidence = audit.evidence
    notes = [f"Judged for {audit.today}, by streams anchored as of {as_of}."]
    if evidence.unseen:
        notes.append(f"Not all is seen: {evidence.unseen}. What is missing is held against nobody.")
    if evidence.kits is None:
        notes.append("No list of kits was given, so whether a number exists was not asked.")
    for name, number in sorted(evidence.unanchored.items()):
        notes.append(f"{entries(number)} of stream {name} {'is' if number == 1 else 'are'} not anchored yet.")
    return (
        '<p class="kicker">trialseal · products in custody</p>\n'
        f"<h1>{count(len(audit.lives), 'kit')} and {count(lots, 'lot')} of stock without numbers</h1>\n"
        f'<p class="headline">{questions}{more}.</p>\n<p>Trial {text(trial)}. {text(" ".join(notes))}</p>\n'
    )


def _today(due: Sequence[Due]) -> str:
    if not due:
        return ""
    parts = ["<section><h2>To be looked at today</h2>\n"]
    for what, title in _DUE_WORDS.items():
        lines = [_due(one) for one in due if one.what == what]
        if lines:
            parts.append(f"<h3>{title}</h3>\n<ul>{''.join(lines)}</ul>\n")
    return "".join([*parts, "</section>\n"])


def _due(one: Due) -> str:
    items = ", ".join(one.items[:_MOST_ITEMS])
    if more := max(len(one.items) - _MOST_ITEMS, 0):
        items += f" and {more} more"
    when = one.since if one.what in ("expired", "expires") else f"since {one.since}" if one.since else ""
    where = f"to {one.place}" if one.what == "under way" and one.since else one.place
    return f"<li>{text(f'{where}, {when}' if when else where)}: {text(items)}</li>\n"


def _account(audit: CustodyAudit) -> str:
    rows = account_rows(audit)
    if not rows:
        return ""
    names = list(rows[0])
    head = "".join(f"<th>{text(name)}</th>" for name in names)
    body = "".join(
        f"<tr{'' if line.adds_up else ' class=odd'}>"
        + "".join(f"<td>{text(cell)}</td>" for cell in row.values())
        + "</tr>\n"
        for line, row in zip(account_lines(audit), rows, strict=True)
    )
    return (
        "<section><h2>The account of every place</h2>\n"
        f'<div class="wide-table"><table class="account"><thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n"
        '<p class="note">What was made, received, returned and found, with what is unexplained, is what was dispensed, '
        "shipped, destroyed and lost, and what is on hand. Unexplained is what a step says was there and no step "
        "brought, or the other way round: the questions above say which.</p></section>\n"
    )


def _untold(kits: Sequence[str]) -> str:
    if not kits:
        return ""
    more = (
        f" and {len(kits) - _MOST_NEVER:,} more, which the table of findings names" if len(kits) > _MOST_NEVER else ""
    )
    title = NEVER[0].upper() + NEVER[1:]
    return (
        f"<section><h2>{title}</h2>\n<p>{count(len(kits), 'kit')}, of which no entry given tells: "
        f"{text(', '.join(kits[:_MOST_NEVER]))}{more}.</p></section>\n"
    )


def _map(audit: CustodyAudit) -> str:
    drawn = flow_map(audit)
    if not drawn:
        return ""
    return (
        f"<section><h2>Places, and what was shipped between them</h2>\n<figure>{drawn}</figure>\n"
        '<p class="note">In a box is what is on hand. A dashed line is a way back. A place with a thick border has '
        "something unexplained.</p></section>\n"
    )


def _limits() -> str:
    return (
        "<section><h2>What this does not show</h2>\n<p>It shows whether what the parties wrote agrees, and that it was "
        "not changed after it was anchored. It does not show that a kit was where they wrote it was, or what is in "
        "it.</p></section>\n"
    )

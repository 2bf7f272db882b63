"""Where a kit, or a lot, is and how it got there, as a page."""

from __future__ import annotations

from collections.abc import Iterable

from trialseal.custody.audit import CustodyAudit, CustodyFinding
from trialseal.custody.whereabouts import LotTrace, Trace, step_line
from trialseal.evidence.wording import count
from trialseal.report.custody.life_picture import life_picture
from trialseal.report.custody.page import STYLES
from trialseal.report.custody.plain_words import traced_words
from trialseal.report.page import html_page, plain_box
from trialseal.report.trial.chart_scale import text


def kit_html(audit: CustodyAudit, trace: Trace, as_of: str) -> str:
    """The page of one kit; `as_of` is the block as of which the chain was read."""
    life = trace.life
    steps = "".join(_line(step_line(step), step.entry.place) for step in trace.steps)
    lot = f" of lot {life.lot}" if life.lot else ""
    sections = [
        _head(audit, f"{life.called}{lot}", trace.now, as_of),
        plain_box(traced_words(audit, f"{life.called} was {trace.now}", trace)),
        _asked(trace.findings),
        f"<section><h2>Its life</h2>\n<figure>{life_picture(life, audit.today)}</figure>\n<ul>{steps}</ul></section>\n",
    ]
    return html_page(life.called, sections, *STYLES, body="custody")


def lot_html(audit: CustodyAudit, lot: LotTrace, as_of: str) -> str:
    """The page of one lot, as that of a kit."""
    total = sum(map(len, lot.kits.values()))
    where = "".join(
        f"<h3>{count(len(kits), 'kit')} {text(place)}</h3><p>{text(', '.join(kits))}</p>"
        for place, kits in lot.kits.items()
    )
    stock = "".join(f"<li>{number:g} at {text(place)}</li>" for place, number in lot.stock.items())
    said = "".join(_line(step_line(step), step.entry.place) for step in lot.said)
    sections = [
        _head(audit, f"lot {lot.lot}", count(total, "kit"), as_of),
        plain_box(traced_words(audit, f"{count(total, 'kit')} of lot {lot.lot} were where this page says", lot)),
        _asked(lot.findings),
        f"<section><h2>Where it is</h2>\n{where}{f'<ul>{stock}</ul>' if stock else ''}</section>\n",
        f"<section><h2>Said of the whole lot</h2>\n<ul>{said}</ul></section>\n" if said else "",
    ]
    return html_page(f"lot {lot.lot}", sections, *STYLES, body="custody")


def _head(audit: CustodyAudit, what: str, now: str, as_of: str) -> str:
    unseen = f"<p>{text(f'Not all is seen: {audit.evidence.unseen}.')}</p>\n" if audit.evidence.unseen else ""
    return (
        '<p class="kicker">trialseal · products in custody</p>\n'
        f'<h1>{text(what[0].upper() + what[1:])}</h1>\n<p class="headline">{text(now[0].upper() + now[1:])}.</p>\n'
        f"<p>Judged for {audit.today}, by streams anchored as of {text(as_of)}.</p>\n{unseen}"
    )


def _asked(findings: Iterable[CustodyFinding]) -> str:
    lines = "".join(f"<li>{text(one.finding.sentence)}</li>" for one in findings)
    return f"<section><h2>What is asked</h2>\n<ul>{lines}</ul></section>\n" if lines else ""


def _line(words: str, place: str) -> str:
    return f'<li>{text(words)}<span class="quiet">{text(place)}</span></li>\n'

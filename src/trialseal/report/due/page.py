"""All duties of an office on one page, by month, the overdue first. No scripts, nothing loaded, fit for print."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from trialseal.report.due.owed import Office, Owed
from trialseal.report.page import html_page
from trialseal.report.trial.chart_scale import text
from trialseal.rules.duties import NOT_KNOWN, Duty, Pressing

_LATE = (Pressing.OVERDUE, Pressing.MAY_BE_OVERDUE)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


def due_html(office: Office) -> str:
    """The page."""
    late = [one for one in office.owed if one.pressing in _LATE]
    rest = [one for one in office.owed if one.pressing not in _LATE]
    parts = [_head(office), _section("Overdue, or perhaps overdue", late) if late else ""]
    parts += [_section(name, list(group)) for name, group in groupby(rest, key=_month)]
    parts += [_list("Nothing is known of these", office.unknown), _list("Where no rule asks", office.notes),
              _list("Nothing is due of these", office.idle)]  # fmt: skip
    parts += [_list("Could not be looked at", office.not_told), _list("What this list does not know", NOT_KNOWN)]
    return html_page(f"What is due: {office.headline}", parts, "trial/timeline.css", "due/due.css", body="due")


def _head(office: Office) -> str:
    met = (
        f" {office.met} more {'is' if office.met == 1 else 'are'} left out, since somebody states that "
        f"{'it was' if office.met == 1 else 'they were'} met."
        if office.met
        else ""
    )
    return (
        '<p class="kicker">trialseal · due</p>\n'
        f"<h1>What {_trials(office)} owe{'s' if len(office.trials) == 1 else ''} on {office.as_of}</h1>\n"
        f'<p class="headline">{text(office.headline)}.</p>\n'
        "<p>Each line says what to do, by when, and what started the clock. A day that is known by its month gives a "
        "first and a last day. Nothing here says that a rule was broken: what was met elsewhere is not seen, and is "
        f"taken off with <code>--done</code>.{met}</p>\n"
    )


def _trials(office: Office) -> str:
    return text(office.trials[0]) if len(office.trials) == 1 else f"{len(office.trials):,} trials"


def _month(one: Owed) -> str:
    day = one.duty.first
    return f"{_MONTHS[day.month - 1]} {day.year}" if day else "No date yet"


def _section(title: str, rows: Sequence[Owed]) -> str:
    body = "".join(map(_row, rows))
    return (
        f"<section><h2>{text(title)} <small>{len(rows)}</small></h2><table class=duties><thead><tr><th>By</th>"
        f"<th>Trial</th><th>What to do</th><th>Since</th></tr></thead><tbody>{body}</tbody></table></section>\n"
    )


def _row(one: Owed) -> str:
    duty = one.duty
    doubt = f'<span class=doubt dir="auto">{text(duty.doubt)}</span>' if duty.doubt else ""
    late = ' class="late"' if one.pressing is Pressing.OVERDUE else ""
    return (
        f"<tr{late}><td data-name=By>{_by(duty)}</td>"
        f'<td data-name=Trial dir="auto">{text(one.trial)}<span class=who>{text(one.where)}</span></td>'
        f'<td data-name="What to do"><span dir="auto">{text(duty.what)}</span>'
        f"<span class=who>{text(str(duty.whose))}</span>{doubt}</td>"
        f'<td data-name=Since dir="auto">{text(duty.since)}</td></tr>'
    )


def _by(duty: Duty) -> str:
    return "<br>to ".join(f"<b>{text(one)}</b>" for one in duty.by.split(" to "))


def _list(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return ""
    items = "".join(f'<li dir="auto">{text(one)}</li>' for one in lines)
    return f"<section><h2>{text(title)}</h2><ul>{items}</ul></section>\n"

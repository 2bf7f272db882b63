"""What is sealed, what comes next, who holds keys, the last backup and the cost, on one page. No scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trialseal.report.page import html_page
from trialseal.report.trial.chart_scale import text


class Line(NamedTuple):
    """A line of a part: what it is of, and what there is to say."""

    of: str
    words: str
    pressing: bool = False
    """Whether somebody should look at it."""


class Part(NamedTuple):
    """A part of the page."""

    title: str
    columns: tuple[str, str]
    lines: tuple[Line, ...]
    nothing: str
    """What is said where it has no line."""


class Standing(NamedTuple):
    """How a trial stands."""

    trial: str
    headline: str
    as_of: str
    parts: tuple[Part, ...]


def status_html(standing: Standing) -> str:
    """The page."""
    head = (
        '<p class="kicker">trialseal · status</p>\n'
        f'<h1 dir="auto">{text(standing.trial)}</h1>\n<p class="headline">{text(standing.headline)}</p>\n'
        f'<p dir="auto">{text(standing.as_of)}</p>\n'
    )
    parts = [head, *map(_part, standing.parts)]
    return html_page(f"Status: {standing.trial}", parts, "trial/timeline.css", "due/due.css", "status/status.css",
                     body="due status")  # fmt: skip


def _part(part: Part) -> str:
    rows = "".join(_row(part.columns, one) for one in part.lines)
    inner = (
        f"<table class=duties><thead><tr><th>{part.columns[0]}</th><th>{part.columns[1]}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        if part.lines
        else f"<p>{text(part.nothing)}</p>"
    )
    return f"<section><h2>{text(part.title)}</h2>{inner}</section>\n"


def _row(columns: Sequence[str], one: Line) -> str:
    late = ' class="late"' if one.pressing else ""
    return (
        f'<tr{late}><td data-name="{columns[0]}" dir="auto"><b>{text(one.of)}</b></td>'
        f'<td data-name="{columns[1]}" dir="auto">{text(one.words)}</td></tr>'
    )

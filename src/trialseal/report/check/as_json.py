"""The report of a check as JSON, whose schema is published beside it: check-report.schema.json."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from trialseal.report.check.view import CheckView, OutcomeRow, OutcomeText, Pieces

SCHEMA = Path(__file__).parent / "check-report.schema.json"


def as_json(view: CheckView) -> dict[str, Any]:
    """The report as one JSON value; a text's marks are character positions in it, `[start, end]`."""
    return {
        "format": "trialseal-check/1",
        "trial": {"title": view.title, "number": view.number or None, "numbers": list(view.numbers)},
        "as_of": view.as_of,
        "answer": view.answer,
        "headline": view.headline,
        "exit_code": view.exit_code,
        "counts": dict(view.counts),
        "notices": list(view.notices),
        "sources": [asdict(one) for one in view.sources],
        "items": [asdict(one) for one in view.items],
        "questions": [asdict(one) for one in view.questions],
        "compared": view.compared or None,
        "outcomes": [_row(one) for one in view.outcomes],
        "phases": [
            {"words": one.words, "unchanged": one.unchanged, "outcomes": [_row(row) for row in one.rows]}
            for one in view.phases
        ],
        "unsettled": list(view.unsettled),
        "read_by_a_person": view.read_by_a_person,
        "measured": list(view.measured),
        "summary": list(view.summary),
        "manuscript": view.manuscript or None,
        "stage": view.stage,
        "promised": asdict(view.promised) if view.promised else None,
        "outcomes_file": view.outcomes_file,
        "reply": {"text": view.reply, "source": view.reply_source} if view.reply else None,
    }


def _row(row: OutcomeRow) -> dict[str, Any]:
    return {
        "answer": row.answer,
        "label": row.label,
        "primary": row.primary,
        "needs_reader": row.needs_reader,
        "perhaps": list(row.perhaps),
        "explained": [asdict(one) for one in row.explained],
        "parts": list(row.parts),
        "confidence": row.confidence,
        "outside_scope": row.outside_scope,
        "registered": [_text(one) for one in row.registered],
        "reported": [_text(one) for one in row.reported],
        "changes": [asdict(one) for one in row.changes],
    }


def _text(one: OutcomeText) -> dict[str, Any]:
    found: dict[str, Any] = {"role": one.role, "place": one.place or None, "quote": one.quote or None}
    for name, pieces in (("measure", one.measure), ("time_frame", one.time_frame), ("description", one.description)):
        found[name] = {"text": "".join(piece for piece, _ in pieces), "marks": _marks(pieces)}
    return found


def _marks(pieces: Pieces) -> list[list[int]]:
    marks: list[list[int]] = []
    at = 0
    for piece, marked in pieces:
        if marked:
            marks.append([at, at + len(piece)])
        at += len(piece)
    return marks

"""The picture of what was promised and what was reported: a line for each outcome, a dot for each stage.

It is read without words: a full dot is a primary outcome, a hollow one an outcome in another role, a ring of dots
nothing; a whole line means the same, a broken one that a person must read, and one that is cut that it differs.
"""

from __future__ import annotations

from collections.abc import Sequence

from trialseal.report.check.page_words import unbroken
from trialseal.report.check.view import Lane, PromisedView, Stage, Standing
from trialseal.report.trial.chart_scale import text
from trialseal.report.trial.view import Answer

_MOST_LANES = 8
_STANDINGS: dict[Standing, str] = {"primary": "primary", "other": "in another role", "absent": "not there"}
_STEPS: dict[Answer, tuple[str, str]] = {
    "holds": ("", "the same"),
    "undetermined": ("?", "needs a reader"),
    "fails": ("≠", "differs"),
    "does-not-apply": ("", "not compared"),
}


def promised_section(view: PromisedView | None) -> str:
    """The picture with its heads and a key; nothing where nothing was compared."""
    if view is None:
        return ""
    heads = "".join(_head(one) for one in view.stages)
    drawn = _drawn(view.lanes)
    lanes = "".join(_lane(*one) for one in drawn[:_MOST_LANES])
    more = sum(alike for _, alike in drawn[_MOST_LANES:])
    rest = f'<p class="quiet">and {more} more, in the table below</p>' if more > 0 else ""
    return (
        f'<section class="promised"><h2>Promised and reported</h2>\n<div class="lanes">'
        f'<div class="lane heads"><p></p><div class="track">{heads}</div></div>\n{lanes}</div>{rest}{_key()}'
        "</section>\n"
    )


def _head(one: Stage) -> str:
    return f'<p class="stage"><b>{text(one.name)}</b> <span dir="auto">{unbroken(one.when)}</span></p>'


def _drawn(lanes: Sequence[Lane]) -> list[tuple[Lane, int]]:
    """The lanes to draw, each with how many it stands for: where there are many, one for all that look the same."""
    if len(lanes) <= _MOST_LANES:
        return [(lane, 1) for lane in lanes]
    looks: dict[object, list[Lane]] = {}
    for lane in lanes:
        looks.setdefault((lane.standings, lane.steps), []).append(lane)
    return [(alike[0], len(alike)) for alike in looks.values()]


def _lane(lane: Lane, alike: int) -> str:
    track = _stop(lane.standings[0])
    for before, after, step in zip(lane.standings, lane.standings[1:], lane.steps, strict=False):
        nothing = before == after == "absent"
        track += '<span class="step nothing"></span>' if nothing else _step(step)
        track += _stop(after)
    others = f'<p class="quiet">and {alike - 1} more</p>' if alike > 1 else ""
    words = f'<div><p class="of" dir="auto">{text(lane.words)}</p>{others}</div>'
    return f'<div class="lane">{words}<div class="track">{track}</div></div>\n'


def _stop(standing: Standing) -> str:
    return f'<span class="stop {standing}"><span class="aside">{_STANDINGS[standing]}</span></span>'


def _step(answer: Answer) -> str:
    shown, words = _STEPS[answer]
    sign = f'<b aria-hidden="true">{shown}</b>' if shown else ""
    return f'<span class="step {answer}">{sign}<span class="aside">{words}</span></span>'


def _key() -> str:
    stops = "".join(f"<li>{_stop(one)}{words}</li>" for one, words in _STANDINGS.items())
    steps = "".join(f"<li>{_step(one)}{_STEPS[one][1]}</li>" for one in ("holds", "undetermined", "fails"))
    return f'<ul class="picture-key quiet" aria-hidden="true">{stops}{steps}</ul>'

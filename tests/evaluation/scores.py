"""Precision, recall and F1 with bootstrap intervals, and the lexical baselines they are to be seen beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trialseal.outcomes.words import content

_RESAMPLINGS = 2000


class Score(NamedTuple):
    """One line of the report."""

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    """Between them lie 95 % of the F1 over resamplings of whole trials."""
    cases: int
    positive: int


def score(said: Sequence[bool], truth: Sequence[bool], groups: Sequence[str]) -> Score:
    """The score of an answer, resampling whole groups."""
    answers, labels = np.array(said, dtype=bool), np.array(truth, dtype=bool)
    precision, recall, f1 = _measures(answers, labels)
    names, membership = np.unique(np.array(groups), return_inverse=True)
    counts = np.zeros((len(names), 3))
    for column, hit in enumerate((answers & labels, answers, labels)):
        np.add.at(counts[:, column], membership, hit)
    chosen = np.random.default_rng(0).integers(0, len(names), size=(_RESAMPLINGS, len(names)))
    sums = counts[chosen].sum(axis=1)
    totals = sums[:, 1] + sums[:, 2]
    resampled = np.divide(2 * sums[:, 0], totals, out=np.zeros(_RESAMPLINGS), where=totals > 0)
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Score(precision, recall, f1, float(low), float(high), len(labels), int(labels.sum()))


def overlap_apart(one: str, other: str) -> float:
    """The lexical baseline: 1 less the share of words that both texts have in those of either."""
    mine, theirs = ({token.form for token in content(text)} for text in (one, other))
    return 1.0 - len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def best_on_itself(values: Sequence[float], truth: Sequence[bool]) -> list[bool]:
    """The baseline's answers at the threshold that is best on the very data, which flatters it."""
    labels, marks = np.array(truth, dtype=bool), np.array(values)
    cuts = sorted(set(values)) or [0.0]
    best = max(cuts, key=lambda cut: _measures(marks >= cut, labels)[2])
    return [bool(value >= best) for value in values]


def _measures(said: NDArray[Any], truth: NDArray[Any]) -> tuple[float, float, float]:
    right = int((said & truth).sum())
    precision = right / int(said.sum()) if said.any() else 0.0
    recall = right / int(truth.sum()) if truth.any() else 0.0
    return precision, recall, 2 * right / (int(said.sum()) + int(truth.sum())) if said.any() or truth.any() else 0.0

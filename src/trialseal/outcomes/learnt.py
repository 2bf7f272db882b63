"""Evaluates the small models that `make evaluate` learns: a logistic regression and some shallow trees, as JSON.

Every model says which features decided. Nothing here learns, and no example is held: only thresholds and weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, Literal, NamedTuple

Name = Literal["same", "versions-any", "versions-major", "published-any", "published-major"]


class Judged(NamedTuple):
    """What a model makes of features."""

    probability: float
    holds: bool
    """Whether the probability reaches the model's threshold."""
    reasons: tuple[tuple[str, float], ...]
    """Features by how far they moved the probability, up or down, the farthest first."""


class Logistic(NamedTuple):
    """A logistic regression over standardised features."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def moved(self, values: tuple[float, ...]) -> tuple[float, float, list[float]]:
        """Probability where all features are average, probability, and how far each feature moved it."""
        pulls = [
            weight * (value - mean) / scale
            for value, mean, scale, weight in zip(values, self.means, self.scales, self.weights, strict=True)
        ]
        start, end = _logistic(self.bias), _logistic(self.bias + sum(pulls))
        size = sum(map(abs, pulls)) or 1.0
        # A share of the whole way, by each feature's part in all the pulling.
        total = sum(pulls)
        slope = (end - start) / total if abs(total) > 1e-9 else start * (1 - start)
        return start, end, [pull * slope if size else 0.0 for pull in pulls]


class Trees(NamedTuple):
    """Decision trees whose answers are averaged, or summed from a bias and put through the logistic function."""

    trees: tuple[tuple[tuple[Any, ...], ...], ...]
    """Each a list of nodes: (value,) of a leaf, or (feature, threshold, left, right, value); the first is the root."""
    bias: float
    summed: bool

    def moved(self, values: tuple[float, ...]) -> tuple[float, float, list[float]]:
        """As for the logistic regression; a feature moves it at each branching that asks for it."""
        moves = [0.0] * len(values)
        start = end = self.bias
        for nodes in self.trees:
            node = nodes[0]
            start += node[-1]
            while len(node) > 1:
                feature, threshold, left, right, value = node
                node = nodes[left if values[feature] <= threshold else right]
                moves[feature] += node[-1] - value
            end += node[-1]
        if not self.summed:
            count = len(self.trees)
            return start / count, end / count, [move / count for move in moves]
        first, last = _logistic(start), _logistic(end)
        slope = (last - first) / (end - start) if abs(end - start) > 1e-9 else first * (1 - first)
        return first, last, [move * slope for move in moves]


class LearntModel(NamedTuple):
    """Members whose probabilities are averaged."""

    features: tuple[str, ...]
    threshold: float
    """From this probability on it is not said that nothing changed."""
    members: tuple[Logistic | Trees, ...]
    certain: tuple[str, float] | None = None
    """A feature, and from where on it decides alone: what few rated examples cannot teach and nobody doubts."""
    sure: float = 1.0
    """From this probability on a difference may be asked about."""

    def judge(self, features: Mapping[str, float]) -> Judged:
        """The probability, whether it suffices, and the features that decided; those not named count 0."""
        values = tuple(float(features.get(name, 0.0)) for name in self.features)
        moved = [member.moved(values) for member in self.members]
        probability = sum(end for _, end, _ in moved) / len(moved)
        moves = [sum(each) / len(moved) for each in zip(*(m for _, _, m in moved), strict=True)]
        order = sorted(range(len(values)), key=lambda k: (-abs(moves[k]), k))
        reasons = tuple((self.features[k], round(moves[k], 4)) for k in order if abs(moves[k]) >= 0.01)
        if self.certain is not None and (sure := float(features.get(self.certain[0], 0.0))) >= self.certain[1]:
            reasons = ((self.certain[0], round(max(0.0, sure - probability), 4)), *reasons)
            return Judged(max(probability, sure), True, reasons)
        return Judged(probability, probability >= self.threshold, reasons)


@cache
def model(name: Name) -> LearntModel:
    """The model of that name."""
    return read_model(_held()[name])


def read_model(held: Mapping[str, Any]) -> LearntModel:
    """A model out of its JSON."""
    members: list[Logistic | Trees] = []
    for member in held["members"]:
        if member["kind"] == "logistic":
            means, scales, weights = (tuple(member[key]) for key in ("means", "scales", "weights"))
            members.append(Logistic(means, scales, weights, member["bias"]))
        else:
            trees = tuple(tuple(tuple(node) for node in tree) for tree in member["trees"])
            members.append(Trees(trees, member["bias"], member["summed"]))
    certain = held.get("certain")
    return LearntModel(
        tuple(held["features"]),
        held["threshold"],
        tuple(members),
        tuple(certain) if certain else None,
        held.get("sure", 1.0),
    )


@cache
def _held() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(files("trialseal.outcomes").joinpath("learnt.json").read_text(encoding="utf-8"))
    return held


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + exp(-value)) if value >= 0 else 1.0 - 1.0 / (1.0 + exp(value))

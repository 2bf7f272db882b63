"""Learns the small models that the library ships, and scores them on what they were not learnt from."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.preprocessing import StandardScaler

from trialseal.outcomes.learnt import LearntModel, read_model

Floats = NDArray[np.float64]
SEEDS = 5
FOLDS = 8


class Held(NamedTuple):
    """Models by the trials that they were not learnt from."""

    models: Sequence[LearntModel]
    place: Mapping[str, int]
    """Which of them a trial is judged by."""
    threshold: Mapping[str, float] = MappingProxyType({})
    """Of a trial, as chosen on others; 0.5 where none was."""

    def of(self, trial: str) -> LearntModel:
        """The model that saw nothing of a trial."""
        return self.models[self.place[trial]]._replace(threshold=self.threshold.get(trial, 0.5))


@dataclass(frozen=True)
class Recipe:
    """Which members a model has, and how tightly they are held."""

    logistic: float = 0.0
    """Inverse strength of the penalty; 0 for none of this kind."""
    boosted: int = 0
    """How many boosted trees."""
    boosted_depth: int = 2
    averaged: int = 0
    """How many averaged trees."""
    averaged_depth: int = 5
    balanced: bool = False
    certain: tuple[str, float] | None = None
    """A feature, and from where on it decides alone."""


def learn(rows: Sequence[Mapping[str, float]], labels: Sequence[bool], recipe: Recipe, threshold: float = 0.5) -> Any:
    """A model as JSON; the same rows give the same model."""
    names = sorted(rows[0])
    values, truth = _matrix(rows, names), np.array(labels, dtype=int)
    members: list[dict[str, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if recipe.logistic:
            members.append(_logistic(values, truth, recipe))
        if recipe.boosted:
            members.append(_boosted(values, truth, recipe))
        if recipe.averaged:
            members.append(_averaged(values, truth, recipe))
    held = {"features": names, "threshold": round(threshold, 3), "members": members}
    return held if recipe.certain is None else {"certain": list(recipe.certain), **held}


def judged(held: Any, rows: Sequence[Mapping[str, float]]) -> Floats:
    """The probabilities that the library itself gives."""
    model = read_model(held)
    return np.array([model.judge(row).probability for row in rows])


def out_of_fold(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[bool],
    groups: Sequence[str],
    recipe: Recipe,
    extra: tuple[Sequence[Mapping[str, float]], Sequence[bool], Sequence[str]] | None = None,
    seeds: int = SEEDS,
) -> tuple[Floats, list[Held]]:
    """Probabilities for each row by models that saw no row of its group, one line a seed, one column a row; and for
    each seed these models.

    `extra` rows help to learn and are not scored; those of the groups left out are left out too.
    """
    found = np.zeros((seeds, len(rows)))
    held: list[Held] = []
    truth = np.array(labels, dtype=int)
    for seed in range(seeds):
        models: list[LearntModel] = []
        place: dict[str, int] = {}
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
        for kept, left in folds.split(np.zeros(len(rows)), truth, list(groups)):
            some, those = [rows[k] for k in kept], [labels[k] for k in kept]
            if extra is not None:
                out = {groups[k] for k in left}
                use = [k for k, group in enumerate(extra[2]) if group not in out]
                some, those = some + [extra[0][k] for k in use], those + [extra[1][k] for k in use]
            place |= {groups[k]: len(models) for k in left}
            models.append(read_model(learn(some, those, recipe)))
            found[seed, left] = [models[-1].judge(rows[k]).probability for k in left]
        held.append(Held(models, place))
    return found, held


def best_threshold(probabilities: Floats, labels: Sequence[bool]) -> float:
    """The threshold with the best F1 over all seeds, the middle of those that are as good within 0.01."""
    truth = np.array(labels, dtype=bool)
    steps = np.arange(0.1, 0.91, 0.02)
    scores = [float(np.mean([f1(line >= step, truth) for line in np.atleast_2d(probabilities)])) for step in steps]
    good = [step for step, score in zip(steps, scores, strict=True) if score >= max(scores) - 0.01]
    return float(np.median(good))


def f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall; 0 where nothing is right."""
    right = int((said & truth).sum())
    total = int(said.sum()) + int(truth.sum())
    return 2 * right / total if total else 0.0


def _matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    return np.array([[row[name] for name in names] for row in rows], dtype=float)


def _rounded(values: Any) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def _logistic(values: Floats, truth: NDArray[Any], recipe: Recipe) -> dict[str, Any]:
    scaler = StandardScaler().fit(values)
    weight = "balanced" if recipe.balanced else None
    fitted = LogisticRegression(C=recipe.logistic, max_iter=5000, class_weight=weight).fit(
        scaler.transform(values), truth
    )
    return {
        "kind": "logistic",
        "means": _rounded(scaler.mean_),
        "scales": _rounded(scaler.scale_),
        "weights": _rounded(fitted.coef_[0]),
        "bias": float(f"{fitted.intercept_[0]:.5g}"),
    }


def _boosted(values: Floats, truth: NDArray[Any], recipe: Recipe) -> dict[str, Any]:
    rate = 0.06
    fitted = GradientBoostingClassifier(
        n_estimators=recipe.boosted,
        max_depth=recipe.boosted_depth,
        learning_rate=rate,
        subsample=0.7,
        min_samples_leaf=max(4, len(truth) // 150),
        max_features=0.4,
        random_state=0,
    ).fit(values, truth)
    share = float(truth.mean())
    trees = [_nodes(one[0].tree_, lambda value: rate * float(value[0][0])) for one in fitted.estimators_]
    return {"kind": "trees", "summed": True, "bias": round(float(np.log(share / (1 - share))), 5), "trees": trees}


def _averaged(values: Floats, truth: NDArray[Any], recipe: Recipe) -> dict[str, Any]:
    fitted = ExtraTreesClassifier(
        recipe.averaged,
        max_depth=recipe.averaged_depth,
        min_samples_leaf=3,
        max_features=0.4,
        class_weight="balanced" if recipe.balanced else None,
        random_state=0,
    ).fit(values, truth)
    trees = [_nodes(one.tree_, lambda value: float(value[0][1] / value[0].sum())) for one in fitted.estimators_]
    return {"kind": "trees", "summed": False, "bias": 0.0, "trees": trees}


def _nodes(tree: Any, answer: Any) -> list[list[float]]:
    """A fitted tree as nodes: `[value]`, or `[feature, threshold, left, right, value]`."""
    found: list[list[float]] = []
    for node in range(tree.node_count):
        value = float(f"{answer(tree.value[node]):.4g}")
        if tree.children_left[node] < 0:
            found.append([value])
        else:
            threshold = float(f"{tree.threshold[node]:.6g}")
            found.append(
                [
                    int(tree.feature[node]),
                    threshold,
                    int(tree.children_left[node]),
                    int(tree.children_right[node]),
                    value,
                ]
            )
    return found

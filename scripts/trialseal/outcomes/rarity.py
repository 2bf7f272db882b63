"""How much a word tells of an outcome: those that every outcome has tell little."""

from __future__ import annotations

_COMMON = frozenset(
    [
        "proportion",
        "number",
        "change",
        "mean",
        "median",
        "incidence",
        "baseline",
        "week",
        "month",
        "day",
        "year",
        "hour",
        "minute",
        "end",
        "first",
        "total",
        "event",
        "safety",
        "respons",
        "score",
        "scale",
        "questionnaire",
        "level",
        "valu",
        "reduction",
        "increase",
        "improve",
        "adverse",
        "clinical",
        "overall",
        "index",
        "dose",
        "period",
        "point",
        "base",
        "least",
    ]
)


def rarity(form: str) -> float:
    """From near 0 to 1."""
    if form.replace(".", "").isdigit():
        return 0.25
    return 0.35 if form in _COMMON else 1.0

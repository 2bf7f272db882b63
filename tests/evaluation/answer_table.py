"""The answers of `check` and `replay` beside human ratings, as a table with what is aimed at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from shares import Shares
from verdicts import Figures, Rate, Said, figures, named_major, stated_by

_TITLES = {
    "versions": "Registry versions",
    "phases": "Registry versions, by phase",
    "confirmed": "Registered against published, the outcomes found confirmed as they are",
    "unconfirmed": "Registered against published, as read from the paper's words",
}
_AIMS = {
    "versions": {"questions": "≥ 0.92", "marked": "≥ 0.945", "right": "≥ 0.78", "wrong": "≤ 0.15", "major": "≥ 0.75"},
    "phases": {},
    "confirmed": {"questions": "≥ 0.75"},
    "unconfirmed": {"marked": "≥ 0.80", "right": "≥ 0.60", "wrong": "≤ 0.08"},
}


def as_table(shares: Shares, verdicts: dict[str, Said]) -> list[str]:
    """Markdown lines; nothing where no share has cases."""
    if not verdicts:
        return []
    lines = [
        "## What people see",
        "",
        "`replay` and `check` answer with a question, with something for a reader, or that nothing differs (holds)."
        " Each answer is scored as given, with the thresholds chosen on other trials. Numbers of cases are means of"
        " the runs. A paper in which no outcome is found gets no judgement: it needs a reader.",
        "",
        "| answers | found (of how many; 95 %) | aim |",
        "|---|---|---:|",
    ]
    for key, said in verdicts.items():
        lines += _rows(key, figures(said), said)
    return [*lines, *_unfound(shares)]


def _rows(key: str, found: Figures, said: Said) -> list[str]:
    aims = _AIMS[key]
    rows = [
        ("questions on what raters call changed", found.questions.words, aims.get("questions")),
        ("changed, and gets a question or a reader", found.marked.words, aims.get("marked")),
        ("gets a question or a reader, and is changed", found.marked_right.words, aims.get("right")),
        ("gets a reader, and is changed", found.reader.words, None),
        ("holds, and is changed", found.wrong.words, aims.get("wrong")),
        ("changes called major that are, and the reverse: F1", _major(said), aims.get("major")),
    ]
    return [f"| **{_TITLES[key]}** ({said.answers.shape[1]}, changed {found.share:.0%}) | | |"] + [
        f"| {title} | {words} | {aim or ''} |" for title, words, aim in rows
    ]


def _major(said: Said) -> str:
    called, truth = named_major(said)
    right, total = int((called & truth).sum()), int(called.sum() + truth.sum())
    names = sorted(set(said.seen.groups))
    place = np.array([names.index(group) for group in said.seen.groups])
    sums = np.zeros((len(names), 2))
    for column, flags in enumerate((2 * (called & truth), called.astype(int) + truth)):
        np.add.at(sums[:, column], place, flags.sum(axis=0))
    chosen = sums[np.random.default_rng(0).integers(0, len(names), size=(2000, len(names)))].sum(axis=1)
    shares = chosen[:, 0] / np.maximum(chosen[:, 1], 1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return f"{2 * right / total if total else 0:.2f} ({low:.2f} to {high:.2f})"


def _unfound(shares: Shares) -> list[str]:
    stating = [case for case in shares.published if case.explicit and case.words.strip()]
    if not stating:
        return []
    missed = [case for case in stating if not any(one.role == "primary" for one in stated_by(case.words)[0])]
    flags = np.array([[case in missed for case in stating]])
    share = _rate(flags, [case.trial for case in stating])
    return [f"| papers that state a primary outcome of which none is found | {share.words} | ≤ 0.04 |"]


def _rate(flags: np.ndarray, groups: Sequence[str]) -> Rate:
    from verdicts import rate

    return rate(flags, np.ones_like(flags), groups)


def often_wrong(verdicts: dict[str, Said]) -> dict[str, dict[str, list[int]]]:
    """For each kind of comparison and answer: of how many such answers how many were on what raters call changed."""
    found: dict[str, dict[str, list[int]]] = {}
    for key, said in verdicts.items():
        if key == "phases":
            continue
        some = figures(said)
        found[key] = {
            answer: [round(rate.part), round(rate.whole), round(100 * rate.low), round(100 * rate.high)]
            for answer, rate in (("question", some.questions), ("reader", some.reader), ("holds", some.wrong))
            if rate.whole >= 1
        }
    return found

"""What is scored: for each task its cases in numbers, its labels, the groups that must not be torn, the baseline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from learning import Recipe
from scores import overlap_apart
from shares import Couple, Published, Shares, Versions
from verdicts import stated_by

from trialseal.outcomes.compare import compare
from trialseal.outcomes.features import UNDOUBTED, primary_features
from trialseal.outcomes.judgement import settled
from trialseal.outcomes.learnt import Name
from trialseal.outcomes.model import Outcome
from trialseal.outcomes.published import published_features
from trialseal.outcomes.readings import read_all
from trialseal.outcomes.sameness import base, sameness_features, standing

Row = Mapping[str, float]


class Task(NamedTuple):
    """Cases of one question."""

    name: Name
    title: str
    aim: float | None
    recipe: Recipe
    rows: list[Row | None]
    """Each case in numbers; None where the answer is no without learning: equal words, pointers, no words at all."""
    labels: list[bool]
    groups: list[str]
    kinds: list[frozenset[str]]
    """The raters' own labels, to tell what was mistaken for what."""
    baseline: list[float]
    """How far the words are apart; for the question of sameness, how near."""


# A logistic regression held tightly beside the trees: together they judge both kinds of registry text better.
_VERSIONS_ANY = Recipe(logistic=0.003, averaged=60, certain=(UNDOUBTED, 0.8))
_VERSIONS_MAJOR = Recipe(averaged=60, certain=(UNDOUBTED, 0.8))
# So few papers were rated that each question gets few features, chosen for what they mean.
# A pair that no text leaves in doubt decides alone.
_ON_ANY = Recipe(logistic=0.1, certain=(UNDOUBTED, 0.95))
_ON_MAJOR = Recipe(logistic=1.0, balanced=True)
_ANY_FEATURES = (
    "registered primaries",
    "several primary outcomes",
    "least likeness",
    "least cover of the core",
    "least cover at best",
    "primaries not covered",
    "primary among the secondary",
    "paper's core unknown",
    "methods only in the paper",
    "last time in primary",
    "all times of primary unknown",
    "time only in the paper",
)
_MAJOR_FEATURES = (
    "registered primaries",
    "several primary outcomes",
    "least likeness",
    "least cover of the core",
    "primaries not covered",
    "told by a secondary",
)
_SAME = Recipe(boosted=120, boosted_depth=3)


def tasks_of(shares: Shares) -> list[tuple[str, Task]]:
    """Every task for which the share has cases, by a key of its own."""
    found: list[tuple[str, Task]] = []
    for key, cases, title in (
        ("versions", shares.versions, "Registry versions"),
        ("phases", shares.phases, "Registry versions, by phase"),
    ):
        if cases:
            found.extend(_of_versions(key, cases, title))
    if shares.published:
        found.extend(_of_published(shares.published))
    if shares.couples:
        found.append(("same", _of_couples(shares.couples)))
    return found


def _of_versions(key: str, cases: Sequence[Versions], title: str) -> list[tuple[str, Task]]:
    rows: list[Row | None] = [
        None
        if settled(case.before, case.after)
        else primary_features(case.before, case.after, compare(case.before, case.after))
        for case in cases
    ]
    groups, kinds = [case.trial for case in cases], [case.labels for case in cases]
    apart = [overlap_apart(_primary_text(case.before), _primary_text(case.after)) for case in cases]
    aims = (0.85, 0.80) if key == "versions" else (None, None)
    questions: list[tuple[str, Name, str, float | None, Recipe, list[bool]]] = [
        ("any", "versions-any", "any real change", aims[0], _VERSIONS_ANY, [case.any_change for case in cases]),
        ("major", "versions-major", "a major change", aims[1], _VERSIONS_MAJOR, [case.major for case in cases]),
    ]
    return [
        (f"{key}-{end}", Task(name, f"{title}: {asked}", aim, recipe, rows, labels, groups, kinds, apart))
        for end, name, asked, aim, recipe, labels in questions
    ]


def _of_published(cases: Sequence[Published]) -> list[tuple[str, Task]]:
    # As `check` has it: the passages that state the outcomes; where none is found, all the words are learnt from.
    rows: list[Row | None] = [
        published_features(case.registered, stated_by(case.words)[1] or case.words) if case.words.strip() else None
        for case in cases
    ]
    groups, kinds = [case.trial for case in cases], [case.labels for case in cases]
    apart = [overlap_apart(_primary_text(case.registered), case.words) for case in cases]
    questions: list[tuple[Name, str, float, Recipe, tuple[str, ...], list[bool]]] = [
        ("published-any", "any change", 0.75, _ON_ANY, _ANY_FEATURES, [case.any_change for case in cases]),
        ("published-major", "a major change", 0.65, _ON_MAJOR, _MAJOR_FEATURES, [case.major for case in cases]),
    ]
    found: list[tuple[str, Task]] = []
    for name, asked, aim, recipe, features, labels in questions:
        some: list[Row | None] = [row and {feature: row[feature] for feature in features} for row in rows]
        title = f"Registered against published: {asked}"
        found.append((name, Task(name, title, aim, recipe, some, labels, groups, kinds, apart)))
    return found


def _of_couples(cases: Sequence[Couple]) -> Task:
    """Rows that share a text are rivals, as they are when two sets are matched."""
    features = []
    for case in cases:
        one, other = Outcome("primary", case.one), Outcome("primary", case.other)
        features.append(sameness_features(read_all([one], [other])[0], read_all([other], [one])[0]))
    ones, others = _index(case.one for case in cases), _index(case.other for case in cases)
    bases: dict[int, dict[int, float]] = defaultdict(dict)
    columns: dict[int, dict[int, float]] = defaultdict(dict)
    for case, each in zip(cases, features, strict=True):
        bases[ones[case.one]][others[case.other]] = base(each)
        columns[others[case.other]][ones[case.one]] = base(each)
    rows: list[Row | None] = [
        each | _standing(bases[ones[case.one]], columns[others[case.other]], ones[case.one], others[case.other])
        for case, each in zip(cases, features, strict=True)
    ]
    near = [1.0 - overlap_apart(case.one, case.other) for case in cases]
    labels, kinds = [case.same for case in cases], [frozenset[str]() for _ in cases]
    return Task("same", "The same outcome or not", 0.85, _SAME, rows, labels, _connected(cases), kinds, near)


def _standing(row: Mapping[int, float], column: Mapping[int, float], i: int, j: int) -> dict[str, float]:
    """As `standing`, over the few pairs that were asked about."""
    others = sorted(set(row) - {j})
    rivals = sorted(set(column) - {i})
    bases: list[list[float | None]] = [[row[j], *(row[k] for k in others)]]
    bases.extend([column[k], *([None] * len(others))] for k in rivals)
    return standing(bases, 0, 0)


def _index(texts: Iterable[str]) -> dict[str, int]:
    return {text: place for place, text in enumerate(dict.fromkeys(texts))}


def _connected(cases: Sequence[Couple]) -> list[str]:
    """Groups of rows that share texts, directly or through others."""
    parent: dict[str, str] = {}

    def root(text: str) -> str:
        parent.setdefault(text, text)
        while parent[text] != text:
            parent[text] = parent[parent[text]]
            text = parent[text]
        return text

    for case in cases:
        parent[root(case.one)] = root(case.other)
    return [root(case.one) for case in cases]


def _primary_text(outcomes: Sequence[Outcome]) -> str:
    return " ".join(f"{o.measure} {o.time_frame} {o.description}" for o in outcomes if o.role == "primary")

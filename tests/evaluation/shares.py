"""The ratings: four files of JSON lines, read into cases that can be judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from trialseal.errors import UsageError
from trialseal.outcomes.model import Outcome
from trialseal.outcomes.sources import of_registry_text

MAJOR = frozenset({"new_primary", "primary_omitted", "primary_from_secondary", "primary_to_secondary"})
DEVELOPMENT = "dev"
_PHASES = (
    ("recruitment", "start", "last_recruitment"),
    ("postcompletion", "last_recruitment", "last_postcompletion"),
    ("postpublication", "last_postcompletion", "last_postpublication"),
)


class Versions(NamedTuple):
    """Two versions of a record and what raters called changed."""

    trial: str
    phase: str
    before: tuple[Outcome, ...]
    after: tuple[Outcome, ...]
    labels: frozenset[str]
    any_change: bool
    major: bool
    pointer: bool = False
    """Whether raters saw only a pointer to results."""


class Published(NamedTuple):
    """Registered outcomes, the paper's words, and what raters called changed."""

    trial: str
    registered: tuple[Outcome, ...]
    words: str
    labels: frozenset[str]
    any_change: bool
    major: bool
    explicit: bool = True
    """Whether the paper says which outcome is primary; if not, raters took the first that it reports."""


class Couple(NamedTuple):
    """Two descriptions, and whether raters called them one outcome."""

    one: str
    other: str
    same: bool


class Shares(NamedTuple):
    """What a folder holds; a file that is not there is an empty list."""

    name: str
    """`dev` for the development share, from which weights may be learnt."""
    versions: list[Versions]
    phases: list[Versions]
    published: list[Published]
    couples: list[Couple]

    @property
    def is_development(self) -> bool:
        """Whether it is the share from which weights are learnt."""
        return self.name == DEVELOPMENT


def read_shares(folder: Path) -> Shares:
    """The ratings in a folder; UsageError if there are none."""
    files = {stem: _find(folder, stem) for stem in _STEMS}
    found = [path for path in files.values() if path is not None]
    if not found:
        raise UsageError(f"{folder} holds none of the ratings: {', '.join(f'{stem}.*.jsonl' for stem in _STEMS)}")
    name = found[0].name.split(".")[1]
    rows = {stem: list(_rows(path)) if path else [] for stem, path in files.items()}
    return Shares(
        name,
        [_versions(row) for row in rows["within_registry"]],
        [case for row in rows["registry_phases"] for case in _phases(row)],
        [_published(row) for row in rows["registry_vs_publication"]],
        [Couple(str(row["a"]), str(row["b"]), bool(row["same"])) for row in rows["outcome_pairs"]],
    )


_STEMS = ("within_registry", "registry_phases", "registry_vs_publication", "outcome_pairs")


def _find(folder: Path, stem: str) -> Path | None:
    # Where both shares lie in one folder, the one that is not for development is meant.
    return min(
        folder.glob(f"{stem}.*.jsonl"), key=lambda path: (f".{DEVELOPMENT}." in path.name, path.name), default=None
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _outcomes(rows: Sequence[Mapping[str, Any]] | None, role: Any) -> list[Outcome]:
    return [of_registry_text(str(row.get("text") or ""), role) for row in rows or () if row]


def _sets(primary: Any, secondary: Any) -> tuple[Outcome, ...]:
    return tuple(_outcomes(primary, "primary") + _outcomes(secondary, "secondary"))


def _truth(labels: frozenset[str], row: Mapping[str, Any]) -> tuple[bool, bool]:
    """Any change and major change: as the row says, else by its labels."""
    real = frozenset(label for label in labels if label not in ("no_change", "points_to_results", "no_phase"))
    any_change, major = row.get("any_change"), row.get("major_change")
    return (
        bool(real) if any_change is None else bool(any_change),
        bool(real & MAJOR) if major is None else bool(major),
    )


def _versions(row: Mapping[str, Any]) -> Versions:
    labels = frozenset(row.get("labels") or ())
    any_change, major = _truth(labels, row)
    before = _sets(row.get("primary_before"), row.get("secondary_before"))
    after = _sets(row.get("primary_after"), row.get("secondary_after"))
    pointer = bool(row.get("points_to_results"))
    return Versions(str(row.get("trial_id")), str(row.get("phase")), before, after, labels, any_change, major, pointer)


def _phases(row: Mapping[str, Any]) -> Iterator[Versions]:
    """One case for each phase of which raters saw two texts."""
    for phase, start, end in _PHASES:
        rated = row.get(f"labels_{phase}") or {}
        if not rated or rated.get("no_phase") or row.get(f"p_{end}") is None:
            continue
        labels = frozenset(rated.get("changes") or ())
        any_change, major = _truth(labels, rated)
        begin = _latest_before(start, row)
        before = _sets(row.get(f"p_{begin}"), row.get(f"s_{begin}"))
        after = _sets(row.get(f"p_{end}"), row.get(f"s_{end}"))
        pointer = bool(rated.get("points_to_results"))
        yield Versions(str(row.get("trial_id")), phase, before, after, labels, any_change, major, pointer)


def _latest_before(start: str, row: Mapping[str, Any]) -> str:
    """Which text raters had before them: that of the phase before, or, where that had none, of the last that had."""
    begins = [begin for _, begin, _ in _PHASES]
    before = begins[: begins.index(start) + 1]
    return next((begin for begin in reversed(before) if row.get(f"p_{begin}") is not None), "start")


def _published(row: Mapping[str, Any]) -> Published:
    labels = frozenset(row.get("labels") or ())
    any_change, major = _truth(labels, row)
    registered = _sets(row.get("registry_primary"), row.get("registry_secondary"))
    words = str(row.get("publication_primary_quote") or "")
    explicit = row.get("primary_determined_by", "explicit") == "explicit"
    return Published(str(row.get("trial_id")), registered, words, labels, any_change, major, explicit)

"""Which parts of a trial a record, its protocols and a paper name: a part that none of them names is nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trialseal.documents.models import dump
from trialseal.outcomes.model import Outcome
from trialseal.rules.outcome_sets import named_parts
from trialseal.rules.trial_case import TrialCase

_PHASES = re.compile(r"\b(EARLY_)?PHASE_?([1-4])\b")


def unnamed_parts(case: TrialCase, parts: Iterable[str], texts: Iterable[str] = ()) -> list[str]:
    """Those of the parts that nothing names: not the record in any version, not a protocol or plan, not the reported
    outcomes, not these texts of the paper. In their order."""
    everything = [*_texts(case), *texts]
    known = {piece for text in everything for part in named_parts(text) for piece in _pieces(part)}
    plain = "\n".join(" ".join(text.casefold().split()) for text in everything)
    return [part for part in parts if not _is_named(part, known, plain)]


def _is_named(part: str, known: set[str], plain: str) -> bool:
    named = named_parts(part)
    if named:
        return any(piece in known for one in named for piece in _pieces(one))
    words = " ".join(part.casefold().split())
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", plain) is not None


def _pieces(part: str) -> set[str]:
    """'phase 2/3' is also named where phase 2 and phase 3 are."""
    kind, _, label = part.rpartition(" ")
    return {part} | {f"{kind} {one}" for one in label.split("/")} if kind else {part}


def _texts(case: TrialCase) -> Iterator[str]:
    for version in case.registry.versions if case.registry else ():
        yield from _phases(version.phases or ())
        for one in version.outcomes or ():
            yield f"{one.measure}\n{one.description}\n{one.time_frame}"
        if version.record:
            yield from _strings(dump(version.record))
    for document in case.documents:
        yield from _strings(dump(document))
    for protocol in case.sealed.evidence.protocols.values() if case.sealed else ():
        yield from _strings(protocol.document)
    for reported in case.reported.outcomes if case.reported else ():
        yield _of_outcome(reported)


def _of_outcome(one: Outcome) -> str:
    return f"{one.measure}\n{one.description}\n{one.time_frame}"


def _phases(phases: Iterable[str]) -> Iterator[str]:
    """'phase 2' and 'phase 3' of PHASE2 and PHASE3."""
    for phase in phases:
        yield _PHASES.sub(lambda match: f"phase {match[2]}", phase)


def _strings(value: object) -> Iterator[str]:
    """Every text in a document."""
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _strings(one)
        case list() | tuple():
            for one in value:
                yield from _strings(one)

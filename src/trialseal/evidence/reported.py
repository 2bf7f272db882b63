"""The results of a results document, and the acts that report them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from trialseal.documents.endpoints import endpoint_leaf
from trialseal.evidence.sealings import PROTOCOL, Sealing, sealings_of
from trialseal.evidence.trials import TrialEvidence
from trialseal.ledger.acts import (
    ResultReported,
)
from trialseal.ledger.standing import standing


class ResultEvidence(NamedTuple):
    """One result of a results document."""

    place: int
    """In the document's list, from 0."""
    endpoint: str | None
    """The endpoint's id; None for a post hoc result without endpoint."""
    version: int | None
    """The protocol version that the document names."""
    planned: bool
    leaf: bytes | None
    """The endpoint's leaf; None where that protocol version is not at hand."""
    acts: tuple[ResultReported, ...] = ()
    """The acts that report this leaf from this document."""
    parts: frozenset[int] | None = None
    """Numbers that the result's part may have; None if they cannot be told."""
    first_version: int | None = None
    """The first protocol version known to hold the leaf."""
    first_sealed: Sealing | None = None
    first_is_certain: bool = False
    """Whether all versions before it are at hand, so that none of them holds the leaf."""
    cut_off: str | None = None
    """The data cut-off that the document states."""
    part: str | None = None
    """The part's id; None for the whole trial."""
    final: bool = False
    """Whether the document calls it final, not interim."""


def results_evidence(
    document: Mapping[str, Any], digest: bytes, trial: TrialEvidence
) -> tuple[tuple[ResultEvidence, ...], tuple[ResultReported, ...]]:
    """What is known of each result of a results document; and the acts that report what is none of them.

    A report that was corrected since reports nothing.
    """
    reports = [a for a in standing(trial.history.acts) if isinstance(a, ResultReported) and a.subject == digest]
    parts: dict[str, set[int]] = defaultdict(set)
    for protocol in trial.protocols.values():
        for number, name in enumerate(protocol.part_ids, 1):
            parts[name].add(number)
    found: list[ResultEvidence] = []
    explained: set[int] = set()
    listed = document.get("results")
    for place, result in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(result, dict):
            continue
        one = _result(place, result, trial, reports, parts)
        explained.update(act.number for act in one.acts)
        found.append(one)
    unknown = any(one.leaf is None for one in found)
    foreign = tuple(act for act in reports if act.number not in explained)
    # With a protocol version out of reach, a report that fits no known leaf may well be that result's.
    if unknown:
        unknown_versions = {one.version for one in found if one.leaf is None and one.planned}
        post_hoc = any(one.leaf is None and not one.planned for one in found)
        foreign = tuple(
            act
            for act in foreign
            if act.protocol_version not in unknown_versions and not (post_hoc and act.protocol_version == 0)
        )
    return tuple(found), foreign


def _result(
    place: int,
    result: Mapping[str, Any],
    trial: TrialEvidence,
    reports: Sequence[ResultReported],
    parts: Mapping[str, set[int]],
) -> ResultEvidence:
    # The document may be anyone's, and no model was asked: whatever is not of its type counts as not stated.
    endpoint, part, cut_off = (_text(result.get(key)) for key in ("endpoint", "part", "cut_off"))
    version = result.get("protocol_version")
    version = version if isinstance(version, int) and not isinstance(version, bool) else None
    leaf: bytes | None = None
    if result.get("endpoint") is None:
        leaf = endpoint_leaf(result)
    elif (text := trial.protocols.get(version or 0)) and text.set_agrees and endpoint in text.endpoint_ids:
        leaf = text.leaves[text.endpoint_ids.index(endpoint)]
    first, sealing, certain = _first_holding(leaf, version, trial) if endpoint is not None else (None, None, False)
    return ResultEvidence(
        place=place,
        endpoint=endpoint,
        version=version,
        planned=result.get("planning") == "planned",
        leaf=leaf,
        acts=tuple(act for act in reports if act.endpoint == leaf),
        parts=frozenset({0})
        if result.get("part") is None
        else frozenset(parts[part])
        if part is not None and part in parts
        else None,
        first_version=first,
        first_sealed=sealing,
        first_is_certain=certain,
        cut_off=cut_off,
        part=part,
        final=result.get("stage") == "final",
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _first_holding(
    leaf: bytes | None, named: int | None, trial: TrialEvidence
) -> tuple[int | None, Sealing | None, bool]:
    """The first protocol version known to hold a leaf, how it was sealed, and whether none before can."""
    by_version = {one.version: one for _, one in sealings_of(trial.history.acts) if one.kind == PROTOCOL}
    holding = {v for v, text in trial.protocols.items() if leaf in text.leaves and text.set_agrees}
    # A report that the contract accepted proves the leaf to be in that version, whether its text is at hand or not.
    holding |= {
        act.protocol_version
        for act in trial.history.acts
        if isinstance(act, ResultReported) and act.endpoint == leaf and act.protocol_version
    }
    if leaf is None:
        holding = {named} if named in by_version else set()
    if not holding:
        return None, None, False
    first = min(holding)
    before = all(v in trial.protocols and trial.protocols[v].set_agrees for v in range(1, first))
    return first, by_version.get(first), before and leaf is not None

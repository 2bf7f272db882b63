"""What the rules say now of acts that others signed, by what the chain holds and what whoever pays has at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from trialseal.acts.act import Act
from trialseal.acts.judging import judge
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.reader import Reader
from trialseal.rules.finding import Finding

_DOCUMENTS: Final = {"register": "protocol", "seal": "document", "reportResult": "document"}
"""What names the document that an act seals."""


class JudgedAgain(NamedTuple):
    """What the rules say of acts of one trial together."""

    trial: bytes
    findings: tuple[Finding, ...]
    """Failing ones first."""
    unseen: tuple[Act, ...]
    """Those whose document is not at hand, so that no rule about what it says was asked."""


def judged_again(chain: Reader, acts: Sequence[Act], folder: TrialFolder | None = None) -> Iterator[JudgedAgain]:
    """Each trial's acts, in the order of the first of each. Signed acts bring no document: `folder` may have it."""
    texts = {digest: file for file in (folder.files if folder else ()) for digest in file.digests}
    by_trial: dict[bytes, list[Act]] = {}
    for one in acts:
        if one.contract == "TrialRegistry":
            by_trial.setdefault(one.about, []).append(_with_text(one, texts))
    for trial, group in by_trial.items():
        history = chain.history(trial) if chain.trial(trial) is not None else None
        findings = judge(chain, group, history, chain.party(group[0].actor), folder)
        unseen = tuple(one for one in group if one.function in _DOCUMENTS and one.document is None)
        yield JudgedAgain(trial, findings, unseen)


def _with_text(act: Act, texts: dict[bytes, FileReading]) -> Act:
    name = _DOCUMENTS.get(act.function)
    return replace(act, document=texts.get(act.stated[name])) if name else act

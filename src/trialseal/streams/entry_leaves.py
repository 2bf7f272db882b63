"""The leaves of many entries at a time, by the C core where there are enough of them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from trialseal.core import hashing
from trialseal.core.library import core
from trialseal.documents.nonces import salted_leaf
from trialseal.merkle.tree import HASH_BYTES
from trialseal.streams.subject_secrets import SubjectSecrets

# Fewer are hashed by Python before the core has been tried.
_WORTH_CORE = 2048


def leaves_of(
    secrets: SubjectSecrets, subjects: Sequence[str | None], forms: Sequence[bytes], first: int
) -> list[bytes]:
    """The leaf of each entry from `first` on, by whom it is about and its form; each must have a secret."""
    if len(forms) >= _WORTH_CORE and (found := core()) is not None:
        code_of = {subject: code for code, subject in enumerate(dict.fromkeys(subjects))}
        codes = array("i", [code_of[subject] for subject in subjects])
        known = [secrets.secret(subject) for subject in code_of]
        rows = hashing.Messages.of(forms)
        data = bytes(hashing.salted(found, rows, codes, known, secrets.about, first, skip=0)[0])
        return [data[place : place + HASH_BYTES] for place in range(0, len(data), HASH_BYTES)]
    leaves = []
    for index, (subject, form) in enumerate(zip(subjects, forms, strict=True), first):
        made = secrets.nonces(subject)
        assert made is not None  # as whoever asks has seen
        leaves.append(salted_leaf(made.at(index), form))
    return leaves

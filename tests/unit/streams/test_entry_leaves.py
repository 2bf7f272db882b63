"""The leaves of entries, by the C core and by Python: the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialseal.core import library
from trialseal.documents.nonces import nonce, salted_leaf
from trialseal.streams import entry_leaves
from trialseal.streams.subject_secrets import SubjectSecrets

TRIAL, STREAM = b"t" * 32, b"s" * 32
SUBJECTS = [None, "11" * 16, "22" * 16]


@pytest.fixture
def secrets(tmp_path: Path) -> SubjectSecrets:
    found = SubjectSecrets(tmp_path, TRIAL, STREAM)
    found.create()
    found.load(1)
    with (tmp_path / "secrets").open("ab") as file:
        for subject in SUBJECTS[1:]:
            found.add(str(subject), file)
    return found


@pytest.mark.parametrize("smallest", [1, 1 << 30], ids=["core", "python"])
def test_a_leaf_is_salted_by_the_secret_of_whom_it_is_about(
    smallest: int, secrets: SubjectSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    if smallest == 1 and library.core() is None:
        pytest.skip("no C core was built")
    monkeypatch.setattr(entry_leaves, "_WORTH_CORE", smallest)
    subjects = [SUBJECTS[number % 3] for number in range(50)]
    forms = [b'{"id":"%d"}' % number * (number % 4) for number in range(50)]
    wanted = [
        salted_leaf(nonce(secrets.secret(subject), TRIAL, STREAM, index), form)
        for index, (subject, form) in enumerate(zip(subjects, forms, strict=True), 7)
    ]
    assert entry_leaves.leaves_of(secrets, subjects, forms, 7) == wanted

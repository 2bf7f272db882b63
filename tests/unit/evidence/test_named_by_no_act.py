"""Which plain files no act names, and what is said where that cannot be told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from held_cases import FIRST, OTHER, SECOND, TRIAL, Chain, Crowd, crowd, file, more, sealed

from trialseal.evidence.profiles import Names
from trialseal.evidence.unnamed import unnamed
from trialseal.folder.reading import FileReading
from trialseal.ledger.acts import Act


class Folder(NamedTuple):
    """A folder whose receipts name these trials."""

    trials: frozenset[bytes]
    path: Path = Path("folder")


def plain(text: str) -> FileReading:
    return FileReading(f"{text}.pdf", hashlib.sha256(text.encode()).digest(), None, None, len(text))


PAPER, NOTES, SEALED = plain("paper"), plain("notes"), plain("sealed")
ACTS = more(sealed(FIRST), "DocumentSealed", SEALED.raw, kind=2, version=1)
ALL = [PAPER, SEALED, file(FIRST), NOTES]


def told(
    chain: Chain, *, trial: bytes | None = None, folder: Any = None, apart: tuple[str, ...] = (), files: Any = ALL
) -> dict[int, str | None]:
    return unnamed(chain, files, [folder] * len(files), trial, Names(chain, {}), apart)  # type: ignore[arg-type]


def test_of_plain_files_those_that_the_trial_has_not_sealed() -> None:
    chain = Chain(ACTS)
    assert told(chain, trial=TRIAL) == told(chain, folder=Folder(frozenset([TRIAL]))) == {0: None, 3: None}
    assert told(chain, trial=TRIAL, apart=(NOTES.place,)) == {0: None}
    assert told(chain, trial=TRIAL, files=[SEALED]) == {}


class Forgetful(Chain):
    """A chain whose node shows a trial's acts, and none by what they name."""

    def acts_by_subject(self, subjects: Iterable[bytes]) -> dict[bytes, list[Act]]:
        return {}


def test_what_the_trials_own_acts_name_is_named_whatever_is_shown_by_subject() -> None:
    assert told(Forgetful(ACTS), trial=TRIAL) == {0: None, 3: None}


def test_what_another_trial_sealed_is_named() -> None:
    chain = Chain(ACTS, sealed(FIRST, SECOND, trial=OTHER))
    assert told(chain, trial=OTHER) == {0: None, 3: None}


def test_where_no_trial_is_meant_all_are_looked_through() -> None:
    assert told(Crowd(ACTS)) == {0: None, 3: None}
    assert told(Crowd(ACTS), folder=Folder(frozenset([OTHER]))) == {0: None, 3: None}
    many = "this chain has 201 trials, too many to read each: name the trial that you mean with --trial"
    assert told(Crowd(*crowd(201))) == {0: many, 1: many, 3: many}
    assert told(Crowd(*crowd(201)), folder=Folder(frozenset([(9).to_bytes(32, "big")]))) == {0: None, 1: None, 3: None}


def test_of_a_trial_that_the_chain_has_not_or_whose_acts_are_hidden() -> None:
    """Of the one nothing is sealed by the trial that is meant; of the other only the contract's state can tell."""
    assert told(Crowd(ACTS), trial=OTHER) == {0: None, 3: None}
    assert told(Crowd(ACTS, hidden=[TRIAL]), trial=TRIAL) == {}


def test_each_folder_has_its_own_trial() -> None:
    """In one, the other's hidden acts are no hindrance."""
    chain = Crowd(ACTS, sealed(FIRST, trial=OTHER), hidden=[OTHER])
    one, other = Folder(frozenset([TRIAL])), Folder(frozenset([OTHER]), Path("other"))
    found = unnamed(chain, [PAPER, NOTES], [one, other], None, Names(chain, {}))  # type: ignore[arg-type, list-item]
    assert found == {0: None}

"""A verdict says what was checked: how many checks, as of which block, and who somebody calls himself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trialseal.evidence.profiles import Names, Profile
from trialseal.evidence.sealings import Sealing
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.trials import TrialEvidence
from trialseal.folder.reading import FileReading
from trialseal.ledger.attestations import AttestationRecord
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.codes import AttestationKind, Role
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.rolling import SUPPOSED
from trialseal.report.trial.verdict import verdict
from trialseal.rules.finding import Case, Finding, Status
from trialseal.rules.sealing import history_complete, version_standing

ROOT = Path(__file__).parents[4]
TRIAL, SPONSOR, REGULATOR, ZERO = b"\1" * 32, b"\3" * 32, b"\4" * 32, bytes(32)
AT = 1_600_000_000
HOLDS, FAILS, UNDETERMINED, APART = Status.HOLDS, Status.FAILS, Status.UNDETERMINED, Status.DOES_NOT_APPLY


class Parties:
    """Parties whose profile has a digest made of their id."""

    def party(self, party: bytes) -> PartyRecord:
        return PartyRecord(party, 1, 0, party, (), SUPPOSED)


def case_of(*accreditations: AttestationRecord, named: bool = True) -> Case:
    profiles = {SPONSOR: Profile(SPONSOR, "Demo sponsor"), REGULATOR: Profile(REGULATOR, "Demo regulator")}
    names = Names(Parties(), profiles if named else {})  # type: ignore[arg-type]
    state = TrialState(TRIAL, SPONSOR, 1, 0, ZERO, {1: 1})
    now = AsOf(5, 1204, "0x11", AT, AT, False, Tagged(None), Tagged(None))
    trial = TrialEvidence(History(state, (), None), 5, False, as_of=now)
    sealing = Sealing(1, 1, AT, SPONSOR, 1)
    file = FileReading("protocol.json", b"\7" * 32, None, None, 1)
    evidence = FileEvidence(file, trial, sealing, digest=file.raw, accreditations=accreditations)
    return Case(evidence, names, frozenset([REGULATOR]))


def accredited(at: int, **members: int) -> AttestationRecord:
    times = {"until": 0, "withdrawn_at": 0} | members
    return AttestationRecord(
        1, REGULATOR, AttestationKind.ACCREDITATION, Role.SPONSOR, 0, 0, at, **times, document=ZERO, subject=SPONSOR,
        digest=ZERO,
    )  # fmt: skip


def said(case: Case, *answers: Status) -> str:
    return verdict(case, tuple(Finding(f"r{n}", one, f"sentence {n}") for n, one in enumerate(answers))).sentence


VOUCHED = (
    'by a party that calls itself "Demo sponsor" (vouched for as sponsor by a party that calls itself "Demo regulator"'
)


@pytest.mark.parametrize(
    ("accreditations", "words"),
    [
        ([], 'by a party that calls itself "Demo sponsor" (no party you trust vouches for it);'),
        ([accredited(AT - 1)], VOUCHED + ");"),
        ([accredited(AT)], "(no party you trust vouches for it);"),
        ([accredited(AT + 1)], "(no party you trust vouches for it);"),
        ([accredited(AT - 9, withdrawn_at=AT - 1)], "(no party you trust vouches for it);"),
        ([accredited(AT - 9, withdrawn_at=AT)], "(no party you trust vouches for it);"),
        ([accredited(AT - 9, until=AT)], "(no party you trust vouches for it);"),
        ([accredited(AT - 9, until=AT + 1)], VOUCHED + ");"),
        ([accredited(AT - 9, withdrawn_at=AT + 1)], VOUCHED + ", which withdrew that 2020-09-13);"),
    ],
)
def test_who_sealed_it_is_who_it_calls_itself_unless_somebody_trusted_vouched(
    accreditations: list[AttestationRecord], words: str
) -> None:
    assert words in said(case_of(*accreditations), HOLDS)


def test_a_party_without_a_profile_has_no_name() -> None:
    assert "sealed 2020-09-13 by party 03030303… (no party you trust" in said(case_of(named=False), HOLDS)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([HOLDS] * 14 + [APART] * 3, "14 checks hold, none fails, as of block 1,204"),
        ([HOLDS, APART], "1 check holds, none fails, as of block 1,204"),
        ([APART], "no check holds, none fails, as of block 1,204"),
        ([HOLDS, HOLDS, UNDETERMINED], "2 checks hold, none fails, but this cannot be determined: sentence 2"),
        ([HOLDS, FAILS, UNDETERMINED], "1 of 3 checks fails: sentence 1"),
    ],
)
def test_how_many_checks_were_made(answers: list[Status], words: str) -> None:
    assert words in said(case_of(), *answers)


def test_no_other_is_said_of_this_trial_on_this_chain_as_of_a_block() -> None:
    where = "in this trial on this chain as of block 1,204"
    assert history_complete(case_of()).sentence.endswith(f"no other is sealed {where}")
    assert version_standing(case_of()).sentence.endswith(f"the last of its kind sealed {where}")


CLAIMS_TOO_MUCH = re.compile(
    r"contradicts it\b|there is no other\b|stands behind it|not even by you|is as it was written|erased for ever"
    r"|[Nn]obody can (?:take|read)|nobody vouches|neither (?:the )?chain nor (?:the )?audit accepts",
)


@pytest.mark.parametrize("room", ["src/trialseal", "docs", "README.md", "scripts"])
def test_no_sentence_claims_more_than_was_checked(room: str) -> None:
    place = ROOT / room
    files = [place] if place.is_file() else sorted(one for end in ("*.py", "*.md") for one in place.rglob(end))
    found = {f"{one.relative_to(ROOT)}: {match[0]}" for one in files if one.name != "decisions.md"
             for match in CLAIMS_TOO_MUCH.finditer(" ".join(one.read_text(encoding="utf-8").split()))}  # fmt: skip
    assert found == set()

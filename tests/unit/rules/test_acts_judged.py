"""What is said of an act before it is sent: the rules' findings, and what whoever sends it reads beside it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sealed_cases import SPONSOR, TRIAL, Chain

from trialseal.acts import trials
from trialseal.acts.act import ZERO, Act
from trialseal.acts.before_sending import changed, planned_and_reported
from trialseal.acts.judging import judge
from trialseal.documents.versions import FORMAT
from trialseal.files import json_bytes
from trialseal.folder.reading import FileReading, of_bytes
from trialseal.ledger.block import AsOf, Tagged
from trialseal.ledger.codes import Blinding, DocumentKind, Milestone
from trialseal.rules.finding import Finding, Status

ENROLLED = "first-participant-enrolled"
WEEKS = {"value": 12, "unit": "week"}
ENDPOINT = {
    "id": "END1",
    "role": "primary",
    "measurement_variable": "Systolic blood pressure",
    "time_points": [WEEKS],
}


class At(Chain):
    """That chain at a time."""

    now = "2026-11-28T12:00:00+00:00"

    def as_of(self) -> AsOf:
        at = int(datetime.fromisoformat(self.now).timestamp())
        return AsOf(5, 1204, "0x" + "11" * 32, at, at, False, Tagged(None), Tagged(None))


def protocol(**members: Any) -> FileReading:
    document = {
        "format": FORMAT,
        "kind": "protocol",
        "version": 1,
        "trial": {"code": "CODE"},
        "endpoints": [ENDPOINT],
    }
    return of_bytes(Path("protocol.json"), json_bytes(document | members))


def found(chain: Chain, *acts: Act) -> dict[str, Finding]:
    history = chain.history(TRIAL) if chain.acts else None
    return {one.rule: one for one in judge(chain, acts, history, None, None)}


def stated(what: str, on: str, **members: int) -> Act:
    return trials.milestone(TRIAL, SPONSOR, Milestone.named(what), on, **members)


# ----- what happens once, stated twice -----


def enrolled(*later: tuple[str, str, Any]) -> Chain:
    return At(("2020-01-01", "register", "endpoints"), ("2020-05-02", ENROLLED, "2020-04-29"), *later)


def test_another_date_of_what_happens_once_is_asked_about() -> None:
    one = found(enrolled(), stated(ENROLLED, "2020-05-01"))["milestone-stated"]
    assert one.status is Status.FAILS  # asked of a script too
    assert one.sentence == (
        f"the trial states {Milestone.named(ENROLLED)} on 2020-04-29 already (act 2); to correct that, say "
        "--instead-of 2"
    )


@pytest.mark.parametrize(
    "act",
    [
        stated(ENROLLED, "2020-05-01", instead_of=2),
        stated(ENROLLED, "2020-04-29"),
        stated(ENROLLED, "2020-05-01", part=1),
        stated("data-lock", "2020-05-01"),
    ],
)
def test_a_correction_the_same_day_another_part_and_another_kind_are_not(act: Act) -> None:
    assert "milestone-stated" not in found(enrolled(), act)


def test_what_was_corrected_counts_no_more_and_what_may_recur_never() -> None:
    corrected = enrolled(("2020-05-03", ENROLLED, "2020-05-01 instead of 2"))
    assert "act 3" in found(corrected, stated(ENROLLED, "2020-04-29"))["milestone-stated"].sentence
    looked = At(("2020-01-01", "register", "endpoints"), ("2020-05-02", "interim-look", "2020-04-29"))
    assert "milestone-stated" not in found(looked, stated("interim-look", "2020-05-01"))


def test_two_dates_in_one_batch_are_asked_about() -> None:
    chain = At(("2020-01-01", "register", "endpoints"))
    assert "milestone-stated" in found(chain, stated(ENROLLED, "2020-05-01"), stated(ENROLLED, "2020-05-02"))


# ----- a start before the seal -----


@pytest.mark.parametrize(
    ("start", "now", "said"),
    [
        # A month begins 14 hours before, and ends 12 hours after, the same days in UTC.
        ("2020-05", "2020-04-30T09:59:59+00:00", None),
        ("2020-05", "2020-04-30T10:00:00+00:00", "may be before"),
        ("2020-05", "2020-06-01T11:59:59+00:00", "may be before"),
        ("2020-05", "2020-06-01T12:00:00+00:00", "is before"),
        ("2020-05-12", "2020-05-11T09:59:59+00:00", None),
        ("2020-05-12", "2020-05-11T10:00:00+00:00", "may be before"),
        ("2020-05-12", "2020-05-13T11:59:59+00:00", "may be before"),
        ("2020-05-12", "2020-05-13T12:00:00+00:00", "is before"),
        ("2020-05", "2026-11-28T12:00:00+00:00", "is before"),
    ],
)
def test_a_start_before_the_seal_is_said(start: str, now: str, said: str | None) -> None:
    chain = At()
    chain.now = now
    one = found(chain, trials.register(SPONSOR, protocol(start={"date": start}))).get("planned-before")
    if said is None:
        assert one is None
        return
    assert one is not None and one.status is Status.UNDETERMINED
    assert one.sentence.startswith(f"the protocol states that enrolment begins {start}, which {said} this seal:")
    assert one.sentence.endswith("cannot show what was planned before")


def test_without_a_start_nothing_is_said() -> None:
    assert "planned-before" not in found(At(), trials.register(SPONSOR, protocol()))


# ----- what is read beside an act -----


def test_every_lasting_act_says_that_it_stays(tmp_path: Path) -> None:
    file = of_bytes(tmp_path / "plan.pdf", b"plan")
    amendment = {"reason": "a reason", "blinding": "blinded"}
    result = {"endpoint": "END1", "planning": "planned", "protocol_version": 1}
    acts = [
        stated(ENROLLED, "2020-05-01"),
        trials.correct(TRIAL, SPONSOR, 2, file, "2020-05-01"),
        trials.seal(TRIAL, SPONSOR, file, DocumentKind.ANALYSIS_PLAN, 1, Blinding.BLINDED),
        trials.amend(TRIAL, SPONSOR, protocol(version=2, amendment=amendment)),
        trials.report_result(TRIAL, SPONSOR, protocol(), result, {1: protocol().document or {}}),
    ]
    assert all(one.lasting for one in acts)
    assert all(one.contract == "TrialRegistry" and one.about != ZERO for one in acts)


def test_an_amendment_shows_what_changed() -> None:
    before = protocol().document or {}
    after = {**before, "version": 2, "endpoints": [{**ENDPOINT, "time_points": [{**WEEKS, "value": 24}]}]}
    assert changed(after, before, 1) == (
        "changed since version 1:",
        "  endpoint END1: time points was 12 weeks, is 24 weeks",
    )
    assert changed(before, before, 1) == ("changed since version 1: nothing",)
    [missing] = changed(after, None, 1)
    assert "version 1 was not found" in missing


def test_a_result_shows_what_was_planned_beside_what_is_reported() -> None:
    result = {"endpoint": "END1", "protocol_version": 1, "statement": "No difference at week 24"}
    assert planned_and_reported(result, {1: protocol().document or {}}) == (
        'registered in version 1: primary endpoint END1: "Systolic blood pressure", 12 weeks',
        'reported of END1: "No difference at week 24"',
    )
    assert planned_and_reported({"endpoint": None}, {}) == ("reported post hoc: figures, without a statement in words",)

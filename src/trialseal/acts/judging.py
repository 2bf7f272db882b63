"""What the rules by which a trial is judged would say once acts stand, before they are sent.

The acts are put behind those on the chain as if they had just been recorded, and the very rules of `rules/` are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from trialseal.acts.act import ZERO, Act, event_of
from trialseal.documents.times import is_before, span
from trialseal.escaping import quoted
from trialseal.evidence.profiles import Names
from trialseal.evidence.reported import results_evidence
from trialseal.evidence.sealings import RESULTS, Sealing, sealings_of
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.trials import NumberEvidence, TrialEvidence, protocols_at_hand
from trialseal.evidence.wording import listed
from trialseal.folder.reading import FileReading
from trialseal.folder.trial_folder import TrialFolder
from trialseal.ledger.acts import Act as RecordedAct
from trialseal.ledger.acts import MilestoneRecorded, act_of
from trialseal.ledger.claims import numbers_of
from trialseal.ledger.codes import Milestone
from trialseal.ledger.moments import declared_date
from trialseal.ledger.parties import PartyRecord
from trialseal.ledger.reader import Reader
from trialseal.ledger.records import History, TrialState
from trialseal.ledger.rolling import SUPPOSED
from trialseal.ledger.standing import standing
from trialseal.registries import numbers
from trialseal.rules import results, sealing, timing
from trialseal.rules.finding import Answer, Case, Finding, Rule, Status, does_not_apply, fails, holds, undetermined
from trialseal.values import replace

ANSWERS: Final = {Status.FAILS: "open question", Status.UNDETERMINED: "cannot be determined", Status.HOLDS: "holds"}
"""What answers of rules are called before anything is sent."""
# Those of rules.catalogue that a file which is about to be sealed can be judged by.
RULES: Final[tuple[Rule[Case], ...]] = (
    sealing.says_what_was_sealed,
    sealing.endpoint_set,
    results.results_proven,
    results.primary_reported,
    results.reports_listed,
    results.post_hoc_named,
    timing.prospective,
    timing.protocol_sealed_first,
    timing.endpoints_before_data,
    timing.amended_blinded,
    sealing.acting_party,
)
# Others may happen again: a halt, a cut-off of data, an interim look.
_ONCE: Final = frozenset(
    {
        Milestone.FIRST_CONSENT,
        Milestone.FIRST_PARTICIPANT_ENROLLED,
        Milestone.LAST_PARTICIPANT_LAST_VISIT,
        Milestone.PRIMARY_COMPLETION,
        Milestone.COMPLETION,
        Milestone.DATA_LOCK,
        Milestone.UNBLINDING,
        Milestone.TERMINATED,
        Milestone.WITHDRAWN,
    }
)
_SEALING: Final = ("register", "seal", "reportResult", "recordMilestone")
_JUDGED: Final = (*_SEALING, "claimRegistryId")


def judge(
    chain: Reader, acts: Sequence[Act], history: History | None, party: PartyRecord | None, folder: TrialFolder | None
) -> tuple[Finding, ...]:
    """The findings about the documents of a trial that these acts of it would bring about, failing ones first.

    `history` is the trial's, None if it is not registered; `party` the one that acts, as the chain has it.
    """
    judged = [act for act in acts if act.contract == "TrialRegistry" and act.function in _JUDGED]
    if not judged:
        return ()
    after = _after(chain, judged, history)
    files = _files(acts, folder)
    names = Names(chain, {})
    now = dict(_findings(chain, after, files, party, names))
    before = dict(_findings(chain, history, files, party, names)) if history else {}
    changed = [
        finding
        for id, finding in now.items()
        if finding.status is not Status.DOES_NOT_APPLY and (id not in before or before[id].status is not finding.status)
    ]
    claims = [_number_named(act, after, files) for act in judged if act.function == "claimRegistryId"]
    others = (*claims, *_stated_before(judged, after), *(_planned_before(act, chain.as_of().time) for act in judged))
    found = [*changed, *(one for one in others if one.status is not Status.DOES_NOT_APPLY)]
    order = (Status.FAILS, Status.UNDETERMINED, Status.HOLDS)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: order.index(one.status)))


def _after(chain: Reader, acts: Sequence[Act], history: History | None) -> History:
    """The trial's history with these acts behind it."""
    first = acts[0]
    now = chain.as_of()
    if history is None:
        state = TrialState(first.about, first.actor, now.time, 0, None, dict.fromkeys(range(1, 10), 0))
        history = History(state, (), SUPPOSED)
    recorded = list(history.acts)
    for act in acts:
        recorded.append(_as_recorded(act, len(recorded) + 1, now.time, now.number + 1))
    return History(replace(history.state, acts=len(recorded)), tuple(recorded), history.gap)


def _as_recorded(act: Act, number: int, time: int, block: int) -> RecordedAct:
    members: dict[str, Any] = act.stated
    subject = members.get("document") or members.get("protocol") or ZERO
    if act.function == "claimRegistryId":
        subject = numbers.fold(numbers.stated(members["registryId"]))
    header = {
        "trial": act.about,
        "number": number,
        "time": time,
        "key": act.key,
        "actor": act.actor,
        "subject": subject,
        "block": block,
        "block_hash": "",
        "transaction": "",
    }
    return act_of(event_of(act.function), header, members)


def _files(acts: Iterable[Act], folder: TrialFolder | None) -> dict[bytes, FileReading]:
    """The files of the trial, those about to be sealed among them, by each of their digests."""
    at_hand = [*(folder.files if folder else ()), *(act.document for act in acts if act.document)]
    return {digest: file for file in at_hand for digest in file.digests}


def _findings(
    chain: Reader,
    history: History,
    files: dict[bytes, FileReading],
    party: PartyRecord | None,
    names: Names,
) -> list[tuple[tuple[str, bytes], Finding]]:
    """Each rule's finding about each document that a history seals, by rule and digest."""
    readings = {reading.path: reading for reading in files.values()}
    trial = TrialEvidence(
        history=history,
        chain_id=chain.chain_id(),
        is_devnet=chain.is_devnet(),
        numbers=tuple(NumberEvidence(one.number, one, ()) for one in numbers_of(history.acts) if not one.withdrawn_at),
        protocols=protocols_at_hand(history, readings.values()),
        registry_records=tuple(one for one in readings.values() if one.kind == "registry-record"),
        at_hand=frozenset(files),
    )
    found = []
    for digest, one in sealings_of(history.acts):
        file = files.get(digest)
        if file is None:
            continue
        case = Case(_evidence(trial, file, digest, one, party), names, trial_was_named=True)
        found += [((rule.id, digest), rule(case)) for rule in RULES]
    return found


def _evidence(
    trial: TrialEvidence, file: FileReading, digest: bytes, sealing: Sealing, party: PartyRecord | None
) -> FileEvidence:
    reported, foreign = (
        results_evidence(file.document, digest, trial) if sealing.kind == RESULTS and file.document else ((), ())
    )
    return FileEvidence(
        file=file,
        trial=trial,
        sealing=sealing,
        digest=digest,
        results=reported,
        foreign_reports=foreign,
        party=party if party and party.party == sealing.actor else None,
    )


# ----- milestones and dates -----


def _stated_before(acts: Sequence[Act], after: History) -> Iterator[Finding]:
    """Of each milestone that happens once: whether the trial states it on another date, and nobody corrected that."""
    first = len(after.acts) - len(acts)
    stated: dict[tuple[Milestone, int], MilestoneRecorded] = {}
    for one in standing(after.acts):
        if not isinstance(one, MilestoneRecorded) or one.milestone not in _ONCE:
            continue
        earlier = stated.setdefault((one.milestone, one.part), one)
        if one.number <= first:
            stated[one.milestone, one.part] = one
        elif earlier.date != one.date:
            answer = fails(
                f"the trial states {one.milestone} on {declared_date(earlier.date)} already (act {earlier.number}); "
                f"to correct that, say --instead-of {earlier.number}"
            )
            yield _finding("milestone-stated", answer, "what happens once has one date")


def _planned_before(act: Act, now: int) -> Finding:
    """Whether the first enrolment that a protocol to be registered states lies ahead of `now`, Unix seconds."""
    document = (act.document.document if act.document and act.function == "register" else None) or {}
    start = document.get("start")
    date = str(start.get("date", "")) if isinstance(start, dict) else ""
    answer = does_not_apply("no start of enrolment is stated")
    if date:
        moment = datetime.fromtimestamp(now, UTC)
        if is_before(date, moment):
            answer = undetermined(
                f"the protocol states that enrolment begins {date}, which is before this seal: the seal cannot show "
                "what was planned before"
            )
        elif span(date).first <= moment:
            answer = undetermined(
                f"the protocol states that enrolment begins {date}, which may be before this seal: if it is, the seal "
                "cannot show what was planned before"
            )
        else:
            answer = does_not_apply("enrolment has not begun anywhere on Earth")
    return _finding("planned-before", answer, "ICMJE Recommendations, III.L: registration before the first enrolment")


def _finding(id: str, answer: Answer, source: str) -> Finding:
    return Finding(id, answer.status, answer.sentence, answer.facts, "2", source)


# ----- registry numbers -----


def _number_named(act: Act, history: History, files: dict[bytes, FileReading]) -> Finding:
    """Whether a sealed document that was found names the number that is about to be claimed."""
    answer = _named(numbers.stated(act.stated["registryId"]), history, files)
    source = "ICMJE Recommendations, III.L.1: a trial is known by its registry number"
    return _finding("number-named", answer, source)


def _named(claimed: str, history: History, files: dict[bytes, FileReading]) -> Answer:
    """Asked of the sealed protocols and registry records; where they name other numbers, the claim is in question."""
    named: dict[str, str] = {}
    for digest, one in sealings_of(history.acts):
        document = files[digest].document if digest in files else None
        for number in _numbers_in(document or {}):
            named.setdefault(number, one.words)
    for number, where in named.items():
        if numbers.same(number, claimed):
            return holds(f"{where} names {claimed}")
    if named:
        words = listed([f"{quoted(number)} ({where})" for number, where in named.items()])
        return fails(f"the sealed documents name {words}, not {claimed}: is it a number of this trial?")
    if any(digest in files for digest, _ in sealings_of(history.acts)):
        return undetermined(f"no sealed document found names a registry number, so none names {claimed}")
    return does_not_apply("no sealed document was found")


def _numbers_in(document: dict[str, Any]) -> list[str]:
    """The registry numbers that a protocol or a registry record names."""
    trial = document.get("trial")
    ids = trial.get("registry_ids") if isinstance(trial, dict) else None
    found = [one for one in ids if isinstance(one, str) and one.strip()] if isinstance(ids, list) else []
    return [one for one in found if numbers.read_known(one) or any(character.isalnum() for character in one)]

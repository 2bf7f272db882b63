"""Rules about the seal itself: is it here, is it all, whose is it, does it say what the document says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from trialseal.documents.endpoints import endpoint_root
from trialseal.errors import FailedError, UsageError
from trialseal.escaping import quoted
from trialseal.evidence.sealings import ANALYSIS_PLAN, MILESTONE, PROTOCOL, REGISTRY_RECORD, RESULTS, sealings_of
from trialseal.evidence.seals import FileEvidence
from trialseal.evidence.source import ZERO
from trialseal.evidence.wording import count, kind_words, listed, moment
from trialseal.ledger.acts import Act, Appointed, AppointmentShortened, TransferAccepted, TrialRegistered
from trialseal.ledger.codes import ActCode, DocumentKind
from trialseal.ledger.standing import corrections
from trialseal.once import once
from trialseal.rules.attesting import Doubt, key_doubt
from trialseal.rules.finding import Answer, Case, does_not_apply, fails, holds, rule, undetermined

_REGISTRY = "contracts/interfaces/ITrialRegistry.sol"
_ACT_OF_KIND = {MILESTONE: ActCode.MILESTONE, RESULTS: ActCode.RESULTS}
# Seconds after which a node's newest block is old, or its final block stands still against it; and by which a block
# may be ahead of a clock. Blocks of the chains in use come every few seconds, final ones within the half hour.
_STALLED = 3600
_BEFORE_FINAL = {"safe": "safe, but not yet final"}


def is_unknown(evidence: FileEvidence) -> bool:
    """Whether all that `sealed_here` can tell of a file, beside its digest, is why it is not seen to be sealed."""
    return evidence.sealing is None and evidence.diagnosis is None and evidence.file.canonical is None


def bytes_fact(evidence: FileEvidence) -> str:
    """What the file is, by its bytes."""
    return f"SHA-256 of its bytes {evidence.file.raw.hex()}"


@rule(
    "sealed-here",
    asks="Is the file's digest (of its bytes, or of its RFC 8785 form) that of an act of the trial?",
    source=f"{_REGISTRY}: the subject of a sealing act is the document's SHA-256",
    applies="always; where it fails, nothing else is asked",
)
def sealed_here(case: Case) -> Answer:
    evidence = case.evidence
    if evidence.sealing is None or evidence.digest is None:
        if evidence.unseen:
            facts = [bytes_fact(evidence)]
            facts += [evidence.diagnosis] if evidence.diagnosis else []
            return undetermined(f"not known to be sealed: {evidence.unseen}", *facts)
        facts = [bytes_fact(evidence)]
        if evidence.file.canonical:
            facts.append(f"SHA-256 of its canonical form {evidence.file.canonical.hex()}")
        if evidence.file.later:
            return undetermined(f"not known to be sealed: {evidence.file.fault}", *facts)
        return fails(f"not sealed here: {evidence.diagnosis or 'no act that was shown carries its digest'}", *facts)
    sealing = evidence.sealing
    form = "canonical form (RFC 8785)" if evidence.digest == evidence.file.canonical else "bytes"
    facts = [f"SHA-256 of its {form} {evidence.digest.hex()}"]
    if sealing.key is None:
        facts.append("the node showed no log of it; it stands in the contract's state")
    facts += [f"the same digest is sealed in this trial as {one.words} too" for one in evidence.also]
    if marked := corrections(case.trial.history.acts).get(sealing.act):
        facts.append(f"act {marked.number} states that this act was made in error, {moment(marked.time)}")
    return holds(f"sealed as {sealing.words} by act {sealing.act}, {moment(sealing.time)}", *facts)


@rule(
    "this-trial",
    asks="Is it clear which trial the file belongs to, where several have sealed the same digest?",
    source="anyone may seal a public document's digest, so an equal digest elsewhere neither blocks nor proves",
    applies="where another trial has sealed the same digest",
)
def this_trial(case: Case) -> Answer:
    elsewhere = case.evidence.elsewhere
    if not elsewhere:
        return does_not_apply("this node shows no other trial that has sealed this digest")
    facts = [
        f"trial {act.trial.hex()}, {moment(act.time)}, by {case.name(act.actor)}"
        for act in {one.trial: one for one in reversed(elsewhere)}.values()
    ]
    others = count(len(facts), "other trial")
    if case.trial.chosen_by:
        return holds(f"{others} sealed the same digest; this one is meant, since {case.trial.chosen_by}", *facts)
    if case.trial_was_named:
        return holds(f"{others} sealed the same digest; this one was named", *facts)
    return undetermined(f"{others} sealed the same digest: name the one you mean with --trial", *facts)


@rule(
    "history-complete",
    asks="Are the acts shown all acts of the trial?",
    source=f"{_REGISTRY}: the contract keeps a count and a rolling SHA-256 of all acts",
    applies="always",
)
def history_complete(case: Case) -> Answer:
    history = case.trial.history
    if history.complete:
        digest = history.state.rolling_digest or bytes(32)
        return holds(
            f"its {count(len(history.acts), 'act')} lead to the rolling digest in the contract: no other is sealed in "
            f"this trial on this chain{_as_of(case)}",
            f"rolling digest {digest.hex()}",
        )
    return undetermined(f"not all acts can be seen at this node: {history.gap}")


# Of a thousand versions each would list all that follow.
_MOST_VERSIONS = 20


def _as_of(case: Case) -> str:
    """' as of block 1,204'."""
    return f" as of block {case.trial.as_of.number:,}" if case.trial.as_of else ""


@rule(
    "version-standing",
    asks="Is it the last version of its kind, and if not, what superseded it and when?",
    source="SPIRIT 2025 (versions and amendments of the protocol); a superseded version is not a fault",
    applies="to everything but milestones' documents",
)
def version_standing(case: Case) -> Answer:
    sealing = case.sealing
    if sealing.kind == MILESTONE:
        return does_not_apply("a milestone's document has no versions")
    versions = _versions(case.trial.history.acts).get(sealing.kind, _NO_VERSIONS)
    last = versions.numbers[-1] if versions.numbers else sealing.version
    words = sealing.words
    if not case.trial.history.complete:
        last = max(last, case.trial.history.state.versions.get(sealing.kind, 0))
    if sealing.version >= last:
        return holds(f"{words} is the last of its kind sealed in this trial on this chain{_as_of(case)}")
    place = bisect_right(versions.numbers, sealing.version)
    follows = versions.numbers[place : place + 1] == (sealing.version + 1,)
    when = f", sealed {versions.sealed[place]}" if follows else ""
    shown = zip(versions.numbers[place:], versions.sealed[place:], strict=True)
    facts = [f"version {n} sealed {time}" for n, time in islice(shown, _MOST_VERSIONS)]
    if (more := len(versions.numbers) - place - _MOST_VERSIONS) > 0:
        facts.append(f"and {count(more, 'version')} more")
    return holds(f"{words} was followed by {count(last - sealing.version, 'version')}; the next{when}", *facts)


def superseded(case: Case) -> str:
    """'superseded by version 2, sealed on 2026-11-28 (the last is version 4)', of protocols and analysis plans; or ''.

    Of other kinds, such as consent forms of two languages, a later version takes no earlier one's place.
    """
    sealing = case.sealing
    if sealing.kind not in (PROTOCOL, ANALYSIS_PLAN):
        return ""
    versions = _versions(case.trial.history.acts).get(sealing.kind, _NO_VERSIONS)
    place = bisect_right(versions.numbers, sealing.version)
    if place == len(versions.numbers):
        return ""
    following, last = versions.numbers[place], versions.numbers[-1]
    more = f" (the last is version {last})" if last > following else ""
    return f"superseded by version {following}, sealed on {versions.sealed[place][:10]}{more}"


class _Versions(NamedTuple):
    """The versions of a kind of document."""

    numbers: tuple[int, ...]
    """In their order."""
    sealed: tuple[str, ...]
    """When each was sealed, in words."""


_NO_VERSIONS = _Versions((), ())


@once
def _versions(acts: tuple[Act, ...]) -> Mapping[int, _Versions]:
    """The versions that these acts seal, by kind."""
    found: dict[int, dict[int, int]] = {}
    for _, one in sealings_of(acts):
        found.setdefault(one.kind, {})[one.version] = one.time
    return MappingProxyType(
        {
            kind: _Versions(tuple(sorted(times)), tuple(moment(time) for _, time in sorted(times.items())))
            for kind, times in found.items()
        }
    )


@rule(
    "acting-party",
    asks="Did the sponsor itself, or a party that it had appointed, act?",
    source=f"{_REGISTRY}: only the sponsor or an appointed party may act; recomputed from the acts",
    applies="where the act's log is given",
)
def acting_party(case: Case) -> Answer:
    sealing = case.sealing
    if sealing.key is None:
        return does_not_apply("only the contract's state is given, which lets nobody else act")
    needed = 1 << _ACT_OF_KIND.get(sealing.kind, ActCode.SEAL)
    sponsor: bytes | None = None
    appointments: dict[int, tuple[Appointed, int]] = {}  # by index: the act and, as shortened, the end
    for act in _authority_acts(case.trial.history.acts):
        if act.number > sealing.act:
            break
        match act:
            case TrialRegistered() | TransferAccepted():
                sponsor, appointments = act.actor, {}
            case Appointed(subject=sealing.actor, stream=bytes(stream)) if stream == ZERO:
                appointments[act.index] = (act, act.until)
            case AppointmentShortened(subject=sealing.actor, stream=bytes(stream)) if stream == ZERO:
                if act.index in appointments:
                    appointments[act.index] = (appointments[act.index][0], act.until)
    appointed_by = next(
        (act for act, until in appointments.values() if act.start <= sealing.time < until and act.acts & needed),
        None,
    )
    name = case.name(sealing.actor)
    now = case.trial.history.state.sponsor
    facts = [f"the sponsor today is {case.name(now)}"] if sponsor is not None and now != sponsor else []
    if sealing.actor == sponsor:
        return holds(f"{name} was the trial's sponsor", *facts)
    if appointed_by is not None:
        return holds(f"{name} was appointed by the sponsor (act {appointed_by.number})", *facts)
    if not case.trial.history.complete:
        return undetermined(f"the acts that made {name} sponsor or appointed it cannot be seen", *facts)
    return fails(f"no act made {name} the sponsor or appointed it when it sealed this", *facts)


@once
def _authority_acts(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Those that say who may act."""
    deciding = (TrialRegistered, TransferAccepted, Appointed, AppointmentShortened)
    return tuple(act for act in acts if isinstance(act, deciding))


@rule(
    "key-trusted",
    asks="Was the key that acted in the party's own hands, as far as the party has said?",
    source="contracts/interfaces/IParties.sol: a compromise is a dated statement, which erases no act",
    applies="where the act's log is given",
)
def key_trusted(case: Case) -> Answer:
    sealing, party = case.sealing, case.evidence.party
    if sealing.key is None:
        return does_not_apply("the key is in the act's log, which this node does not show")
    record = next((one for one in party.keys if one.key == sealing.key), None) if party else None
    name = case.name(sealing.actor)
    if party and party.gap:
        return undetermined(f"what {name} has said of its keys cannot be seen: {party.gap}")
    if record is None:
        return undetermined(f"this node knows no key {sealing.key} of {name}")
    facts = [f"key {sealing.key}"]
    doubt = key_doubt(record, sealing.time)
    if doubt is Doubt.CONTESTED:
        return undetermined(
            f"{name} disagrees with itself about this key: it was stated to be in the wrong hands since "
            f"{moment(record.compromised_since)}, which is before the act, and that was contested "
            f"{moment(record.contested_at)}: ask the party which of its keys speaks for it",
            *facts,
        )
    if doubt is Doubt.DISOWNED:
        return fails(
            f"{name} has stated that this key was in the wrong hands since {moment(record.compromised_since)}, "
            "which is before the act: did the party itself seal this?",
            *facts,
        )
    if record.compromised_since:
        facts.append(f"stated to be compromised since {moment(record.compromised_since)}, after the act")
    # In the very second of its revocation the chain let the act in, so the revocation came after it.
    if record.valid_until and record.valid_until < sealing.time:
        return fails(f"the key had been revoked {moment(record.valid_until)}, before the act", *facts)
    if record.valid_from > sealing.time:
        return fails(f"the key is valid only from {moment(record.valid_from)}, after the act", *facts)
    if record.valid_until:
        facts.append(f"not valid from {moment(record.valid_until)}, after the act")
    return holds(f"the key was valid for {name}, and nothing is stated against it at that time", *facts)


@rule(
    "says-what-was-sealed",
    asks="Do the document's own kind, version, trial code and data state agree with its act?",
    source=f"{_REGISTRY}: kind, version and blinding are values of the act, the code of the registration",
    applies="to documents of trialseal sealed by their canonical form",
)
def says_what_was_sealed(case: Case) -> Answer:
    document, sealing = case.evidence.file.document, case.sealing
    if document is None or case.evidence.digest != case.evidence.file.canonical:
        return does_not_apply("the file is sealed as bytes, which are not read")
    against: list[str] = []
    if sealing.kind != MILESTONE and case.evidence.file.kind != DocumentKind(sealing.kind).word:
        against.append(
            f"it calls itself {quoted(case.evidence.file.kind)}, and was sealed as {kind_words(sealing.kind)}"
        )
    version = document.get("version")
    # A registry numbers its own records, and results are numbered by the order in which they were reported.
    if sealing.kind in (PROTOCOL, ANALYSIS_PLAN) and version != sealing.version:
        against.append(f"it calls itself version {quoted(version)}, and was sealed as version {sealing.version}")
    named = document.get("trial")
    code = named.get("code") if isinstance(named, dict) else None
    # A registry's record has the registry's words for the trial, and a table may be sealed before its trial is known.
    apart = sealing.kind in (REGISTRY_RECORD, MILESTONE) or (sealing.kind == DocumentKind.DATASET and named is None)
    if not apart and case.trial.code not in (None, code):
        against.append(f"it names trial {quoted(code)}, and was sealed for trial {quoted(case.trial.code)}")
    amendment = document.get("amendment")
    stated = amendment.get("blinding") if isinstance(amendment, dict) else None
    if sealing.kind == PROTOCOL and stated is not None and stated != sealing.blinding.word:
        against.append(f"its amendment says {quoted(stated)}, and its act says {sealing.blinding}")
    if against:
        return fails(f"document and act differ: {listed(against)}", *against)
    return holds("kind, version and trial in the document are those of its act")


@rule(
    "endpoint-set",
    asks="Are the document's endpoints those whose root was sealed with it?",
    source="RFC 9162, 2.1.1, over the RFC 8785 form of each endpoint; results are proven against that root",
    applies="to documents with endpoints, sealed by their canonical form",
)
def endpoint_set(case: Case) -> Answer:
    document, sealing = case.evidence.file.document, case.sealing
    endpoints = document.get("endpoints") if document else None
    if document is None or case.evidence.digest != case.evidence.file.canonical or sealing.kind > REGISTRY_RECORD:
        return does_not_apply("it is not a sealed document with endpoints")
    if sealing.kind == MILESTONE or (not endpoints and not sealing.endpoint_count):
        return does_not_apply("it has no endpoints")
    if sealing.endpoint_root is None:
        return undetermined("the root is in the act's log, which this node does not show")
    number = len(endpoints) if isinstance(endpoints, list) else 0
    try:
        reached = endpoint_root(document) if number else bytes(32)
    except (FailedError, UsageError) as error:
        return fails(f"its endpoints cannot be read: {error}")
    if reached != sealing.endpoint_root or number != sealing.endpoint_count:
        return fails(
            f"its {count(number, 'endpoint')} are not the {sealing.endpoint_count} whose root was sealed with it: "
            "against which endpoints were results proven?",
            f"root of the document's endpoints {reached.hex()}",
            f"root sealed {sealing.endpoint_root.hex()}",
        )
    return holds(f"its {count(number, 'endpoint')} are those whose root was sealed", f"root {reached.hex()}")


@rule(
    "settled",
    asks="Can the act still be undone by the chain?",
    source="the chain's own finality; a chain's clock is only as good as its operators",
    applies="on chains that are no devnet, read from a node",
)
def settled(case: Case) -> Answer:
    finality = case.evidence.finality
    chain = f"chain {case.trial.chain_id}"
    if case.trial.is_devnet:
        return does_not_apply(
            f"{chain} is a devnet: its operator sets the clock and can rewrite it, so its times prove nothing to others"
        )
    if case.trial.as_of and case.trial.as_of.carried:
        return does_not_apply(
            f"no node was asked what is final on {chain}: the act is as settled as block {case.trial.as_of.number:,}, "
            "as of which the bundle is"
        )
    if finality is None:
        return undetermined("this node does not show in which block the act is")
    if finality == "final":
        return holds(f"the act's block is final on {chain}, by this node's word", f"block {case.sealing.block}")
    words = _BEFORE_FINAL.get(finality, finality)
    return undetermined(f"the act's block on {chain} is {words}: {_stalled(case) or 'look again later'}")


def _stalled(case: Case) -> str | None:
    """That the node's final block is old against its newest; None if it is not, or there is none."""
    now = case.trial.as_of
    final = now.finalized.block if now else None
    older = now.time - final["timestamp"] if now and final else 0
    if final is None or older < _STALLED:
        return None
    return (
        f"its final block {final['number']:,} is {count(older // 3600, 'hour')} older than its newest, so that "
        "finality stands still on this node's chain"
    )


@rule(
    "node-current",
    asks="Is the newest block that the node shows a recent one?",
    source="a node that is behind shows nothing of what was done since; the block's time is held against the clock",
    applies="on chains that are no devnet, read from a node",
)
def node_current(case: Case) -> Answer:
    now = case.trial.as_of
    if now is None:
        return undetermined("as of which block the chain was read is not known")
    words = f"block {now.number:,} of {moment(now.time)}"
    facts = [f"its hash {now.hash}", f"read {moment(now.read_at)} by this computer's clock"]
    if now.is_devnet:
        return does_not_apply(f"a devnet's operator sets its clock; read as of {words}", *facts)
    if now.carried:
        return does_not_apply(f"no node was asked: what was done after {words} a bundle cannot show", facts[0])
    if now.is_behind:
        return undetermined(
            f"the newest block at this node is {words}, {count(now.age // 3600, 'hour')} old: what was done since is "
            "not seen; ask another node, or set this computer's clock",
            *facts,
        )
    if now.is_ahead:
        return undetermined(
            f"the newest block at this node is {words}, ahead of this computer's clock: set the clock, or ask another "
            "node",
            *facts,
        )
    return holds(f"read as of {words}", *facts)
